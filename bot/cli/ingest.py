"""dateline ingest: articles into the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

if TYPE_CHECKING:
    from bot.terminal import Terminal
    from ingest.report import Entry, Report

SHOWN = 20
"""Sources named under each outcome; --json names all."""
STYLES = {"new": "green", "changed": "cyan", "failed": "bold red", "skipped": "yellow"}


def ingest(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…", help="Files, folders, globs, or `-` for standard input.", show_default=False
        ),
    ],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Take articles in.

    Text, HTML, Markdown, JSON and JSON Lines, gzipped or not, are told apart by their content where the
    name doesn't tell.

    Running it again is safe: what has not changed is left as it is, and a run that was killed is finished.

    Exits 0 when all is in or unchanged, 3 when some failed (each is named), 1 when nothing could be done.
    """
    from bot.cli._progress import watching
    from bot.terminal import Terminal

    config = _open.open_settings(ctx, data).ingest_config()
    terminal = Terminal()
    with watching(terminal, plain=not as_json) as progress:
        from ingest.job import run

        report = run(sources, config, progress)
    if as_json:
        write_json(report.as_json())
    else:
        show(report, terminal)
    raise typer.Exit(report.exit_code)


def show(report: Report, terminal: Terminal) -> None:
    """The report as a table of counts, then what needs a look."""
    from rich.text import Text

    from bot.terminal import counted
    from ingest.report import OUTCOMES

    if report.articles and report.counts["unchanged"] == report.articles:
        terminal.print(
            f"Nothing changed: all {counted(report.articles, 'article')} are in the archive as they are."
        )
    elif not report.articles:
        terminal.print("No article was found there.")
    else:
        for outcome in OUTCOMES:
            n = report.counts[outcome]
            terminal.print(Text(f"{n:>9,} {outcome}", STYLES.get(outcome, "") if n else "dim"))
    if report.passages or report.embedded:
        rates = [counted(report.articles, "article"), f"{report.articles_per_second:,.0f} a second"]
        if report.embedded:
            rates += [f"{report.embedded:,} passages embedded", f"{report.passages_per_second:,.0f} a second"]
        terminal.print(f"{', '.join(rates)}; {report.seconds:,.1f} s in all", "dim")
    for outcome in ("changed", "duplicate", "skipped", "failed"):
        _name(outcome, getattr(report, outcome), report.counts[outcome], terminal)
    if report.stopped:
        terminal.print()
        terminal.print(f"Stopped: {report.stopped}. Run it again to finish.", "bold yellow")


def _name(outcome: str, entries: list[Entry], n: int, terminal: Terminal) -> None:
    from rich.text import Text

    from bot.terminal import one_line

    if not entries:
        return
    terminal.print()
    terminal.print(Text(outcome, STYLES.get(outcome, "bold")))
    for entry in entries[:SHOWN]:
        terminal.block(Text(one_line(entry.origin)), "  ")
        if entry.reason:
            stage = f"{entry.stage}: " if entry.stage else ""
            terminal.block(Text(stage + one_line(entry.reason), "dim"), "      ")
    if n > SHOWN:
        terminal.print(f"  and {n - SHOWN:,} more; --json names them", "dim")
