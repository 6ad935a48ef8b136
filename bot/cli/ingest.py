"""dateline ingest: articles into the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from bot.cli import _open, _report
from bot.cli._options import AsJson, Data, a_day
from bot.cli._output import write_json


def ingest(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL…",
            help="Files, folders, globs, `-` for standard input; addresses of articles, feeds and sitemaps.",
            show_default=False,
        ),
    ],
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Take out what came from these folders before and is gone from them."),
    ] = False,
    prune_all: Annotated[
        bool,
        typer.Option("--prune-all", help="The same, even where that is more than half of a folder's."),
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Take in what `dateline forget` took out, too.")
    ] = False,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=THEIRS,…",
            help="Which fields hold what, for CSV, Parquet and JSON: title=Kop,text=Inhalt,published=Dato.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(
            parser=a_day, metavar="DAY", help="Of a feed or sitemap, only what it dates on this day or later."
        ),
    ] = None,
    show_dropped: Annotated[
        bool,
        typer.Option(
            "--show-dropped",
            help="Show, of what is new or changed, the lines left out: menus, share buttons.",
        ),
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Take articles in.

    Text scrapes, HTML, Markdown, JSON, JSON Lines, CSV, Parquet, RSS, Atom, NITF, NewsML-G2, ninjs, Reuters
    SGML, WARC, WordPress exports and PDF, packed with zip, tar or gzip or not, are told apart by their
    content where the name doesn't tell.

    An address is fetched as its site's robots.txt allows: an article, or all that a feed or a sitemap lists.

    Running it again is safe: what has not changed is left as it is, and a run that was killed is finished.

    Exits 0 when all is in or unchanged, 3 when some failed (each is named), 1 when nothing could be done.
    """
    from bot.cli._progress import watching
    from bot.terminal import Terminal
    from ingest.readers.fields import parse_map

    config = _open.open_settings(ctx, data).ingest_config()
    config = replace(
        config,
        web=replace(config.web, since=since.isoformat() if since else None),
        fields=parse_map(fields or []),
        prune=prune,
        prune_all=prune_all,
        restore=restore,
    )
    terminal = Terminal()
    with watching(terminal, plain=not as_json) as progress:
        from ingest.job import run

        report = run(sources, config, progress)
    dropped = _report.dropped(report, config.index.data) if show_dropped else None
    if as_json:
        write_json(report.as_json() | ({"dropped": dropped} if dropped is not None else {}))
    else:
        _report.show(report, terminal)
        if dropped is not None:
            _report.show_dropped(dropped, terminal)
    raise typer.Exit(report.exit_code)
