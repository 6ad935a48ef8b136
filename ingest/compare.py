"""What becomes of an article that was read: new, a new version, or nothing new, against the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from index.article import Article, NewPassage, Reason, Version
from index.ledger import Forgotten, SourceSeen, article_id, text_hash
from index.text import fold, words
from ingest import dates, syndication, urls
from ingest.clean import CLEANER, Cleaned
from ingest.raw import RawArticle, same_bytes
from ingest.report import Outcome

if TYPE_CHECKING:
    from index.ledger import Writer


@dataclass(slots=True)
class Candidate:
    """An article read, cleaned and cut, before it is compared."""

    origin: str
    raw_hash: str
    cleaned: Cleaned
    key: str
    passages: list[NewPassage]
    bands: list[int] | None
    """Of its signature; None for a text too short to tell."""
    seen: SourceSeen | None
    """What the ledger knows of the origin."""

    @property
    def dated(self) -> str | None:
        return self.cleaned.modified or self.cleaned.published


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    reason: str | None = None
    article: Article | None = None
    """The article that the candidate is, or repeats; None for a new one."""
    version: Reason | None = None
    """Why a version is to be added; None when none is."""
    forgotten: Forgotten | None = None
    """The article that was taken out and that the candidate would bring back."""


_GLOBAL = re.compile(r"(?:urn|tag):\S{6,}|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}", re.IGNORECASE)


def key_of(raw: RawArticle, cleaned: Cleaned, file: str) -> str:
    """What makes it one article: its address, or an id that no other has anywhere; else where it was read
    from, `file`, and within a file of many its id or headline there, since lines move."""
    if cleaned.url:
        return urls.identity(cleaned.url)
    if raw.identifier and _GLOBAL.fullmatch(raw.identifier):
        return raw.identifier
    if raw.origin == file:
        return file
    if raw.identifier:
        return f"{file}#id={raw.identifier}"
    if raw.title and cleaned.published:
        return f"{file}#{cleaned.published}={' '.join(words(raw.title))}"
    return f"{file}#{text_hash(cleaned.text)[:24]}"


def judge(writer: Writer, candidate: Candidate, *, restore: bool = False) -> Verdict:
    """Compares with what the ledger holds; changes nothing. With `restore`, what was forgotten is new."""
    article = _own_article(writer, candidate)
    if article is None:
        gone = None if restore else _forgotten(writer, candidate)
        if gone is not None:
            return Verdict("skipped", forgotten_on(gone), forgotten=gone)
        original = _copied(writer, candidate)
        if original is not None:
            return Verdict("duplicate", f"the same text as {original.origin}", original)
        return Verdict("new", version="first")
    versions = writer.versions(article.id)
    latest = versions[-1]
    seen = candidate.seen
    if seen is not None and same_bytes(seen.raw_hash, candidate.raw_hash):
        return _read_again(article, latest, candidate)
    if _says_the_same(latest, candidate):
        return _nothing_new(article, candidate)
    known = next((v for v in versions[:-1] if _says_the_same(v, candidate)), None)
    if known is not None and not _goes_back(latest, candidate):
        return Verdict(*_again(candidate, "an earlier text of the article, which is kept"), article)
    if dates.precedes(candidate.dated, latest.dated):
        return Verdict("skipped", f"older than the text in the archive, of {latest.dated}", article)
    if seen is None and dates.precedes(latest.dated, candidate.dated) is not True:
        partial = _compared_in_length(latest.text, candidate.cleaned.text)
        if partial == "same" or partial == "shorter":
            return Verdict("duplicate", f"the text of {article.origin}, or a part of it", article)
        if partial == "longer":
            return Verdict("changed", "a fuller text", article, "extraction")
    return Verdict("changed", "changed by its publisher", article, "publisher")


def _forgotten(writer: Writer, candidate: Candidate) -> Forgotten | None:
    """The article that was taken out and that this one is, by its key, its bytes or its very text."""
    return writer.forgotten(
        [
            ("key", article_id(candidate.key)),
            ("raw", candidate.raw_hash),
            ("text", text_hash(candidate.cleaned.text)),
        ]
    )


def forgotten_on(gone: Forgotten) -> str:
    """The reason for a report."""
    day = date.fromisoformat(gone.at[:10])
    return f"forgotten on {day.day} {day:%B} {day.year}; bring it back with `dateline ingest --restore`"


def _own_article(writer: Writer, candidate: Candidate) -> Article | None:
    """The article in the ledger that the candidate is a reading of."""
    article = writer.article_by_key(candidate.key)
    seen = candidate.seen
    if article is not None or seen is None or seen.outcome != "in" or seen.article is None:
        return article
    # The same source, known under another key: read better now, or given an address since.
    before = writer.article(seen.article)
    if before is None or same_bytes(seen.raw_hash, candidate.raw_hash):
        return before
    if before.url is not None and candidate.cleaned.url is not None:
        return None
    latest = writer.versions(before.id)[-1]
    same_title = fold(latest.title) == fold(candidate.cleaned.title)
    is_same = same_title or syndication.same_story(latest.text, candidate.cleaned.text) > 0
    return before if is_same else None


def _copied(writer: Writer, candidate: Candidate) -> Article | None:
    """The article whose text the candidate repeats without an address, publisher or day of its own."""
    cleaned = candidate.cleaned
    if cleaned.url is not None:
        return None
    for version in writer.version_by_text_hash(text_hash(cleaned.text)):
        publishers = {fold(name) for name in (version.publisher, cleaned.publisher) if name}
        days = {day[:10] for day in (version.published, cleaned.published) if day}
        if len(publishers) <= 1 and len(days) <= 1:
            return writer.article(version.article)
    return None


def _read_again(article: Article, latest: Version, candidate: Candidate) -> Verdict:
    """The same bytes, by a newer cleaner or under other names of fields. A source that a later one has
    superseded stays as it is."""
    as_before = latest.raw_hash == candidate.raw_hash and latest.cleaner >= CLEANER
    if as_before or not same_bytes(latest.raw_hash, candidate.raw_hash):
        return Verdict("unchanged", article=article)
    cleaned = candidate.cleaned
    before = (latest.text, latest.title, latest.publisher, latest.author, latest.published, latest.language)
    now = (
        cleaned.text,
        cleaned.title,
        cleaned.publisher,
        cleaned.author,
        cleaned.published,
        cleaned.language,
    )
    if before == now:
        return Verdict("unchanged", article=article)
    return Verdict("changed", "read better", article, "extraction")


def _says_the_same(version: Version, candidate: Candidate) -> bool:
    cleaned = candidate.cleaned
    published = (
        cleaned.published is None or version.published is None or cleaned.published == version.published
    )
    return version.text == cleaned.text and fold(version.title) == fold(cleaned.title) and published


def _nothing_new(article: Article, candidate: Candidate) -> Verdict:
    return Verdict(*_again(candidate, f"the same article as {article.origin}"), article)


def _again(candidate: Candidate, reason: str) -> tuple[Outcome, str | None]:
    """A source seen before has not changed; one that wasn't repeats what another brought."""
    return ("unchanged", None) if candidate.seen is not None else ("duplicate", reason)


def _goes_back(latest: Version, candidate: Candidate) -> bool:
    """Whether a publisher has taken a change back, rather than an old copy having turned up."""
    seen = candidate.seen
    same_source = seen is not None and seen.outcome == "in" and seen.raw_hash == latest.raw_hash
    return same_source or dates.precedes(latest.dated, candidate.dated) is True


def _compared_in_length(before: str, now: str) -> str | None:
    """`same` words, `shorter` (a summary or a beginning), `longer`, or None where the texts differ."""
    ours, theirs = words(before), words(now)
    if ours == theirs:
        return "same"
    vocabulary, other = set(ours), set(theirs)
    if len(theirs) < 0.7 * len(ours) and len(other & vocabulary) >= 0.95 * len(other):
        return "shorter"
    if len(ours) < 0.7 * len(theirs) and len(vocabulary & other) >= 0.95 * len(vocabulary):
        return "longer"
    return None
