"""Which precision embeds passages fastest on this machine, near enough to fp32: measured once, and kept.

Kept beside the vectors: in `<data>/embedding/<model>/`, `choice.json` for this machine and `int8.npz`, how
the model is made int8. Both can be deleted, and are made again.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.config import IndexConfig
from index.embedding import calibrate
from index.embedding.openvino_ import BATCH, Input8, OpenVino, Tapped, Weights, can_bf16, version
from index.files import replace_text
from index.vectors import vectors_path

Floats = NDArray[np.float32]
LEAST_COSINE = 0.997
"""Of vectors to the same in fp32, on average: below it, int8 is not used unless it is asked for."""
_TIMED = 2 * BATCH
"""Passages timed at each precision."""
_ROUNDS = 2
_FOLDER = "embedding"


@dataclass(frozen=True, slots=True)
class Choice:
    """What was measured, and what follows."""

    precision: str
    rates: dict[str, float]
    """Passages a second at each precision."""
    cosine: float
    """Of int8 to fp32 (or to bf16, which is within .00002 of it), the mean over passages that it was not
    calibrated on."""
    machine: str


def folder(config: IndexConfig, identity: str) -> Path:
    return config.data / _FOLDER / vectors_path(config.data, identity).stem


def read(config: IndexConfig, identity: str) -> Choice | None:
    """What was measured on this machine for this model and these cores; None when nothing was."""
    try:
        kept = json.loads((folder(config, identity) / "choice.json").read_text(encoding="utf-8"))
        choice = Choice(**kept)
    except (OSError, ValueError, TypeError):
        return None
    return choice if choice.machine == machine(threads(config)) else None


def int8(
    config: IndexConfig, identity: str, model: Path, max_tokens: int, sample: Sequence[str]
) -> dict[str, Input8] | None:
    """How to make the model int8: as kept, or calibrated on the sample. None when the sample is too small."""
    file = folder(config, identity) / "int8.npz"
    kept = calibrate.load(file, Weights(model)) if file.is_file() else None
    if kept is not None or len(sample) < calibrate.PASSAGES:
        return kept
    inputs = calibrate.calibrate(Tapped(model, max_tokens, threads(config)), _spread(sample)[0])
    _keep(lambda: calibrate.save(file, inputs))
    return inputs


def measure(
    config: IndexConfig, identity: str, model: Path, max_tokens: int, sample: Sequence[str]
) -> OpenVino:
    """Times every precision that may come into question, compares int8 to the other, and keeps what it
    found; the fastest that is near enough, ready to use.

    `sample` holds at least `needed()` texts. Takes a few seconds.
    """
    cores = threads(config)
    to_calibrate, to_time = _spread(sample)
    inputs = calibrate.calibrate(Tapped(model, max_tokens, cores), to_calibrate)
    usual = usual_precision()
    runners = {name: OpenVino(model, max_tokens, name, cores, inputs) for name in ("int8", usual)}
    rates = dict.fromkeys(runners, 0.0)
    rows: dict[str, Floats] = {}
    for _ in range(_ROUNDS):  # by turns, and the better of them: other processes come and go
        for name, runner in runners.items():
            began = time.perf_counter()
            rows[name] = runner.encode(to_time)
            rates[name] = max(rates[name], round(len(to_time) / (time.perf_counter() - began), 1))
    cosine = float((rows["int8"] * rows[usual]).sum(axis=1).mean())
    fastest = "int8" if rates["int8"] > rates[usual] and cosine >= LEAST_COSINE else usual
    choice = Choice(fastest, rates, round(cosine, 5), machine(cores))
    place = folder(config, identity)
    _keep(lambda: calibrate.save(place / "int8.npz", inputs))
    _keep(lambda: replace_text(place / "choice.json", json.dumps(asdict(choice)), durable=False))
    for name, runner in runners.items():
        if name != fastest:
            runner.close()
    return runners[fastest]


def needed() -> int:
    """Texts that a sample holds at least."""
    return calibrate.PASSAGES + _TIMED


def usual_precision() -> Literal["bf16", "fp32"]:
    """What to compute in when nothing has been measured: bf16 where the processor multiplies it."""
    return "bf16" if can_bf16() else "fp32"


def threads(config: IndexConfig) -> int:
    """Cores to use: as set, or all that this process may."""
    if config.embedding_threads:
        return config.embedding_threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def machine(cores: int) -> str:
    """This processor, what it can do, the cores used and the library: measured anew when that changes."""
    described = f"{platform.machine()} {platform.processor()} {_cpu()} {cores} {version()}"
    return f"{cores}-{sha256(described.encode()).hexdigest()[:16]}"


def _cpu() -> str:
    """The first processor's name and flags, as Linux tells them."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        return ""
    return " ".join(line for line in lines if line.startswith(("model name", "flags", "Features")))


def _spread(sample: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts to calibrate on, and others to time where there are any left, both from all over the sample."""
    wanted = min(len(sample), needed())
    chosen = [sample[n * len(sample) // wanted] for n in range(wanted)]
    if wanted < needed():
        return chosen[: calibrate.PASSAGES], []
    every = needed() // _TIMED
    return [text for n, text in enumerate(chosen) if n % every], chosen[::every]


def _keep(write: Callable[[], None]) -> None:
    """A cache that can't be written is no fault: it is made again next time."""
    with contextlib.suppress(OSError):
        write()
