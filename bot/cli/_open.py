"""What commands open; the one seam where tests put a scripted answerer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.answer.answer import Answerer
    from bot.settings import Settings
    from index.ledger import Ledger
    from index.search import Index


def open_settings(ctx: typer.Context, data: Path | None, **overrides: object) -> Settings:
    """Settings, where `--data` after the command wins over `--data` before it."""
    from bot.settings import load_settings

    return load_settings(data or ctx.obj, **overrides)


def open_ledger(settings: Settings) -> Ledger:
    from index.ledger import Ledger

    return Ledger(settings.data)


def open_index(settings: Settings) -> Index:
    from index.search import Index

    return Index.open(settings.index_config())


def open_answerer(settings: Settings) -> Answerer:
    """An answerer over an index of its own; `close()` closes both."""
    index = open_index(settings)  # first: it is quick to say that there is none
    from bot.answer.answer import Answerer

    return Answerer(index, settings.llm_config(), settings.judge_config())
