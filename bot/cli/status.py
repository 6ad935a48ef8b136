"""dateline status: what the archive holds and how far it is embedded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from bot.cli import _coverage, _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError, SearchIndexError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.terminal import Terminal
    from index.ledger import Ledger

LABEL = 10


def status(ctx: typer.Context, as_json: AsJson = False, data: Data = None) -> None:
    """Show what the archive holds."""
    settings = _open.open_settings(ctx, data)
    with _open.open_ledger(settings) as ledger:
        held = _held(ledger, settings)
    if as_json:
        write_json(held)
    else:
        _show(held)


def _held(ledger: Ledger, settings: Settings) -> dict[str, Any]:
    stats = ledger.stats()
    embedded, remark = _embedded(ledger, settings)
    calendar = ledger.calendar()
    months = _coverage.by_month(calendar)
    return {
        "data": str(settings.data.absolute()),
        "articles": stats["articles"],
        "versions": stats["versions"],
        "passages": stats["passages"],
        "embedded": embedded,
        "coverage": ledger.coverage().as_json(),
        "months": months,
        "gaps": [{"since": first, "until": last} for first, last in _coverage.gaps(months)],
        "publishers": [asdict(outlet) for outlet in _coverage.by_outlet(calendar, ledger.publishers())],
        "models": {"embedding": settings.embedding_model, "language": settings.llm_config().name},
        "base": _base(ledger),
        "servers": _servers(ledger, settings),
        "sequence": ledger.sequence(),
        "last_run": ledger.last_run(),
        "disk_bytes": sum(f.stat().st_size for f in settings.data.rglob("*") if f.is_file()),
        "remark": remark,
    }


def _embedded(ledger: Ledger, settings: Settings) -> tuple[int | None, str | None]:
    """Passages that the model set has embedded, None when that can't be told; and why they are not all."""
    try:
        embedded = embedded_passages(ledger, settings)
    except DatelineError as error:
        return None, str(error)
    from bot.terminal import counted

    waiting = ledger.stats()["passages"] - embedded
    return (
        embedded,
        f"{counted(waiting, 'passage')} to be embedded: `dateline ingest` goes on with them."
        if waiting
        else None,
    )


def embedded_passages(ledger: Ledger, settings: Settings) -> int:
    """How many passages have a vector of the model set.

    Raises:
        ModelError: the model isn't on this machine.
        IndexMismatchError: the archive is in use with another one.
        SearchIndexError: its vectors can't be read.
    """
    from index.embedder import load_embedder
    from index.live import check_model
    from index.vectors import Vectors, count_embedded, vectors_path

    check_model(ledger, settings.index_config())
    embedder = load_embedder(settings.index_config())
    if not vectors_path(settings.data, embedder.identity).is_file():
        return 0
    vectors = Vectors(settings.data, embedder.identity, embedder.dim)
    try:
        return count_embedded(ledger, vectors)
    finally:
        vectors.close()


def _base(ledger: Ledger) -> dict[str, Any] | None:
    from index.dense.base import chroma_folder, current_name, read_manifest

    name = current_name(ledger.data)
    if name is None:
        return None
    try:
        manifest = read_manifest(chroma_folder(ledger.data) / name)
    except SearchIndexError as error:
        return {"name": name, "error": str(error)}
    return {
        "name": name,
        "model": manifest.model,
        "sequence": manifest.sequence,
        "passages": manifest.count,
        "upto": manifest.upto,
    }


