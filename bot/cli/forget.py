"""dateline forget: articles out of the archive, for good."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.terminal import Terminal
    from index.ledger import Writer
    from ingest.forget import Forgotten, Named

UNKNOWN = 4
"""Exit status when a name is of nothing in the archive; the others are forgotten all the same."""
SHOWN = 20


def forget(
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="URL|ID…",
            help="Addresses in any of their forms, ids of articles or versions, or paths of files.",
            show_default=False,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Take articles out, every version of them, so that no file of the archive holds their words.

    An answer that cited one says from then on that it has been withdrawn. The same article isn't taken in
    again, whatever it is read from, until `dateline ingest --restore` is told to.

    Exits 0 when done, 4 when a name is of nothing in the archive, 1 when nothing could be done.
    """
    from bot.terminal import Terminal
    from index.ledger import Writer
    from index.ledger.ledger import LEDGER_FILE
    from ingest.forget import find
    from ingest.forget import forget as take_out

    settings = _open.open_settings(ctx, data)
    terminal = Terminal()
    if not (settings.data / LEDGER_FILE).is_file():
        _open.open_ledger(settings).close()  # says so, and makes none
    with Writer(settings.data) as writer:
        named = [find(writer, name) for name in names]
        known = [one for one in named if one.articles or one.before]
        unknown = [one.name for one in named if one not in known]
        if not known:
            _report(None, unknown, terminal, as_json=as_json)
            raise typer.Exit(UNKNOWN)
        if not yes and _on_terminal():
            _ask(known)
        with terminal.waiting("Writing every file anew without them"):
            _forget_feedback(settings.data, writer, known)
            done = take_out(writer, known, settings.index_config())
    _report(done, unknown, terminal, as_json=as_json)
    if done.unfinished:
        raise DatelineError(done.unfinished)
    raise typer.Exit(UNKNOWN if unknown else 0)


def _forget_feedback(data: Path, writer: Writer, known: list[Named]) -> None:
    """What people said of answers that cite them; first, as their words are needed to find what was typed."""
    from bot.feedback import Feedback

    feedback = Feedback.open(data)
    if feedback is None:
        return
    versions = [v for one in known for article in one.articles for v in writer.versions(article.id)]
    try:
        feedback.forget([v.id for v in versions], [v.text for v in versions])
    finally:
        feedback.close()


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(named: list[Named]) -> None:
    from bot.terminal import Terminal, console, counted, one_line

    terminal = Terminal(console(stderr=True))

    articles = {article.id: article for one in named for article in one.articles}
    for article in list(articles.values())[:SHOWN]:
        terminal.print(f"{article.id}  {one_line(article.url or article.origin)}")
    if len(articles) > SHOWN:
        terminal.print(f"and {len(articles) - SHOWN:,} more", "dim")
    what = counted(len(articles), "article") if articles else "what was taken out before"
    if not typer.confirm(f"Forget {what}? This can't be taken back.", default=False, err=True):
        raise typer.Exit(1)


def _report(done: Forgotten | None, unknown: list[str], terminal: Terminal, *, as_json: bool) -> None:
    from bot.terminal import counted, one_line

    if as_json:
        write_json(
            {
                "forgotten": done.articles if done else [],
                "forgotten_before": done.before if done else [],
                "versions": done.versions if done else 0,
                "passages": done.passages if done else 0,
                "unknown": unknown,
                "seconds": round(done.seconds, 3) if done else 0.0,
                "unfinished": done.unfinished if done else None,
            }
        )
        return
    if done and done.articles:
        terminal.print(
            f"Forgot {counted(len(done.articles), 'article')}: {counted(done.versions, 'version')}, "
            f"{counted(done.passages, 'passage')}; {done.seconds:,.1f} s"
        )
    for id_ in done.before if done else ():
        terminal.print(f"{id_} had been taken out before, and won't be taken in again.")
    for name in unknown:
        terminal.print(f"Nothing in the archive is called {one_line(name)}.")
