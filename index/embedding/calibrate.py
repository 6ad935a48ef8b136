"""Int8 for one model: how wide the inputs of its dense layers are, seen on passages of the archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.openvino_ import LAYERS, Input8, Tapped, Weights, rounded_weights
from index.files import replace_bytes

Floats = NDArray[np.float32]
PASSAGES = 32
"""To calibrate on. With 100 the cosine to fp32 was no better."""
_BATCH = 8
_ROWS = 256
"""Tokens kept of each layer's input, to measure the mean error on."""
_ALPHA = 0.75
"""How far the weights take over the unevenness of the inputs' channels; of .5 to 1, the nearest to fp32."""


def calibrate(tapped: Tapped, texts: Sequence[str]) -> dict[str, Input8]:
    """An Input8 for each dense layer, by name."""
    low: dict[str, Floats] = {}
    high: dict[str, Floats] = {}
    rows: dict[str, list[Floats]] = {}
    chance = np.random.default_rng(0)
    for at in range(0, len(texts), _BATCH):
        batch = list(texts[at : at + _BATCH])
        seen = tapped.run(batch)
        count = next(iter(seen.values())).shape[0]
        kept = chance.choice(count, min(count, _ROWS * len(batch) // len(texts) + 1), replace=False)
        for name, x in seen.items():
            low[name] = np.minimum(low.get(name, np.float32(0)), x.min(axis=0))
            high[name] = np.maximum(high.get(name, np.float32(0)), x.max(axis=0))
            rows.setdefault(name, []).append(x[kept])
    return {
        name: _input(np.concatenate(rows[name]), low[name], high[name], *tapped.weights.dense(name))
        for name in rows
    }


def _input(x: Floats, low: Floats, high: Floats, weights: Floats, bias: Floats) -> Input8:
    widest = np.maximum(np.maximum(-low, high), 1e-5)
    heaviest = np.maximum(np.abs(weights).max(axis=0), 1e-5)
    smoothing = widest**_ALPHA / heaviest ** (1 - _ALPHA)
    smoothing = (smoothing / np.exp(np.log(smoothing).mean())).astype(np.float32)
    how = Input8(
        smoothing,
        float(min(0.0, (low / smoothing).min())),
        float(max(1e-6, (high / smoothing).max())),
        np.zeros(len(bias), dtype=np.float32),
    )
    bytes_ = np.clip(np.round(x / smoothing / how.step) + how.zero, 0, 255)
    steps, whole = rounded_weights(weights * smoothing)
    result = ((bytes_ - how.zero) * how.step) @ (steps * whole).T
    error = (x @ weights.T - result).mean(axis=0)
    return Input8(smoothing, how.low, how.high, error.astype(np.float32))


def save(path: Path, inputs: Mapping[str, Input8]) -> None:
    """Writes the file anew, atomically."""
    arrays: dict[str, Floats] = {}
    for name, how in inputs.items():
        arrays[f"{name}.smoothing"] = how.smoothing
        arrays[f"{name}.ends"] = np.array([how.low, how.high])
        arrays[f"{name}.correction"] = how.correction
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_bytes(path, buffer.getvalue())


def load(path: Path, weights: Weights) -> dict[str, Input8] | None:
    """What `save` wrote; None when there is nothing, or it is damaged or of another model."""
    inputs: dict[str, Input8] = {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            for block in range(weights.blocks):
                for layer in LAYERS:
                    name = f"{block}.{layer}"
                    low, high = (float(end) for end in arrays[f"{name}.ends"])
                    smoothing, correction = arrays[f"{name}.smoothing"], arrays[f"{name}.correction"]
                    inputs[name] = Input8(smoothing, low, high, correction)
                    if not _fits(inputs[name], *weights.dense(name)):
                        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return inputs


def _fits(how: Input8, weights: Floats, bias: Floats) -> bool:
    numbers = np.concatenate([how.smoothing.ravel(), how.correction.ravel(), [how.low, how.high]])
    return (
        how.smoothing.shape == (weights.shape[1],)
        and how.correction.shape == bias.shape
        and bool(np.isfinite(numbers).all())
        and bool((how.smoothing > 0).all())
        and how.low <= 0 < how.high
    )
