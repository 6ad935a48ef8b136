from __future__ import annotations

import importlib
import sys
import threading

import pytest

from index.hiding import hidden

MODULE = "this"  # of the standard library, and imported by nothing


def test_a_hidden_module_is_not_found_by_this_thread_only_and_is_there_again_afterwards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    with hidden(MODULE):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(MODULE)
        other = threading.Thread(target=importlib.import_module, args=[MODULE])
        other.start()
        other.join()
        assert MODULE in sys.modules
    monkeypatch.delitem(sys.modules, MODULE)
    with pytest.raises(ModuleNotFoundError), hidden(MODULE):
        importlib.import_module(MODULE)
    assert importlib.import_module(MODULE)
