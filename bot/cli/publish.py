"""dateline publish: an archive's vectors onto a Chroma server, or Chroma Cloud."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings
    from index.config import IndexConfig
    from index.dense.server import Published
    from ingest.report import Progress

CLOUD = "cloud"
WAITING = 3
"""Exit status when some passages have no vector yet, and so couldn't be written."""


def publish(
    ctx: typer.Context,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL|cloud",
            help="A Chroma server's address, or `cloud` for Chroma Cloud; else CHROMA_URL.",
            show_default=False,
        ),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Delete this archive's passages there instead.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Write the archive's vectors to a Chroma server, without embedding anything again.

    What is there already isn't written again, and a run that was killed is finished by the next. At the end
    the passages there are counted, and a sample is read back and found by its own vectors. From then on
    CHROMA_URL is all that it takes for questions to be asked there, and `dateline ingest` writes to it.

    Exits 0 when all is there, 3 when some passages have no vector yet, 1 when the server is away or refuses.
    """
    from bot.terminal import Terminal
    from index.ledger.ledger import LEDGER_FILE

    settings = _open.open_settings(ctx, data)
    config = _config(settings, to)
    if not (settings.data / LEDGER_FILE).is_file():
        _open.open_ledger(settings).close()  # says so, and makes none
    terminal = Terminal()
    if remove:
        terminal.print(_remove(config))
        return
    from bot.cli._progress import watching

    with watching(terminal, plain=not as_json) as progress:
        done = _publish(config, progress)
    if as_json:
        write_json(done.as_json())
    else:
        for line in _told(done, config):
            terminal.print(line)
    raise typer.Exit(WAITING if done.waiting else 0)


def _config(settings: Settings, to: str | None) -> IndexConfig:
    from bot.settings import load_settings

    config = settings.index_config()
    if to is None and not config.has_server:
        raise DatelineError("Where to? Say --to URL, or --to cloud, or set CHROMA_URL.")
    if to == CLOUD:
        if config.chroma_api_key is None:
            raise DatelineError(
                "Chroma Cloud wants a key: set CHROMA_API_KEY, and CHROMA_TENANT and CHROMA_DATABASE where "
                "the key is for several."
            )
        return replace(config, chroma_url=None)
    if to is not None and to != config.chroma_url:
        to = load_settings(settings.data, chroma_url=to).chroma_url
        # A key that is set alone is Chroma Cloud's, and is told to nobody else.
        key = config.chroma_api_key if config.chroma_url else None
        config = replace(config, chroma_url=to, chroma_api_key=key)
    return config


def _publish(config: IndexConfig, progress: Callable[[Progress], None]) -> Published:
    from index.dense.server import Publisher
    from index.ledger import Writer
    from index.live import check_model
    from index.vectors import Vectors
    from ingest.report import Progress

    began = monotonic()

    def tell(done: int, total: int) -> None:
        seconds = monotonic() - began
        rate = done / seconds if seconds else 0.0
        left = (total - done) / rate if rate else None
        progress(Progress("publishing", done, total, 0, seconds, rate, left))

    with Writer(config.data) as writer, closing(Vectors(config.data, check_model(writer, config))) as vectors:
        publisher = Publisher(writer, vectors, config, tell)
        with closing(publisher):
            done = publisher.finish(verify=True)
    done.seconds = monotonic() - began
    return done


def _remove(config: IndexConfig) -> str:
    from index.dense.server import remove
    from index.ledger import Writer

    with Writer(config.data) as writer:
        removed = remove(writer, config)
    if not removed:
        return "The server holds nothing of this archive."
    return f"Deleted there: {', '.join(removed)}. The data folder is as it was."


def _told(done: Published, config: IndexConfig) -> list[str]:
    from bot.terminal import counted
    from index.dense.server.http import CLOUD as CLOUD_ADDRESS

    what = f"{counted(done.written, 'passage')} written"
    if done.deleted:
        what += f", {done.deleted:,} deleted"
    if not done.written and not done.deleted:
        what = "Nothing was missing there"
    lines = [
        f"{what}; {done.place} holds {counted(done.held, 'passage')} of this archive. {done.seconds:,.1f} s"
    ]
    lines.append(f"Of a sample of {done.sample}, {done.found} are found by their own vectors.")
    if done.waiting:
        lines.append(f"{counted(done.waiting, 'passage')} wait for a vector: `dateline ingest` goes on.")
    elif config.chroma_url is None:
        lines.append(f"Questions are asked there while CHROMA_API_KEY is set ({CLOUD_ADDRESS}).")
    else:
        url = config.chroma_url if "@" not in config.chroma_url else "that address"
        lines.append(f"Questions are asked there once CHROMA_URL={url} is set.")
    return lines
