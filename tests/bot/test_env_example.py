""".env.example and Settings agree, name by name and default by default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import Settings, env_name, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
NAMES = [env_name(field) for field in Settings.model_fields]


def test_every_setting_stands_there_once_and_nothing_else() -> None:
    assert list(dotenv_values(EXAMPLE)) == NAMES


def test_taken_as_it_is_it_gives_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_settings() == Settings.model_construct()


def test_a_setting_that_has_a_default_shows_it() -> None:
    shown = dotenv_values(EXAMPLE)
    for field, info in Settings.model_fields.items():
        expected = "" if info.default is None else str(info.default)
        assert shown[env_name(field)] == expected, field


def test_each_setting_has_one_line_that_says_why() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for i, line in enumerate(lines):
        if re.match(r"[A-Z_]+=", line):
            assert re.match(r"# .{20,}\.$", lines[i - 1]), line
            assert lines[i - 2] == "", line
