"""dateline article: one article, its versions and outlets, and a quote in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError

if TYPE_CHECKING:
    from index.article import Article, Version
    from index.ledger import Ledger, Withdrawn

WITHDRAWN = 4
"""Exit status when the article, or the version asked for, was in the archive and was taken out."""


def article(
    ctx: typer.Context,
    id_: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="An article's id, or a version's such as `abc@2`.", show_default=False
        ),
    ],
    quote: Annotated[
        str | None,
        typer.Option(
            metavar="START:END",
            help="Highlight these characters of the text, as citations give them.",
            show_default=False,
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--version", metavar="N", help="This version of it, counted from 1.", show_default=False
        ),
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changes", help="Show what each version changed in the one before it.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show an article, its versions and outlets, a quote in its place, or what was changed.

    Exits 0, 4 when the article has been withdrawn, 1 when there was none of that id.
    """
    span = _span(quote)
    if number is not None:
        id_ = f"{id_.partition('@')[0]}@{number}"
    settings = _open.open_settings(ctx, data)
    with _open.open_ledger(settings) as ledger:
        found = ledger.article(id_)
        withdrawn = _withdrawn(ledger, id_)
        if withdrawn is not None:
            _say_withdrawn(id_, withdrawn, found, as_json=as_json)
            raise typer.Exit(WITHDRAWN)
        if found is None:
            raise DatelineError(
                f"No article {id_!r} in {settings.data}. `dateline search` gives ids; "
                "another archive is chosen with --data."
            )
        versions = ledger.versions(found.id)
        version = versions[-1] if id_ == found.id else next((v for v in versions if v.id == id_), None)
        if version is None:
            raise DatelineError(f"No version {id_!r}; there are {', '.join(v.id for v in versions)}.")
        if span and not 0 <= span[0] < span[1] <= len(version.text):
            raise DatelineError(
                f"--quote {quote}: {version.id} has {len(version.text):,} characters, "
                "so START and END must be within 0 and that."
            )
        if as_json:
            write_json(_object(found, versions, ledger.outlets(found.id)))
        elif changed:
            from bot.cli import _changes
            from bot.terminal import Terminal

            _changes.show(versions, Terminal(), None if id_ == found.id else version)
        else:
            _show(found, version, versions, ledger, span)


def _span(quote: str | None) -> tuple[int, int] | None:
    if quote is None:
        return None
    start, colon, end = quote.partition(":")
    if not (colon and start.strip().isdecimal() and end.strip().isdecimal()):
        raise typer.BadParameter(
            f"{quote!r} is not START:END, two whole numbers such as 120:188.", param_hint="'--quote'"
        )
    return int(start), int(end)


def _withdrawn(ledger: Ledger, id_: str) -> Withdrawn | None:
    """What is known of the article where it, or the version asked for, is out of the archive."""
    known = ledger.withdrawn(id_)
    if known is None:
        return None
    is_out = ledger.article(id_) is None or ledger.withdrawn_versions([id_])
    return known if is_out else None


def _say_withdrawn(id_: str, known: Withdrawn, found: Article | None, *, as_json: bool) -> None:
    from bot.terminal import Terminal, day

    if as_json:
        write_json({"id": id_, "withdrawn": known.at[:10], "why": known.why})
        return
    terminal = Terminal()
    terminal.print(f"This article has been withdrawn, on {day(known.at)}.", "bold")
    if found is not None:
        terminal.print(f"It has come in again since: `dateline article {found.id}` shows it.")


def _held(quote: str, latest: str) -> str:
    if quote in latest:
        return " The words quoted still stand in it."
    return " The words quoted no longer stand in it."


def _object(found: Article, versions: list[Version], outlets: tuple[str, ...]) -> dict[str, object]:
    from bot.cli import _changes

    before: dict[str, Version | None] = dict(zip((v.id for v in versions), (None, *versions), strict=False))
    return {
        "id": found.id,
        "url": found.url,
        "versions": [
            {
                "id": v.id,
                "text": v.text,
                "title": v.title,
                "published": v.published,
                "modified": v.modified,
                "publisher": v.publisher,
                "author": v.author,
                "language": v.language,
                "seen": v.seen,
                "reason": v.reason,
                "superseded_by": v.superseded_by,
                "changes": _changes.as_json(earlier, v) if (earlier := before[v.id]) else None,
            }
            for v in versions
        ],
        "outlets": list(outlets),
    }


def _show(
    found: Article, version: Version, versions: list[Version], ledger: Ledger, span: tuple[int, int] | None
) -> None:
    from rich.text import Text

    from bot.answer.plain import outlet
    from bot.cli._changes import WHY
    from bot.terminal import Terminal, clean, day, one_line

    terminal = Terminal()
    terminal.print(one_line(version.title) or "untitled", "bold")
    facts = [outlet(version.publisher, found.url) or "outlet unknown", day(version.published)]
    if version.modified:
        facts.append(f"modified {day(version.modified)}")
    facts += [fact for fact in (version.author, version.language) if fact]
    terminal.print(" · ".join(one_line(fact) for fact in facts))
    terminal.link(found.url or found.origin)
    terminal.print()
    start, end = span or (0, 0)
    body = Text.assemble(
        clean(version.text[:start]),
        (clean(version.text[start:end]), "bold reverse yellow"),
        clean(version.text[end:]),
    )
    if span and terminal.out.color_system is None:
        body = Text(
            f"{clean(version.text[:start])}>>>{clean(version.text[start:end])}<<<{clean(version.text[end:])}"
        )
    terminal.block(body)
    terminal.print()
    if since := ledger.changed_versions([version.id]).get(version.id):
        held = "" if span is None else _held(version.text[start:end], versions[-1].text)
        terminal.print(f"Its publisher has changed this article since, on {day(since)}.{held}", "yellow")
        terminal.print(f"`dateline article {found.id} --changes` shows what was changed.", "yellow")
        terminal.print()
    outlets = [one_line(o) for o in ledger.outlets(found.id)]
    if len(outlets) > 1:
        terminal.print(f"printed by {', '.join(outlets)}", "dim")
    for v in versions:
        here = "▸" if v.id == version.id else " "
        terminal.print(f"{here} {v.id}  {WHY[v.reason]}, {day(v.seen)}", "" if v.id == version.id else "dim")
