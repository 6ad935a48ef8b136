"""Writing a verdict down: the version, its passages and bands, its story, and what its source held."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.article import Version
from ingest import syndication
from ingest.clean import CLEANER
from ingest.compare import Candidate, Verdict
from ingest.report import Entry, Outcome

if TYPE_CHECKING:
    from index.ledger import Writer
    from index.ledger.writer import Batch


def commit(
    writer: Writer, batch: Batch, candidate: Candidate, verdict: Verdict
) -> tuple[Outcome, Entry, int]:
    """Adds what `verdict` says to the transaction; its entry for the report, and how many passages."""
    if verdict.forgotten is not None:
        # The ledger gets no word of it, not even where it lies.
        batch.forget_raw(verdict.forgotten.article, candidate.raw_hash)
        return verdict.outcome, Entry(candidate.origin, verdict.reason), 0
    article = verdict.article.id if verdict.article else None
    passages = 0
    if verdict.version is not None:
        version = _add(writer, batch, candidate, verdict)
        article, passages = version.article, len(candidate.passages)
    held: str = "in" if verdict.outcome in ("new", "changed") else verdict.outcome
    if held == "unchanged":
        held = candidate.seen.outcome if candidate.seen else "duplicate"
    batch.see_source(candidate.origin, candidate.raw_hash, CLEANER, held, article, verdict.reason)
    reason = verdict.reason if verdict.outcome != "new" else None
    return verdict.outcome, Entry(candidate.origin, reason, article), passages


def _add(writer: Writer, batch: Batch, candidate: Candidate, verdict: Verdict) -> Version:
    cleaned = candidate.cleaned
    assert verdict.version is not None
    version = batch.add_version(
        article_key=verdict.article.key if verdict.article else candidate.key,
        url=cleaned.url,
        origin=candidate.origin,
        title=cleaned.title,
        text=cleaned.text,
        publisher=cleaned.publisher,
        author=cleaned.author,
        language=cleaned.language,
        published=cleaned.published,
        modified=cleaned.modified,
        raw_hash=candidate.raw_hash,
        cleaner=CLEANER,
        reason=verdict.version,
        passages=candidate.passages,
        dropped=cleaned.dropped,
    )
    if candidate.bands is not None:
        if verdict.version == "first":
            _join_story(writer, batch, candidate, version)
        batch.add_bands(version.id, candidate.bands)
    return version


def _join_story(writer: Writer, batch: Batch, candidate: Candidate, version: Version) -> None:
    """Puts a new article with the story that it prints. A story is named for its oldest article, and among
    those of one day for the one whose id is first: not for the one that happened to be read first."""
    assert candidate.bands is not None
    found = syndication.find(
        writer, candidate.bands, version.text, version.published, version.article, version.publisher
    )
    other = writer.article(found.article) if found else None
    if other is None:
        return
    first = writer.versions(other.story)
    if first and _age(version) < _age(first[0]):
        batch.set_story(other.id, version.article)
    else:
        batch.set_story(version.article, other.story)


def _age(version: Version) -> tuple[bool, str, str]:
    """Sorts articles of one story, the oldest first. One of which only the day is known counts from its
    beginning: whichever way they came in, it is the same one."""
    if version.published is None:
        return True, "", version.article
    at = datetime.fromisoformat(version.published)
    return False, (at.astimezone(UTC) if at.tzinfo else at).strftime("%Y-%m-%dT%H:%M:%S"), version.article
