"""A BERT in OpenVINO: many passages on a processor, in fp32, bf16 or int8.

The graph is made here from the model's own weights, so that neither PyTorch nor a converter is needed. For
the models that `index.bert` computes. In int8 the inputs and weights of every dense layer are bytes; what is
between them (attention, normalisation, GELU) is computed in bf16 where the processor has it.
"""

from __future__ import annotations

import json
import math
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.tokens import padded
from index.hiding import hidden

Floats = NDArray[np.float32]
BATCH = 8
"""Texts computed together. Of 4 to 64, the fastest: what a core works on stays in its second-level cache."""
_MULTIPLE = 8
_WHOLE = np.int64


@dataclass(frozen=True, slots=True)
class Input8:
    """How the input of a dense layer is made bytes, and the layer's weights and bias to match."""

    smoothing: Floats
    """The input is divided by it, the weights are multiplied, channel by channel: outliers take less room."""
    low: float
    high: float
    correction: Floats
    """Added to the bias: the mean error of the rounded layer, with its sign turned."""

    @property
    def step(self) -> float:
        return (self.high - self.low) / 255

    @property
    def zero(self) -> int:
        return round(-self.low / self.step)


LAYERS = ("qkv", "out", "up", "down")
"""Dense layers of a block by the names that Input8s are kept under, as `0.qkv`."""


