"""Taking passages off a server: what was forgotten or pruned, whichever model's, or all of the archive."""

from __future__ import annotations

from contextlib import closing

from index.config import IndexConfig
from index.dense.server.collection import delete, prefix
from index.dense.server.http import ChromaServer, NoCollectionError
from index.errors import ServerError
from index.ledger import Writer, stores
from index.ledger.stores import Store


def delete_left(writer: Writer, config: IndexConfig) -> None:
    """Deletes what is to leave any of this archive's collections, of whichever model. ServerError naming
    how much is still to be deleted, on the server that is set, or on one that isn't."""
    found = [store for store in stores.every(writer) if stores.leaving(writer, store.name, 1)]
    if not found:
        return
    faults = []
    with closing(ChromaServer(config)) as server:
        for store in found:
            try:
                _delete_left(writer, server, store, config)
            except ServerError as error:
                faults.append(str(error))
    if faults:
        raise ServerError(" ".join(faults))


def _delete_left(writer: Writer, server: ChromaServer, store: Store, config: IndexConfig) -> None:
    place, _, name = store.name.rpartition("/collections/")
    reason = "it isn't the server that is set: set CHROMA_URL to it"
    try:
        is_set = config.has_server and place == f"{server.address}{server.home()}"
        while is_set and (ids := stores.leaving(writer, store.name, server.quotas.records)):
            delete(server, f"{server.home()}/collections/{store.collection}", ids)
            stores.have_left(writer, store.name, ids)
    except NoCollectionError:
        stores.drop(writer, store.name)  # and all that was in it
    except ServerError as error:
        is_set, reason = False, str(error)
    if not is_set:
        raise ServerError(
            f"Passages that were taken out are still on the Chroma server at {place} in {name} ({reason}): "
            "the next `dateline ingest` or `dateline forget` deletes them; nobody finds them meanwhile."
        )


def remove(writer: Writer, config: IndexConfig) -> list[str]:
    """Deletes this archive's collections, of every model, on the server that `config` names; their names.

    ServerError when the server is away or refuses. What the ledger knows of that server it forgets all the
    same, so that one that is gone for good is waited for no longer.
    """
    with closing(ChromaServer(config)) as server:
        try:
            found = server.call("GET", f"{server.home()}/collections", kind="write", params={"limit": 300})
            names = [str(c["name"]) for c in found if str(c["name"]).startswith(prefix(writer.identity))]
            for name in names:
                server.call("DELETE", f"{server.home()}/collections/{name}", kind="write")
            return names
        finally:
            for store in stores.every(writer):
                if store.name.startswith(f"{server.address}/"):
                    stores.drop(writer, store.name)
