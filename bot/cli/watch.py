"""dateline watch: what feeds bring, as it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import _open
from bot.cli._options import Data


def watch(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Feeds and sitemaps, an address a line, `#` before comments; or OPML.",
            show_default=False,
        ),
    ],
    once: Annotated[bool, typer.Option("--once", help="Look at each feed once, and end; for cron.")] = False,
    every: Annotated[
        float,
        typer.Option(
            min=1, max=1440, metavar="MINUTES", help="Between two looks at a feed, before it is known better."
        ),
    ] = 15,
    data: Data = None,
) -> None:
    """Take in what feeds bring, again and again.

    A feed that brings much is looked at more often, one that is silent less. The archive is held only
    while something is written, and the list is read again when it changes. Ctrl-C ends it.

    With `--once`, exits 0 when all went well, 3 when some failed (each is named), 1 when nothing could be
    done.
    """
    from bot.terminal import Terminal, one_line
    from ingest.web.watch import Watch

    config = _open.open_settings(ctx, data).ingest_config()
    terminal = Terminal()

    def say(line: str) -> None:
        from datetime import datetime

        terminal.print(f"{datetime.now():%H:%M}  {one_line(line)}")

    raise typer.Exit(Watch(file, config, say, every=every * 60, once=once).run())
