"""From a record to an article ready to be compared: read, cleaned, cut, signed; in whichever process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from time import thread_time
from typing import Literal

from index.article import NewPassage
from ingest.clean import Cleaned, clean
from ingest.compare import key_of
from ingest.passages import Cutter
from ingest.raw import NotAnArticle, RawArticle, ReadError
from ingest.report import READING
from ingest.signature import signature


@dataclass(frozen=True, slots=True)
class Article:
    """What a record held. Plain data, small enough to be sent: passages share their head."""

    cleaned: Cleaned
    key: str
    head: str
    """Of what is embedded of each passage: title and date."""
    spans: tuple[tuple[int, int], ...]
    bands: list[int] | None
    """Of its signature; None for a text too short to tell."""

    def passages(self) -> list[NewPassage]:
        return [NewPassage(start, end, self.head + self.cleaned.text[start:end]) for start, end in self.spans]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a record."""

    article: Article | None = None
    outcome: Literal["skipped", "failed"] = "failed"
    """Where there is no article."""
    reason: str = ""
    stage: str = "read"
    characters: int = 0
    """Of the text as it was read and as it was cleaned."""
    cpu: tuple[float, ...] = (0.0,) * len(READING)
    """Seconds of processor time, by stage."""


def read(source: Callable[[], RawArticle], file: str, cutter: Cutter) -> Read:
    """`source` is a Record's `read`, `file` the origin of the file that the record is from. Never raises
    for what is wrong with a record."""
    stage, at = "read", [thread_time()]
    try:
        raw = source()
        at.append(thread_time())
        stage = "clean"
        cleaned = clean(raw, raw.repeated)
        at.append(thread_time())
        passages = cutter.cut(cleaned.text, cleaned.title, cleaned.published)
        at.append(thread_time())
        bands = signature(cleaned.text, cleaned.title)
        key = key_of(raw, cleaned, file)
        at.append(thread_time())
    except NotAnArticle as reason:
        found = Read(outcome="skipped", reason=str(reason))
    except ReadError as error:
        found = Read(reason=str(error), stage=stage)
    except Exception as error:  # noqa: BLE001 - a bad record never stops a run
        found = Read(reason=described(error), stage=stage)
    else:
        head = passages[0].embed[: passages[0].start - passages[0].end] if passages else ""
        spans = tuple((passage.start, passage.end) for passage in passages)
        article = Article(cleaned, key, head, spans, bands)
        found = Read(article, characters=len(raw.text) + len(cleaned.text))
    if len(at) <= len(READING):
        at.append(thread_time())
    spent = [b - a for a, b in pairwise(at)]
    return replace(found, cpu=(*spent, *(0.0,) * (len(READING) - len(spent))))


def described(error: Exception) -> str:
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}"[:300] if message else type(error).__name__
