"""What an ingest run did, for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.terminal import Terminal
    from ingest.report import Entry, Report

SHOWN = 20
"""Sources named under each outcome; --json names all."""
STYLES = {"new": "green", "changed": "cyan", "failed": "bold red", "skipped": "yellow", "pruned": "magenta"}
_WIDTH = 10
_WORTH_TELLING = 0.05
"""Seconds."""


def show(report: Report, terminal: Terminal) -> None:
    """A table of counts, one of what took how long, then what needs a look."""
    from rich.text import Text

    from bot.terminal import counted
    from ingest.report import OUTCOMES

    if report.articles and report.counts["unchanged"] == report.articles and not report.pruned:
        terminal.print(
            "Nothing changed: the article is in the archive as it is."
            if report.articles == 1
            else f"Nothing changed: all {counted(report.articles, 'article')} are in the archive as they are."
        )
    elif not report.articles:
        terminal.print("No article was found there.")
    else:
        for outcome in OUTCOMES:
            n = report.counts[outcome]
            if outcome == "pruned" and not n:
                continue
            terminal.print(Text(f"{n:>{_WIDTH},} {outcome}", STYLES.get(outcome, "") if n else "dim"))
    _show_stages(report, terminal)
    for outcome in ("changed", "duplicate", "skipped", "failed", "pruned"):
        _name(outcome, getattr(report, outcome), report.counts[outcome], terminal)
    if report.failed:
        terminal.print()
        terminal.print("`dateline failures --retry` reads again what failed, and nothing else.", "dim")
    if report.stopped:
        terminal.print()
        terminal.print(f"Stopped: {report.stopped}. Run it again to finish.", "bold yellow")


def _show_stages(report: Report, terminal: Terminal) -> None:
    """A line for each stage that something went through: what, how long, how fast."""
    from bot.terminal import counted

    stages = [
        ("read", report.articles, "article", report.reading_seconds, report.articles_per_second),
        ("embedded", report.embedded, "passage", report.embedding_seconds, report.passages_per_second),
    ]
    stages = [stage for stage in stages if stage[1] and stage[3] >= _WORTH_TELLING]
    if not stages:
        return
    terminal.print()
    for name, n, unit, seconds, rate in stages:
        told = f"{counted(n, unit)} in {seconds:,.1f} s, {rate:,.0f} a second"
        terminal.print(f"{name:>{_WIDTH}} {told}", "dim")
    if report.building_seconds >= _WORTH_TELLING:
        terminal.print(f"{'base':>{_WIDTH}} built in {report.building_seconds:,.1f} s", "dim")
    if report.published:
        held = f", which holds {report.held:,} now" if report.held is not None else ""
        told = f"{report.published:,} passages to the server{held}, in {report.publishing_seconds:,.1f} s"
        terminal.print(f"{'published':>{_WIDTH}} {told}", "dim")
    terminal.print(f"{'in all':>{_WIDTH}} {report.seconds:,.1f} s", "dim")


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


def dropped(report: Report, data: Path) -> list[dict[str, object]]:
    """Of each article that came in: its origin and id, and the lines that were taken for the page's own."""
    from index.ledger import Ledger

    entries = [entry for entry in (*report.new, *report.changed) if entry.article]
    if not entries:
        return []
    found: list[dict[str, object]] = []
    with Ledger(data) as ledger:
        for entry in entries:
            versions = ledger.versions(entry.article or "")
            if versions:
                lines = list(versions[-1].dropped)
                found.append({"origin": entry.origin, "article": entry.article, "lines": lines})
    return found


def show_dropped(found: list[dict[str, object]], terminal: Terminal) -> None:
    """Each article's origin, and under it the lines left out."""
    from rich.text import Text

    from bot.terminal import one_line

    terminal.print()
    terminal.print("dropped", "bold")
    for item in found:
        lines = item["lines"]
        assert isinstance(lines, list)
        terminal.block(Text(one_line(str(item["origin"]))), "  ")
        for line in lines or ["nothing"]:
            mark = "− " if lines else ""
            terminal.block(Text(one_line(line), "dim"), f"      {mark}", "        ")
