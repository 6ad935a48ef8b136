"""What people say of the bot's answers: kept by ids and offsets, and written as questions to measure by.

No word of an article is kept, but for what a person types as the right answer, which goes with the article
that has it. Who said it is kept as a hash that differs from answer to answer, made with a key of this folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, Self

from bot.answer.types import Answer, Question
from index.errors import DatelineError
from index.text import words

log = logging.getLogger(__name__)

FILE = "feedback.sqlite"
KEPT = 10_000
"""Answers that nobody has judged; the oldest leave first."""
HELD = 1_000
"""Private answers that can be judged."""
RUN = 4
"""Words in a row that a forgotten article and a person's words may not share."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS key (secret BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    narrowed TEXT NOT NULL,     -- JSON: as_of, since, until, publisher
    answered INTEGER NOT NULL,
    model TEXT NOT NULL,
    day TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS messages (
    message INTEGER PRIMARY KEY,
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS messages_answer ON messages (answer);
CREATE TABLE IF NOT EXISTS cites (
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE,
    n INTEGER NOT NULL,
    article TEXT NOT NULL,
    version TEXT NOT NULL,
    start INTEGER NOT NULL,     -- in Unicode code points of the version's text
    end INTEGER NOT NULL,
    PRIMARY KEY (answer, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cites_version ON cites (version);
CREATE TABLE IF NOT EXISTS verdicts (
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE,
    who TEXT NOT NULL,          -- hash of answer and person
    is_right INTEGER NOT NULL,
    words TEXT NOT NULL,        -- what would be right, as typed; empty where nothing was
    article TEXT NOT NULL,      -- and where it stands
    day TEXT NOT NULL,
    PRIMARY KEY (answer, who)
) WITHOUT ROWID;
"""


class FeedbackError(DatelineError):
    """Feedback can't be read or kept."""


class UnknownAnswerError(DatelineError):
    """The answer of an old message is no longer known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that people have judged."""

    id: int
    question: str
    narrowed: dict[str, object]
    answered: bool
    day: str
    cites: tuple[tuple[str, str, int, int], ...]
    """Article, version, start, end."""
    right: int
    """How many people say so."""
    wrong: int
    words: tuple[str, ...]
    """Of a right answer, as typed by those who say that this one is wrong."""
    articles: tuple[str, ...]
    """Where they say that it stands."""

    @property
    def verdict(self) -> Literal["right", "wrong", "disputed"]:
        if self.right == self.wrong:
            return "disputed"
        return "right" if self.right > self.wrong else "wrong"

    def as_line(self) -> dict[str, object]:
        """A question as `dateline eval` reads it: with what was right, or with what was not."""
        out: dict[str, object] = {"id": f"feedback-{self.id}", "question": self.question, **self.narrowed}
        out |= {"verdict": self.verdict, "asked": self.day}
        spans = [{"version": version, "start": a, "end": b} for _, version, a, b in self.cites]
        if self.verdict == "right" and not self.answered:
            return out | {"answerable": False}
        if self.verdict == "right":
            return out | {"articles": list(dict.fromkeys(c[0] for c in self.cites)), "quotes": spans}
        out["answerable"] = True
        if self.words:
            out["words"] = list(self.words)
        if self.articles:
            out["articles"] = list(self.articles)
        return out if self.words or not spans else out | {"rejected": spans}


class Feedback:
    """Kept in `<data>/feedback.sqlite`; in memory only without a folder or where it can't be written.
    Thread-safe."""

    def __init__(self, data: Path | None) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[int, tuple[Question, Answer]] = OrderedDict()
        try:
            self._db = self._open(data / FILE if data is not None else ":memory:")
        except sqlite3.Error as error:
            log.warning("what people say of answers is lost when this ends: %s: %s", FILE, error)
            self._db = self._open(":memory:")

    @classmethod
    def open(cls, data: Path) -> Self | None:
        """None where there is no feedback."""
        return cls(data) if (data / FILE).is_file() else None

    def _open(self, path: Path | str) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is taken out leaves no trace in the file
            db.executescript(_SCHEMA)
            if db.execute("SELECT 1 FROM key").fetchone() is None:
                db.execute("INSERT INTO key VALUES (?)", (secrets.token_bytes(32),))
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise FeedbackError(f"{FILE} can't be written ({error}): try again in a moment.") from error

    def remember(self, messages: Iterable[int], question: Question, answer: Answer) -> int:
        """These messages show the answer; its id. FeedbackError where it can't be kept."""
        with self._writing() as db:
            row = (
                answer.read_as or answer.question,
                json.dumps(_narrowed(question), ensure_ascii=False),
                answer.answered,
                answer.model,
                _today(),
            )
            sql = "INSERT INTO answers (question, narrowed, answered, model, day) VALUES (?, ?, ?, ?, ?)"
            id_ = int(db.execute(sql, row).lastrowid or 0)
            db.executemany(
                "INSERT OR REPLACE INTO messages VALUES (?, ?)", [(message, id_) for message in messages]
            )
            db.executemany(
                "INSERT INTO cites VALUES (?, ?, ?, ?, ?, ?)",
                [(id_, c.n, c.article, c.version, c.start, c.end) for c in answer.citations],
            )
            db.execute(
                "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE id NOT IN "
                "(SELECT answer FROM verdicts) ORDER BY id DESC LIMIT -1 OFFSET ?)",
                (KEPT,),
            )
        return id_

    def hold(self, messages: Iterable[int], question: Question, answer: Answer) -> None:
        """As `remember`, but a private question is written nowhere before somebody judges the answer."""
        with self._lock:
            self._held.update((message, (question, answer)) for message in messages)
            while len(self._held) > HELD:
                self._held.popitem(last=False)

    def answer_of(self, message: int) -> int:
        """The id of a message's answer. Raises UnknownAnswerError."""
        with self._lock:
            held = self._held.pop(message, None)
        if held is not None:
            return self.remember([message], *held)
        with self._lock:
            row = self._db.execute("SELECT answer FROM messages WHERE message = ?", (message,)).fetchone()
        if row is None:
            raise UnknownAnswerError("That answer is too long ago for me to know it. Ask anew, please.")
        return int(row[0])

    def judge(
        self, answer: int, person: object, *, is_right: bool, words: str = "", article: str = ""
    ) -> bool:
        """Keeps what a person says of an answer; True when they said something else of it before. Of each
        person and answer there is one verdict, the last. FeedbackError, UnknownAnswerError."""
        with self._writing() as db:
            if db.execute("SELECT 1 FROM answers WHERE id = ?", (answer,)).fetchone() is None:
                raise UnknownAnswerError("That answer is no longer known. Ask anew, please.")
            who = self._who(db, answer, person)
            before = db.execute(
                "SELECT is_right FROM verdicts WHERE answer = ? AND who = ?", (answer, who)
            ).fetchone()
            row = (answer, who, is_right, _clean(words), " ".join(article.split()), _today())
            db.execute("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", row)
        return before is not None and bool(before[0]) is not is_right

    @staticmethod
    def _who(db: sqlite3.Connection, answer: int, person: object) -> str:
        (key,) = db.execute("SELECT secret FROM key").fetchone()
        return hashlib.blake2b(f"{answer}:{person}".encode(), key=key, digest_size=12).hexdigest()

    def judged(self) -> list[Judged]:
        """Every answer of which somebody has said something, oldest first."""
        with self._lock:
            db = self._db
            rows = db.execute(
                "SELECT id, question, narrowed, answered, day FROM answers "
                "WHERE id IN (SELECT answer FROM verdicts) ORDER BY id"
            ).fetchall()
            out = []
            for id_, question, narrowed, answered, day in rows:
                said = db.execute(
                    "SELECT is_right, words, article FROM verdicts WHERE answer = ? ORDER BY who", (id_,)
                ).fetchall()
                cites = db.execute(
                    "SELECT article, version, start, end FROM cites WHERE answer = ? ORDER BY n", (id_,)
                ).fetchall()
                wrong = [(typed, article) for is_right, typed, article in said if not is_right]
                out.append(
                    Judged(
                        id=id_,
                        question=question,
                        narrowed=json.loads(narrowed),
                        answered=bool(answered),
                        day=day,
                        cites=tuple(cites),
                        right=len(said) - len(wrong),
                        wrong=len(wrong),
                        words=tuple(dict.fromkeys(typed for typed, _ in wrong if typed)),
                        articles=tuple(dict.fromkeys(article for _, article in wrong if article)),
                    )
                )
        return out

    def versions(self) -> list[str]:
        """Every version that an answer kept here cites."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT DISTINCT version FROM cites")]

    def forget(self, versions: Collection[str], texts: Iterable[str] = ()) -> int:
        """Takes out the answers that cite these versions, and typed words that stand in `texts`; how many
        answers that were. The question of any other answer is the asker's own, and stays."""
        runs = {run for text in texts for run in _runs(text)}
        with self._writing() as db:
            gone = 0
            for version in versions:
                gone += db.execute(
                    "DELETE FROM answers WHERE id IN (SELECT answer FROM cites WHERE version = ?)", (version,)
                ).rowcount
            for answer, who, typed, article in db.execute(
                "SELECT answer, who, words, article FROM verdicts WHERE words != '' OR article != ''"
            ).fetchall():
                kept = ["" if runs & set(_runs(said)) else said for said in (typed, article)]
                if kept != [typed, article]:
                    db.execute(
                        "UPDATE verdicts SET words = ?, article = ? WHERE answer = ? AND who = ?",
                        (*kept, answer, who),
                    )
        return gone

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _narrowed(question: Question) -> dict[str, object]:
    out: dict[str, object] = {
        "as_of": _iso(question.as_of),
        "since": _iso(question.window.since),
        "until": _iso(question.window.until),
        "publisher": list(question.publishers),
    }
    return {key: value for key, value in out.items() if value}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _clean(typed: str) -> str:
    return " ".join(typed.split())


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every RUN words in a row."""
    said = words(text)
    return (tuple(said[at : at + RUN]) for at in range(len(said) - RUN + 1))
