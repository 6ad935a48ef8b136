from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.answer.types import Answer, AsksBack, CheckedClaim, Citation, Claim, Event, Question, Status
from bot.settings import Settings, env_name
from index.article import Coverage, Hit
from index.errors import ModelError

COVERAGE = Coverage(41, "2023-11-16", "2024-04-19", 1)
QUOTE = "We see no possibility of holding the proposed meeting in Washington."


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field_name in Settings.model_fields:
        monkeypatch.delenv(env_name(field_name), raising=False)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `dateline …` in this process, as its entry point does."""
    from bot.cli import main

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfd.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        out, err = capfd.readouterr()
        assert code is None or isinstance(code, int)
        return Ran(code or 0, out, err)

    return run


@dataclass
class Scripted:
    """An answerer that knows about Baku, not about anything else; remembers what it was asked."""

    asked: list[Question] = field(default_factory=list)
    closed: bool = False
    warmed: bool = False
    gone: frozenset[str] = frozenset()
    anew: dict[str, str] = field(default_factory=dict)

    def warm(self) -> None:
        self.warmed = True

    def close(self) -> None:
        self.closed = True

    def withdrawn(self, answer: Answer) -> frozenset[str]:
        return self.gone

    def changed(self, answer: Answer) -> dict[str, str]:
        return self.anew

    def ask(self, question: Question) -> Answer:
        *_, last = self.stream(question)
        assert isinstance(last, Answer)
        return last

    def stream(self, question: Question) -> Iterator[Event]:
        self.asked.append(question)
        if "explode" in question.text:
            raise ModelError("The model exploded: run `dateline doctor`.")
        if "interrupt" in question.text:
            raise KeyboardInterrupt
        yield Status("Searching 41 articles")
        answered = "Baku" in question.text
        claim = Claim("Baku called Washington biased.", (1,))
        citation = Citation(
            n=1,
            article="abcdefghijkl",
            version="abcdefghijkl@1",
            start=0,
            end=len(QUOTE),
            quote=QUOTE,
            publisher="Caspian Courier",
            title="Baku calls off the meeting",
            author=None,
            published="2023-11-16",
            url=None,
            link="file:///archive/a.txt",
            outlets=("Caspian Courier",),
        )
        if answered:
            yield CheckedClaim(claim, (citation,))
        yield Answer(
            question=question.text,
            as_of=question.as_of,
            answered=answered,
            claims=(claim,) if answered else (),
            citations=(citation,) if answered else (),
            nearest=() if answered else (_hit(),),
            coverage=COVERAGE,
            model="none",
            asks_back=AsksBack("Which talks are meant?", ("Berlin talks?", "Baku talks?"))
            if question.text == "what about the talks?"
            else None,
        )


def _hit() -> Hit:
    return Hit(
        passage=1,
        article="abcdefghijkl",
        version="abcdefghijkl@1",
        start=0,
        end=len(QUOTE),
        text=QUOTE,
        title="Baku calls off the meeting",
        publisher="Caspian Courier",
        author=None,
        language="en",
        published="2023-11-16",
        url=None,
        origin="archive/a.txt",
        score=1.5,
    )


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The answerer that `ask` and `chat` open."""
    from bot.cli import _open

    answerer = Scripted()
    monkeypatch.setattr(_open, "open_answerer", lambda settings: answerer)
    return answerer


ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "key": "https://courier.example/a",
        "title": "Baku calls off the meeting",
        "text": f"Baku has called off the talks.\n“{QUOTE}” the ministry said.",
        "publisher": "Caspian Courier",
        "published": "2023-11-16T12:00:00+04:00",
    },
    {
        "key": "https://midwire.example/b",
        "title": "Baku calls off the meeting",
        "text": f"Baku has called off the talks.\n“{QUOTE}” the ministry said on Thursday.",
        "publisher": "Midwire",
        "published": "2023-11-16",
        "story": "https://courier.example/a",
    },
    {
        "key": "/archive/c.txt",
        "title": "Wheat harvest\x1b[2J [bold]falls[/]",
        "text": "The wheat harvest in the north fell by a tenth this year.",
        "publisher": None,
        "published": None,
    },
    {
        "key": "https://courier.example/d",
        "title": "Bridge to open in May",
        "text": "The new bridge will open in May.",
        "publisher": "Caspian Courier",
        "published": "2024-02-01",
    },
    {
        "key": "https://courier.example/d",
        "title": "Bridge to open in June",
        "text": "The new bridge will open in June, the mayor said.",
        "publisher": "Caspian Courier",
        "published": "2024-02-01",
        "modified": "2024-02-03",
    },
)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive, read only: a story of two outlets, an undated text, an article with two versions."""
    from index.article import NewPassage
    from index.config import IndexConfig
    from index.dense import build_if_due
    from index.embed import embed_missing
    from index.embedder import load_embedder
    from index.ledger import Writer, article_id
    from index.vectors import Vectors

    config = IndexConfig(tmp_path_factory.mktemp("archive"))
    with Writer(config.data) as writer:
        run = writer.start_run(["/archive"])
        for article in ARTICLES:
            key, text = article["key"], article["text"]
            story = article.get("story")
            with writer.batch(run) as batch:
                batch.add_version(
                    article_key=key,
                    url=key if key.startswith("http") else None,
                    origin=key,
                    title=article["title"],
                    text=text,
                    publisher=article["publisher"],
                    author=None,
                    language="en",
                    published=article["published"],
                    modified=article.get("modified"),
                    raw_hash="-",
                    cleaner=1,
                    reason="publisher" if "modified" in article else "first",
                    passages=[NewPassage(0, len(text), f"{article['title']}\n{text}")],
                    story=article_id(story) if story else None,
                )
        with writer.batch(run) as batch:
            batch.fail("/archive/bad.json", "read", "line 3 is no JSON")
        writer.finish_run(run, {"new": 4, "changed": 1, "failed": 1})
        embedder = load_embedder(config)
        embed_missing(writer, config, embedder=embedder)
        vectors = Vectors(config.data, embedder.identity, embedder.dim)
        build_if_due(writer, vectors, config)
        vectors.close()
    return config.data
