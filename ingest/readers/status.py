"""What an agency's own fields say of whether an article may be shown."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest import dates
from ingest.raw import NotAnArticle, ReadError


def refuse_unpublished(status: str | None, embargo: str | None, *, now: datetime | None = None) -> None:
    """NotAnArticle where its publisher has taken it back; ReadError, so that it is tried again, where it may
    not be shown before `embargo`, as it is stated, or where an embargo states no time that can be read: an
    empty `embargo`, or the status alone."""
    word = (status or "").rpartition(":")[2].strip().lower()
    if word in ("canceled", "cancelled"):
        raise NotAnArticle("canceled by its publisher")
    if word in ("withheld", "withhold"):
        raise NotAnArticle("withheld by its publisher")
    if embargo is None and word != "embargoed":
        return
    stated = (embargo or "").strip()
    if not stated:
        raise ReadError("embargoed, and until when isn't said: ingest it again once it is lifted in the file")
    until = moment(stated)
    if until is None:
        raise ReadError(f"embargoed until a time that can't be read ({stated[:40]!r})")
    if until > (now or datetime.now(UTC)):
        raise ReadError(f"embargoed until {until.isoformat(timespec='minutes')}: ingest it again then")


def moment(stated: str) -> datetime | None:
    """With its zone: UTC where none is stated. None where it can't be read."""
    for written in (stated, dates.parse(stated) or ""):
        try:
            read = datetime.fromisoformat(written)
        except ValueError:
            continue
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    return None
