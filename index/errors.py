"""Errors that a person can act on: the message names the thing and the way out."""

from __future__ import annotations


class DatelineError(Exception):
    """Base of every error meant for a user; `str()` is the sentence shown, without a traceback."""


class LedgerError(DatelineError):
    """The ledger is missing, damaged, locked by another writer, or from a newer Dateline."""


class DiskError(LedgerError):
    """The disk is full, fails, or may not be written to; what was committed stays."""


class BusyError(LedgerError):
    """Another process is writing; it can be waited for."""


class ModelError(DatelineError):
    """An embedding or language model can't be found, loaded or used."""


class IndexMismatchError(DatelineError):
    """The index was built with another embedding model than the one set."""


class SearchIndexError(DatelineError):
    """A search index is missing or damaged; nothing is lost, the next `dateline ingest` rebuilds it."""


class DamagedVectorsError(SearchIndexError):
    """The file of vectors is damaged; whoever opens it to write sets it aside, and every passage is embedded
    again."""


class NoRoomError(DatelineError):
    """The disk has no room for a new base; the present one answers on."""


class ServerError(DatelineError):
    """A Chroma server is away or refuses; what it lacks is written there by a later `dateline ingest`."""