class Weights:
    """A BERT's weights by name, and the dense layers of its blocks."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        raw = load_file(folder / "model.safetensors")
        self.by_name = {name.removeprefix("bert."): w.astype(np.float32) for name, w in raw.items()}
        self.width = int(config["hidden_size"])
        self.blocks = int(config["num_hidden_layers"])
        self.heads = int(config["num_attention_heads"])
        self.epsilon = float(config.get("layer_norm_eps", 1e-12))

    def dense(self, key: str) -> tuple[Floats, Floats]:
        """Weights (out × in) and bias of a dense layer; of `qkv` the three under one another."""
        block, _, layer = key.partition(".")
        start = f"encoder.layer.{block}."
        names = {
            "qkv": [f"attention.self.{part}" for part in ("query", "key", "value")],
            "out": ["attention.output.dense"],
            "up": ["intermediate.dense"],
            "down": ["output.dense"],
        }[layer]
        weights = [self.by_name[f"{start}{name}.weight"] for name in names]
        biases = [self.by_name[f"{start}{name}.bias"] for name in names]
        return np.concatenate(weights), np.concatenate(biases)

    def operations(self, tokens: NDArray[np.int64]) -> float:
        """Floating-point operations for texts of so many tokens; multiplying and adding are two."""
        layers = [self.dense(f"{block}.{name}")[0].size for block in range(self.blocks) for name in LAYERS]
        attention = 4.0 * self.blocks * self.width
        return float((2.0 * sum(layers) * tokens + attention * tokens.astype(np.float64) ** 2).sum())


class OpenVino:
    """Texts to unit vectors at one precision. Thread-safe; a core a stream, a batch a stream."""

    def __init__(
        self,
        folder: Path,
        max_tokens: int,
        precision: str,
        threads: int,
        inputs: Mapping[str, Input8] | None = None,
        multiple: int = _MULTIPLE,
    ) -> None:
        """`inputs` for `int8`: an Input8 for each dense layer. Texts are padded to a multiple of `multiple`
        word pieces: for each length OpenVINO makes code of its own."""
        self.precision = precision
        self._multiple = multiple
        weights = Weights(folder)
        self.dim = weights.width
        self._tokenizer = _tokenizer(folder, max_tokens)
        model = bert_model(weights, inputs if precision == "int8" else None)
        compiled = _compile(model, precision, threads)
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(threads):
            self._requests.put(compiled.create_infer_request())
        # One thread more than requests: it makes word pieces of the next batch meanwhile.
        self._workers = ThreadPoolExecutor(threads + 1, thread_name_prefix="embed")

    def encode(self, texts: list[str]) -> Floats:
        """One row a text, each of length 1."""
        rows = np.empty((len(texts), self.dim), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        batches = [by_length[at : at + BATCH] for at in range(0, len(texts), BATCH)]

        def compute(places: list[int]) -> None:
            ids, mask = padded(self._tokenizer, [texts[i] for i in places], self._multiple)
            request = self._requests.get()
            try:
                request.infer({0: ids, 1: mask})
                rows[places] = request.get_output_tensor(0).data
            finally:
                self._requests.put(request)

        if len(batches) == 1:
            compute(batches[0])  # in this thread: a question doesn't wait for another one to be woken
            return rows
        for _ in self._workers.map(compute, batches):
            pass
        return rows

    def close(self) -> None:
        self._workers.shutdown()


class Tapped:
    """The model showing the inputs of its dense layers, to calibrate int8 by. In bf16 where the processor
    multiplies it: that is twice as fast, and as good for the purpose."""

    def __init__(self, folder: Path, max_tokens: int, threads: int) -> None:
        self.weights = Weights(folder)
        self._tokenizer = _tokenizer(folder, max_tokens)
        taps: dict[str, Any] = {}
        model = bert_model(self.weights, taps=taps)
        self._names = list(taps)
        compiled = _compile(model, "bf16" if can_bf16() else "fp32", threads, streams=1)
        self._request = compiled.create_infer_request()

    def run(self, texts: list[str]) -> dict[str, Floats]:
        """For each dense layer what went into it: tokens × width, without the padding."""
        ids, mask = padded(self._tokenizer, texts, _MULTIPLE)
        self._request.infer({0: ids, 1: mask})
        real = mask.reshape(-1) > 0
        seen: dict[str, Floats] = {}
        for number, name in enumerate(self._names, start=1):
            x = np.array(self._request.get_output_tensor(number).data, dtype=np.float32)
            seen[name] = x.reshape(-1, x.shape[-1])[real]
        return seen


def bert_model(
    weights: Weights, inputs: Mapping[str, Input8] | None = None, taps: dict[str, Any] | None = None
) -> Any:
    """An OpenVINO model: ids and mask (texts × tokens) to unit vectors; `taps` gets what is tapped, by name,
    in the order of the further outputs."""
    ov = import_openvino()
    from openvino import opset13 as op

    heads, size = weights.heads, weights.width // weights.heads
    named = weights.by_name

    def number(value: Any, kind: Any = np.float32) -> Any:
        return op.constant(np.asarray(value, dtype=kind))

    def normalised(x: Any, name: str) -> Any:
        y = op.mvn(x, number([-1], _WHOLE), True, weights.epsilon, "INSIDE_SQRT")
        return op.add(op.multiply(y, number(named[f"{name}.weight"])), number(named[f"{name}.bias"]))

    def rounded(x: Any, key: str) -> Any:
        """The input of a dense layer, as bytes when that is wanted."""
        if taps is not None:
            taps[key] = x
        if inputs is None:
            return x
        how = inputs[key]
        # The ends are moved so that zero is a whole number of steps: OpenVINO would round it, and shift all.
        low, high = -how.zero * how.step, (255 - how.zero) * how.step
        ends = (number(low), number(high))
        return op.fake_quantize(op.multiply(x, number(1 / how.smoothing)), *ends, *ends, 256)

    def dense(x: Any, key: str, rows: slice = slice(None)) -> Any:
        w, bias = weights.dense(key)
        if inputs is None:
            return op.add(op.matmul(x, number(w[rows]), False, True), number(bias[rows]))
        how = inputs[key]
        steps, whole = rounded_weights(w * how.smoothing)
        bytes_ = op.convert(op.constant(whole[rows]), "f32")
        product = op.matmul(x, op.multiply(bytes_, number(steps[rows])), False, True)
        return op.add(product, number((bias + how.correction)[rows]))

    ids = op.parameter([-1, -1], _WHOLE, "ids")
    mask = op.parameter([-1, -1], np.float32, "mask")
    axis = {n: number(n, _WHOLE) for n in (0, 1, 2)}
    length = op.unsqueeze(op.gather(op.shape_of(ids, "i64"), axis[1], axis[0]), axis[0])
    places = (
        named["embeddings.position_embeddings.weight"] + named["embeddings.token_type_embeddings.weight"][0]
    )
    place = op.slice(number(places), number([0], _WHOLE), length, number([1], _WHOLE))
    word = op.gather(number(named["embeddings.word_embeddings.weight"]), ids, axis[0])
    x = normalised(op.add(word, op.unsqueeze(place, axis[0])), "embeddings.LayerNorm")
    hidden = op.subtract(number(1), op.unsqueeze(op.unsqueeze(mask, axis[1]), axis[1]))
    ignored = op.multiply(hidden, number(-1e4))
    thirds = [slice(n * weights.width, (n + 1) * weights.width) for n in range(3)]
    split, swap = number([0, 0, heads, size], _WHOLE), number([0, 2, 1, 3], _WHOLE)
    for block in range(weights.blocks):
        name = f"encoder.layer.{block}"
        seen = rounded(x, f"{block}.qkv")
        query, key, value = (
            op.transpose(op.reshape(dense(seen, f"{block}.qkv", part), split, True), swap) for part in thirds
        )
        scores = op.multiply(op.matmul(query, key, False, True), number(1 / math.sqrt(size)))
        mixed = op.matmul(op.softmax(op.add(scores, ignored), -1), value, False, False)
        joined = op.reshape(op.transpose(mixed, swap), number([0, 0, weights.width], _WHOLE), True)
        attended = dense(rounded(joined, f"{block}.out"), f"{block}.out")
        x = normalised(op.add(x, attended), f"{name}.attention.output.LayerNorm")
        wide = op.gelu(dense(rounded(x, f"{block}.up"), f"{block}.up"), "erf")
        narrow = dense(rounded(wide, f"{block}.down"), f"{block}.down")
        x = normalised(op.add(x, narrow), f"{name}.output.LayerNorm")
    weighed = op.unsqueeze(mask, axis[2])
    total = op.reduce_sum(op.multiply(x, weighed), axis[1])
    pooled = op.divide(total, op.reduce_sum(weighed, axis[1]))
    square = op.reduce_sum(op.multiply(pooled, pooled), number([1], _WHOLE), True)
    vectors = op.divide(pooled, op.sqrt(square))
    return ov.Model([vectors, *(taps or {}).values()], [ids, mask], "bert")


def rounded_weights(weights: Floats) -> tuple[Floats, NDArray[np.int8]]:
    """Step of each row (rows × 1), and the rows in whole steps: `steps * whole` is near `weights`."""
    steps = np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-12) / 127
    whole = np.clip(np.round(weights / steps), -127, 127).astype(np.int8)
    return np.asarray(steps, dtype=np.float32), whole


def can_bf16() -> bool:
    """Whether this processor multiplies bf16."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def version() -> str:
    return str(import_openvino().get_version())


def _compile(model: Any, precision: str, threads: int, streams: int | None = None) -> Any:
    within = "bf16" if precision == "bf16" or (precision == "int8" and can_bf16()) else "f32"
    options = {
        "INFERENCE_PRECISION_HINT": within,
        "INFERENCE_NUM_THREADS": str(threads),
        "NUM_STREAMS": str(streams or threads),
        # Pinned to cores, two processes on one machine would fight for the same ones.
        "ENABLE_CPU_PINNING": "NO",
    }
    return _core().compile_model(model, "CPU", options)


_lock = threading.Lock()
_cores: list[Any] = []


def _core() -> Any:
    with _lock:
        if not _cores:
            _cores.append(import_openvino().Core())
        return _cores[0]


def import_openvino() -> Any:
    """The package, without what it tells its makers: on import it would send an event over the network, and
    keep a number for this machine in the home folder."""
    with hidden("openvino_telemetry"):
        import openvino

    return openvino


def _tokenizer(folder: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer
