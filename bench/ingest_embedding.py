"""The ways to embed, and what this processor can do at most; run by bench/ingest.py, in its own process."""

from __future__ import annotations

import gzip
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

MODEL = "all-MiniLM-L6-v2"
READ = 256
"""Word pieces that the model reads of a text."""


def load(file: str) -> list[dict[str, Any]]:
    raw = Path(file).read_bytes()
    text = (gzip.decompress(raw) if file.endswith(".gz") else raw).decode("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def counts(texts: list[str]) -> np.ndarray:
    """Word pieces of each text, marks included, uncut."""
    from index.embedder import find_model
    from index.embedding.tokens import TokenCounter

    return np.array(TokenCounter(find_model(MODEL) / "tokenizer.json")(texts) if texts else [0])


def work(sizes: np.ndarray, seconds: float, batch: int = 8) -> dict[str, float]:
    """How fast texts of these sizes went through the model, counted from its shape."""
    from index.embedder import find_model
    from index.embedding.openvino_ import Weights

    weights = Weights(find_model(MODEL))
    real = np.minimum(sizes, READ)
    ordered = np.sort(real)[::-1]
    padded = np.repeat(-(-ordered[::batch] // 8) * 8, batch)[: len(ordered)]
    return {
        "pieces_per_second": round(float(real.sum() / seconds)),
        "gflops": round(weights.operations(real) / seconds / 1e9, 1),
        "gflops_padded": round(weights.operations(padded) / seconds / 1e9, 1),
        "padding": round(float(padded.sum() / real.sum() - 1), 3),
    }


def backends(articles_file: str) -> dict[str, Any]:
    """Every way to embed the same passages, by turns; cosine and recall of the ten nearest against fp32."""
    from index.config import IndexConfig
    from index.embedder import find_model
    from index.embedding import calibrate, choice
    from index.embedding.openvino_ import OpenVino, Tapped
    from index.embedding.torch_ import Torch
    from ingest.passages import Cutter

    config = IndexConfig(Path("unused"))
    cutter = Cutter.for_model(config)
    articles = load(articles_file)
    cut = [p.embed for a in articles for p in cutter.cut(a["text"], a["title"] or "", None)]
    texts, others = cut[:: max(1, len(cut) // 256)][:256], cut[1 :: max(1, len(cut) // 64)][:64]
    folder, cores = find_model(MODEL), choice.threads(config)
    inputs = calibrate.calibrate(Tapped(folder, READ, cores), others[: calibrate.PASSAGES])
    ways: dict[str, Any] = {
        f"openvino {precision}": OpenVino(folder, READ, precision, cores, inputs).encode
        for precision in ("fp32", "bf16", "int8")
        if precision != "bf16" or choice.usual_precision() == "bf16"
    }
    for precision in ("fp32", "bf16") if choice.usual_precision() == "bf16" else ("fp32",):
        model = Torch(folder, "cpu", precision, cores)
        ways[f"torch {precision}"] = lambda t, m=model: m.encode(t, is_query=False)
    for encode in ways.values():
        encode(texts[:32])
    sizes = counts(texts)
    exact = ways["openvino fp32"](texts)
    found: dict[str, Any] = {}
    for name, encode in ways.items():
        began = time.perf_counter()
        rows = encode(texts)
        seconds = time.perf_counter() - began
        found[name] = work(sizes, seconds) | {
            "cosine": round(float((rows * exact).sum(axis=1).mean()), 5),
            "recall": round(neighbours(rows, exact), 3),
        }
    return found


def neighbours(rows: np.ndarray, exact: np.ndarray, k: int = 10) -> float:
    """Share of fp32's k nearest passages that these vectors find for the same fp32 question vector."""
    near = [np.argsort(-(exact @ side.T), axis=1)[:, 1 : k + 1] for side in (rows, exact)]
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*near, strict=True)]))


def limit() -> dict[str, float]:
    """GFLOP/s of a large matrix product at each precision: the best of several tries."""
    from index.config import IndexConfig
    from index.embedding.choice import threads

    cores = threads(IndexConfig(Path("unused")))
    return {name: round(max(product(name, cores) for _ in range(3)), 1) for name in ("fp32", "bf16", "int8")}


def product(precision: str, cores: int, rows: int = 4096, inner: int = 1536, columns: int = 1536) -> float:
    from index.embedding.openvino_ import _compile, import_openvino

    ov = import_openvino()
    from openvino import opset13 as op

    chance = np.random.default_rng(0)
    x = op.parameter([rows, inner], np.float32)
    w = chance.normal(size=(columns, inner)).astype(np.float32)

    def number(value: Any, kind: Any = np.float32) -> Any:
        return op.constant(np.asarray(value, dtype=kind))

    if precision == "int8":
        ends = (number(-4.0), number(4.0 * 127 / 128))
        seen = op.fake_quantize(x, *ends, *ends, 256)
        whole = op.constant(np.clip(w * 40, -127, 127).astype(np.int8))
        w_node = op.multiply(op.convert(whole, "f32"), number(np.full((columns, 1), 0.025)))
    else:
        seen, w_node = x, number(w)
    # Many products one after another, so that going to bytes and back is paid once.
    for _ in range(3):
        seen = op.matmul(seen, w_node, False, True)
        if precision == "int8":
            seen = op.fake_quantize(seen, *ends, *ends, 256)
    model = ov.Model([op.reduce_max(seen, op.constant(np.array([0, 1])))], [x], "product")
    request = _compile(model, precision, cores, streams=1).create_infer_request()
    data = chance.normal(size=(rows, inner)).astype(np.float32)
    request.infer({0: data})
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        request.infer({0: data})
        best = min(best, time.perf_counter() - began)
    return 3 * 2.0 * rows * inner * columns / best / 1e9


SIDES = {"backends": backends, "limit": limit}

if __name__ == "__main__":
    print("\n" + json.dumps(SIDES[sys.argv[1]](*sys.argv[2:])))
