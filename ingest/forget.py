"""Forgetting articles: finding them by whatever name they are known under, and taking them out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from index.article import Article
from index.config import IndexConfig
from index.errors import DatelineError
from index.ledger import Withdrawn
from ingest import urls

if TYPE_CHECKING:
    from index.ledger import Ledger, Writer


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for: articles of the archive, or one that was taken out before."""

    name: str
    articles: tuple[Article, ...] = ()
    before: Withdrawn | None = None


@dataclass(slots=True)
class Forgotten:
    """What `forget` did."""

    articles: list[str] = field(default_factory=list)
    versions: int = 0
    passages: int = 0
    before: list[str] = field(default_factory=list)
    """Ids of articles that had been taken out already, and are forgotten from now on."""
    seconds: float = 0.0
    unfinished: str | None = None
    """Why words of theirs may still be in a file, in a sentence; None when none is."""


def find(ledger: Ledger, name: str) -> Named:
    """The articles of this name: an address in any of its forms, the id of an article or of one of its
    versions, or the path of a file (`path#3` for one record of it). Nothing is in it when there is none."""
    found = ledger.article(name)
    if found is not None:
        return Named(name, (found,))
    url = urls.clean(name)
    if url is not None:
        return _by_address(ledger, name, url)
    before = ledger.withdrawn(name)
    if before is not None and before.restored is None:
        return Named(name, before=before)
    path = os.path.abspath(Path(name).expanduser())  # noqa: PTH100 - origins keep links too
    return Named(name, tuple(ledger.read_from(path)))


def _by_address(ledger: Ledger, name: str, url: str) -> Named:
    from index.ledger import article_id

    identity = urls.identity(url)
    found = ledger.article(article_id(identity))
    if found is not None:
        return Named(name, (found,))
    others = [a for a in ledger.with_address(urls.host(url)) if a.url and urls.identity(a.url) == identity]
    if others:
        return Named(name, tuple(others))
    fetched = ledger.read_from(url)
    before = ledger.withdrawn(article_id(identity)) if not fetched else None
    return Named(name, tuple(fetched), before if before and before.restored is None else None)


def forget(writer: Writer, named: Sequence[Named], config: IndexConfig | None = None) -> Forgotten:
    """Takes these articles out of every store, and remembers not to take them in again. `config` names the
    Chroma server that may hold them too; the data folder's alone is the default.

    They are found by nobody once the ledger has committed, whatever happens after; what then fails to be
    rewritten is told in `unfinished`.
    """
    from index.dense.server import delete_left

    started = monotonic()
    articles = {article.id: article for one in named for article in one.articles}
    done = Forgotten(list(articles), before=[one.before.article for one in named if one.before])
    held = writer.stats()
    with writer.batch(0) as batch:  # no run: `dateline failures` goes on showing those of the last
        if articles:
            batch.withdraw(list(articles), "forgotten")
        for id_ in done.before:
            batch.forget_withdrawn(id_)
    left = writer.stats()
    done.versions, done.passages = held["versions"] - left["versions"], held["passages"] - left["passages"]
    try:
        writer.erase()
    except DatelineError as error:
        done.unfinished = str(error)
    try:
        delete_left(writer, config or IndexConfig(writer.data))
    except DatelineError as error:
        done.unfinished = " ".join(filter(None, (done.unfinished, str(error))))
    done.seconds = monotonic() - started
    return done