def _servers(ledger: Ledger, settings: Settings) -> list[dict[str, Any]]:
    """What the ledger knows of each Chroma server that it was written to, and of the one that is set. Asks
    none of them."""
    from contextlib import closing

    from index.dense.server.collection import collection_name
    from index.dense.server.http import ChromaServer
    from index.embedder import model_identity
    from index.ledger import stores

    config = settings.index_config()
    found = []
    total = stores.count_current(ledger, ledger.last_passage())
    with closing(ChromaServer(config)) as server:
        address = server.address if config.has_server else None
        try:
            ours = collection_name(ledger.identity, model_identity(config))
        except DatelineError:  # the model isn't here; what the archive says of it is told elsewhere
            ours = "?"
        for store in stores.every(ledger):
            place, _, name = store.name.partition("/tenants/")
            waiting = total - stores.count_current(ledger, store.upto)
            found.append(
                {
                    "address": place,
                    "place": store.name,
                    "is_set": place == address and name.endswith(ours),
                    "passages": store.held,
                    "upto": store.upto,
                    "waiting": waiting,
                    "written": store.at,
                    "fault": store.fault,
                }
            )
    if address is not None and not any(one["is_set"] for one in found):
        nothing = {"place": None, "passages": 0, "upto": 0, "waiting": total, "written": None, "fault": None}
        found.append({"address": address, "is_set": True, **nothing})
    return found


def _on_the_server(server: dict[str, Any]) -> str:
    from bot.terminal import counted, day

    said = f"{server['address']} holds {counted(server['passages'], 'passage')}"
    said += f", {server['waiting']:,} wait" if server["waiting"] else ", all that there are"
    if server["written"]:
        said += f"; {day(server['written'])} {server['written'][11:16]} UTC"
    if server["fault"]:
        said += f". {server['fault']}"
    if server["waiting"] and not server["fault"]:
        said += ": `dateline publish` or `dateline ingest` writes them there"
    return said if server["is_set"] else f"{said} (not the one that is set)"


def _show(held: dict[str, Any]) -> None:
    from rich.text import Text

    from bot.terminal import Terminal, counted, coverage_line, one_line, size
    from index.article import Coverage

    terminal = Terminal()
    coverage = held["coverage"]
    embedded = held["embedded"] or 0
    share = f"{100 * embedded // max(1, held['passages'])} % embedded"
    _line(terminal, "Archive", f"{held['data']}, {size(held['disk_bytes'])}")
    _line(
        terminal,
        "Holds",
        f"{counted(held['articles'], 'article')} in {counted(held['versions'], 'version')}, "
        f"{counted(held['passages'], 'passage')}, {share}",
    )
    span = Coverage(coverage["articles"], coverage["oldest"], coverage["newest"], coverage["undated"])
    _line(terminal, "Dates", coverage_line(span).partition(", ")[2] or "none known")
    _coverage.show_months(terminal, held["months"], LABEL)
    _coverage.show_gaps(terminal, held["months"], LABEL)
    outlets = [_coverage.Outlet(**outlet) for outlet in held["publishers"]]
    _coverage.show_outlets(terminal, outlets, held["months"], LABEL)
    _line(terminal, "Models", f"{held['models']['embedding']} finds, {held['models']['language']} writes")
    if held["base"] is not None or not held["servers"]:
        _line(terminal, "Base", _in_the_base(held))
    for server in held["servers"]:
        _line(terminal, "Server", _on_the_server(server))
    _line(terminal, "Last run", _last_run(held["last_run"]))
    _line(terminal, "Sequence", f"{held['sequence']:,}")
    if held["remark"]:
        terminal.block(Text(one_line(held["remark"]), "yellow"), Text("! ", "yellow"))


def _line(terminal: Terminal, label: str, text: str) -> None:
    from rich.text import Text

    terminal.block(Text(text), Text(f"{label:<{LABEL}}", "bold"))


def _in_the_base(held: dict[str, Any]) -> str:
    base = held["base"]
    if base is None:
        return "none yet: every passage is compared one by one"
    if "error" in base:
        return f"{base['error']}: the next `dateline ingest` builds another"
    beside = held["passages"] - base["passages"]
    return f"{base['name']}, {base['passages']:,} passages sealed; {beside:,} newer beside it"


def _last_run(run: dict[str, Any] | None) -> str:
    from bot.terminal import day

    if run is None:
        return "none"
    when = f"{day(run['started'])} {run['started'][11:16]} UTC"
    if run["finished"] is None:
        return f"{when}, not finished: run `dateline ingest` again, or it is running now"
    counts = [f"{n:,} {outcome}" for outcome, n in (run["counts"] or {}).items() if isinstance(n, int) and n]
    return f"{when}: {', '.join(counts) or 'nothing found'}"
