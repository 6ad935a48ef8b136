"""What an agency's own fields say of whether an article may be shown."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.raw import NotAnArticle, ReadError


def refuse_unpublished(status: str | None, embargo: str | None, *, now: datetime | None = None) -> None:
    """NotAnArticle where its publisher has taken it back; ReadError, so that it is tried again, where it may
    not be shown before `embargo`, an ISO date."""
    word = (status or "").rpartition(":")[2].strip().lower()
    if word in ("canceled", "cancelled"):
        raise NotAnArticle("canceled by its publisher")
    if word in ("withheld", "withhold"):
        raise NotAnArticle("withheld by its publisher")
    until = _moment(embargo)
    if until is not None and until > (now or datetime.now(UTC)):
        raise ReadError(f"embargoed until {until.isoformat(timespec='minutes')}: ingest it again then")


def _moment(stated: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((stated or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
