"""dateline reindex: another embedding model for an archive that goes on answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

if TYPE_CHECKING:
    from bot.terminal import Terminal
    from ingest.reindex import Reindexed

STOPPED = 3
"""Exit status of a run that was ended before the new model was in use."""


def reindex(
    ctx: typer.Context,
    remove_old: Annotated[
        bool,
        typer.Option("--remove-old", help="Delete the vectors of every other model when it is done."),
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Embed the archive by the model that EMBEDDING_MODEL names.

    What is in use goes on answering: passages, vectors and a base of the new model are built beside it, and
    put in their place in one step, which a running bot follows. Passages are cut anew where the new model
    reads less than they hold.

    Stop it, kill it, run it again: it goes on where it stood. While it runs, `dateline ingest` has to wait.

    Exits 0 when the model is in use, 3 when it was stopped before, 1 on a fault.
    """
    from bot.cli._progress import watching
    from bot.terminal import Terminal

    config = _open.open_settings(ctx, data).ingest_config()
    terminal = Terminal()
    with watching(terminal, plain=not as_json) as progress:
        from ingest.reindex import reindex as run

        done = run(config, progress, remove_old=remove_old)
    if as_json:
        write_json(done.as_json())
    else:
        _show(done, terminal)
    raise typer.Exit(0 if done.is_in_use else STOPPED)


def _show(done: Reindexed, terminal: Terminal) -> None:
    from bot.terminal import counted

    if not done.is_in_use:
        terminal.print(
            f"Stopped ({done.stopped}): {done.before or 'no model'} is still in use. Run it again to go on.",
            "bold yellow",
        )
        return
    if done.before == done.after:
        terminal.print(f"{done.after} is in use already.", "bold")
    else:
        told = f"{done.after} is in use now, {counted(done.embedded, 'passage')} embedded"
        if done.versions:
            told += f", {counted(done.versions, 'version')} cut anew"
        terminal.print(f"{told}, in {done.seconds:,.1f} s.", "bold")
        if done.before and not done.removed:
            terminal.print(
                f"The vectors of {done.before} are kept: `dateline reindex --remove-old` deletes them.", "dim"
            )
    for name in done.removed:
        terminal.print(f"Deleted: the vectors of {name}.", "dim")
