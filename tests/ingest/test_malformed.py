"""The short version of bench/malformed.py; docs/decisions.md has the figures of the whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "malformed.py"


def run(*options: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, str(BENCH), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def test_files_spoilt_at_random_break_nothing_and_are_all_named() -> None:
    figures = run("--count", "156", "--traps", "none", "--seed", "7")
    assert figures["inputs"] == 156
    assert figures["in"] + figures["failed"] + figures["skipped"] == 156
    assert {figures[name] for name in ("crashed", "unnamed", "unexplained", "strays", "sound_lost")} == {0}
    assert len(figures["formats"]) == 26
    assert figures["peak_memory_mb"] < 1500


@pytest.mark.slow
def test_bombs_and_traps_break_nothing_and_are_all_named() -> None:
    figures = run("--count", "0", "--traps", "small", "--record-seconds", "4")
    assert figures["in"] + figures["failed"] + figures["skipped"] == figures["inputs"] > 150
    assert figures["peak_memory_mb"] < 1500
