"""What tests of ingesting share: valid files of every format, as bench/seeds.py writes them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def seeds() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "seeds.py"
    spec = importlib.util.spec_from_file_location("bench_seeds", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_seeds"] = module
    spec.loader.exec_module(module)
    return module
