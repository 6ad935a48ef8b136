"""dateline feedback: what people said of answers, and a file of it to measure by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.feedback import Judged
    from bot.settings import Settings

SHOWN = 20


def feedback(
    ctx: typer.Context,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write it as questions for `dateline eval`, one JSON object a line; - for the terminal.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show what people said of answers, with the buttons in Discord or /right and /wrong in `dateline chat`.

    With --export: a file that `dateline eval answers` and `dateline eval retrieval` read. An answer called
    right is expected again: the same quotes, or the same silence. Of one called wrong, the words and the
    article that somebody gave are expected; where nobody did, not those quotes again. Answers on which as
    many say right as wrong are left out.
    """
    settings = _open.open_settings(ctx, data)
    judged = _judged(settings)
    if export is not None:
        _export([one for one in judged if one.verdict != "disputed"], export)
    elif as_json:
        write_json({"answers": [one.as_line() | _counts(one) for one in judged]})
    else:
        _show(judged)


def _judged(settings: Settings) -> list[Judged]:
    """Less the answers whose articles have been taken out since."""
    from bot.feedback import Feedback

    with _open.open_ledger(settings) as ledger:
        kept = Feedback.open(settings.data)
        if kept is None:
            return []
        try:
            if gone := ledger.withdrawn_versions(kept.versions()):
                kept.forget(list(gone))
            return kept.judged()
        finally:
            kept.close()


def _counts(one: Judged) -> dict[str, object]:
    return {"right": one.right, "wrong": one.wrong}


def _export(judged: list[Judged], file: Path) -> None:
    lines = "".join(json.dumps(one.as_line(), ensure_ascii=False) + "\n" for one in judged)
    if str(file) == "-":
        typer.echo(lines, nl=False)
        return
    try:
        file.write_text(lines, encoding="utf-8")
    except OSError as error:
        raise DatelineError(f"{file} can't be written ({error}): choose another with --export.") from error
    from bot.terminal import Terminal, counted

    said = Terminal()
    said.print(f"Written: {file}, {counted(len(judged), 'question')}")
    said.print(f"Measure with: dateline eval answers {file}", "dim")


def _show(judged: list[Judged]) -> None:
    from rich.text import Text

    from bot.terminal import Terminal, counted, one_line

    terminal = Terminal()
    if not judged:
        terminal.print("Nobody has said of an answer yet whether it is right.")
        return
    told = [f"{sum(one.verdict == v for one in judged)} {v}" for v in ("right", "wrong", "disputed")]
    terminal.print(f"{counted(len(judged), 'answer')} judged: {', '.join(told)}", "bold")
    for one in judged[-SHOWN:]:
        line = f"{one.verdict:8}  {one.day}  {one_line(one.question)}"
        terminal.block(Text(line), "", " " * 22)
        for what, said in (("right would be", one.words), ("it stands in", one.articles)):
            if said:
                terminal.block(Text(f"{what}: {one_line('; '.join(said))}", "dim"), " " * 22)
    if len(judged) > SHOWN:
        terminal.print(f"and {len(judged) - SHOWN:,} earlier; --json has them all", "dim")
