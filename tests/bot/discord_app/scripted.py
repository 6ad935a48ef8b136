"""A scripted Answerer made of the real types, and shorthand for what the bot shows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import simcord
from simcord.components import walk_components

from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Event, Question, Status
from bot.discord_app.client import DatelineClient
from index.article import Coverage, Hit, Window

QUOTE = "Hajiyev said the State Department's position at the hearing was biased."


def citation(n: int = 1, **changes: Any) -> Citation:
    given: dict[str, Any] = {
        "n": n,
        "article": f"a{n}",
        "version": f"a{n}@1",
        "start": 10,
        "end": 10 + len(QUOTE),
        "quote": QUOTE,
        "publisher": "Caspian Wire",
        "title": "Baku calls off Washington talks",
        "author": None,
        "published": "2023-11-16T14:05:00+04:00",
        "url": "https://caspianwire.example/2023/11/16/talks",
        "link": "https://caspianwire.example/2023/11/16/talks#:~:text=Hajiyev%20said,was%20biased.",
        "outlets": (),
    }
    return Citation(**(given | changes))


def answer(question: str = "why did Baku refuse Washington talks?", **changes: Any) -> Answer:
    given: dict[str, Any] = {
        "question": question,
        "as_of": None,
        "answered": True,
        "claims": (Claim("Baku called Washington's position biased.", (1,)),),
        "citations": (citation(),),
        "nearest": (),
        "coverage": Coverage(articles=41, oldest="2023-11-16", newest="2024-04-19", undated=1),
        "model": "none",
    }
    return Answer(**(given | changes))


def hit(**changes: Any) -> Hit:
    given: dict[str, Any] = {
        "passage": 1,
        "article": "a9",
        "version": "a9@1",
        "start": 0,
        "end": 40,
        "text": "The cup was played elsewhere. Nobody here wrote of it.",
        "title": "Other news",
        "publisher": "Kavkaz Observer",
        "author": None,
        "language": "en",
        "published": "2024-01-05",
        "url": None,
        "origin": "/srv/archive/scrapes/page-3.txt",
        "score": 0.3,
        "outlets": ("Kavkaz Observer",),
    }
    return Hit(**(given | changes))


def no_answer(question: str = "who won the 2022 World Cup?", **changes: Any) -> Answer:
    given: dict[str, Any] = {"answered": False, "claims": (), "citations": (), "nearest": (hit(),)}
    return answer(question, **(given | changes))


WINDOWED = Coverage(
    articles=5,
    oldest="2024-01-03",
    newest="2024-01-30",
    undated=2,
    window=Window(date(2024, 1, 1), date(2024, 1, 31)),
)

Script = Callable[[Question], Answer | Exception]


@dataclass
class ScriptedAnswerer:
    """Yields what an Answerer yields. Clear `gate` to hold answers back; `entered` counts those begun."""

    script: Script = lambda question: answer(question.text)
    asked: list[Question] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    warmed: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def stream(self, question: Question) -> Iterator[Event]:
        self.asked.append(question)
        self.threads.append(threading.current_thread().name)
        self.entered.release()
        yield Status("Reading 6 passages")
        if not self.gate.wait(20):
            raise AssertionError("the test never opened the gate")
        try:
            made = self.script(question)
            if isinstance(made, Exception):
                raise made
            for claim in made.claims:
                yield CheckedClaim(claim, tuple(c for c in made.citations if c.n in claim.citations))
            yield made
        except GeneratorExit:
            self.abandoned.set()
            raise

    def warm(self) -> None:
        self.warmed.set()

    def close(self) -> None:
        pass


class Stage:
    """One server with a channel and a reader, and shorthand for what the bot shows there."""

    def __init__(self, env: simcord.Env, answerer: ScriptedAnswerer) -> None:
        self.env = env
        self.answerer = answerer
        self.guild = env.create_guild("Newsroom")
        self.channel = self.guild.create_text_channel("news")
        self.reader = self.member("alice")

    def member(self, name: str) -> Any:
        return self.guild.add_member(self.env.create_user(name))

    @property
    def client(self) -> DatelineClient:
        bot = self.env.bot
        assert isinstance(bot, DatelineClient)
        return bot

    @property
    def mention(self) -> str:
        assert self.client.user is not None
        return self.client.user.mention

    def shown(self) -> list[str]:
        """The text of each message of the bot in the channel, oldest first, as everybody sees it."""
        return [text_of(m) for m in self.channel.history() if m.author.id == self.client.user.id]  # type: ignore[union-attr]

    async def until(self, condition: Callable[[], bool], seconds: float = 5) -> None:
        """Waits while the bot works, without simcord's settling."""
        for _ in range(int(seconds / 0.01)):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"did not happen in {seconds} s; shown: {self.shown()}")


def components_of(message: Any) -> list[dict[str, Any]]:
    roots = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
    return list(walk_components(roots))


def text_of(message: Any) -> str:
    return "\n".join(c["content"] for c in components_of(message) if c.get("type") == 10)


def urls_of(message: Any) -> list[str]:
    return [c["url"] for c in components_of(message) if c.get("url")]


PUBLISHERS = [("Ararat Dispatch", 9), ("Caspian Wire", 14), ("Yeddi Qandil Xəbər", 3)]
