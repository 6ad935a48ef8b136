"""A picture of what the bot shows in Discord, made offline: the real bot, in simcord, photographed.

    python bench/card.py OUT.png                          an answer written for this script
    python bench/card.py OUT.png --none                   a question that the archive doesn't answer
    python bench/card.py OUT.png --data DIR QUESTION      what the archive in DIR answers, as set up in .env

Needs simcord's pictures and a Chromium: `pip install "simcord[screenshot]==3.2.1"` into an environment that
holds Dateline, and Chromium from your system or by `playwright install chromium`. CHROMIUM names another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.answer.types import Answer, Citation, Claim, Event, Question, Status
from bot.discord_app.client import DatelineClient
from bot.discord_app.desk import Answers
from index.aliases import Aliases
from index.article import Coverage, Hit
from index.known import Known
from index.query import Understood, parse
from index.who import names_of

if TYPE_CHECKING:
    from collections.abc import Callable

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
COVERAGE = Coverage(articles=41, oldest="2023-11-16", newest="2024-04-19", undated=1)
MINISTRY = (
    "It described his statements as biased, baseless and harmful to ties between the two capitals.",
    "Baku will not send its foreign minister to Washington, calls US remarks biased",
    "Caspian Courier",
    "2023-11-16",
    "https://caspiancourier.example/2023/11/16/baku-will-not-send-minister-to-washington",
)
RECIPROCITY = (
    "Since Washington has been cancelling visits, Azerbaijan will act in the same manner and for the time "
    "being regards trips by senior American officials to Baku as inappropriate.",
    *MINISTRY[1:],
)


def example(question: str) -> Answer:
    """An answer of two claims from one article that two more outlets printed."""
    outlets = ("Caspian Courier", "Meridian Wire Service", "Ararat Dispatch")
    citations = tuple(
        Citation(
            n=n,
            article="courier",
            version="courier@1",
            start=0,
            end=len(quote),
            quote=quote,
            publisher=publisher,
            title=title,
            author=None,
            published=published,
            url=url,
            link=f"{url}#:~:text={quote.split()[0]}",
            outlets=outlets,
        )
        for n, (quote, title, publisher, published, url) in enumerate((MINISTRY, RECIPROCITY), 1)
    )
    claims = (
        Claim("Baku called the statements of a senior US official biased and baseless.", (1,), "model"),
        Claim("It said that visits by American officials would be inappropriate for now.", (2,), "model"),
    )
    return Answer(
        question, None, True, claims, citations, (), COVERAGE, "SmolLM2-135M", understood=understood(question)
    )


def understood(question: str) -> tuple[Understood, ...]:
    """What the question is understood to ask, in the week after the articles."""
    names = names_of([MINISTRY[2], "Meridian Wire Service", "Ararat Dispatch"])
    return parse(question, as_of=date(2023, 11, 20), known=Known(names, Aliases.shipped())).understood


def example_none(question: str) -> Answer:
    """No answer, and two passages that come nearest."""
    quote, title, publisher, published, url = MINISTRY
    near = Hit(
        passage=1,
        article="courier",
        version="courier@1",
        start=0,
        end=0,
        text=quote,
        title=title,
        publisher=publisher,
        author=None,
        language="en",
        published=published,
        url=url,
        origin="",
        score=0.2,
    )
    return Answer(question, None, False, (), (), (near,), COVERAGE, "SmolLM2-135M")


class Example:
    """An Answerer that knows one answer."""

    def __init__(self, *, none: bool) -> None:
        self._make: Callable[[str], Answer] = example_none if none else example

    def stream(self, question: Question) -> Iterator[Event]:
        yield Status("Reading 6 passages")
        yield self._make(question.text)

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass


def real(data: Path) -> Answers:
    from bot.answer.answer import Answerer
    from bot.settings import load_settings
    from index.search import Index

    settings = load_settings(data)
    return Answerer(Index.open(settings.index_config()), settings.llm_config())


async def photograph(answerer: Answers, question: str, out: Path, width: int) -> list[int]:
    """Asks the bot and writes its message to `out`; returns the picture's width and height in pixels."""
    try:
        import playwright.async_api as playwright
        import simcord
    except ImportError as error:
        sys.exit(f'{error}: pip install "simcord[screenshot]==3.2.1"')

    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    launch = playwright.BrowserType.launch

    async def launch_ours(self: Any, **options: Any) -> Any:
        return await launch(self, **{"executable_path": browser, "args": ["--no-sandbox"], **options})

    if browser:  # simcord starts the browser that playwright downloads; one that is here will do
        playwright.BrowserType.launch = launch_ours  # type: ignore[method-assign]
    client = DatelineClient(answerer=answerer, publishers=list)
    env = simcord.Env(client, settle_timeout=120)
    env.backend.bot_user.name = "Dateline"
    answerer.warm()  # simcord gives a bot 5 seconds to start, and this one loads its models then
    await env.start()
    try:
        channel = env.create_guild("Newsroom").create_text_channel("newsroom")
        reader = env.guild.add_member(env.create_user("reader"))
        asked = await reader.slash(channel, "ask", question=question)
        async with env.preview(
            channel, viewers=[reader], width=width, height=1400, display="fixed"
        ) as preview:
            taken = await preview.screenshot(str(out), target=asked, allow_incomplete=True)
        return [taken.output_width, taken.output_height]
    finally:
        await env.shutdown()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("out", type=Path)
    options.add_argument("question", nargs="?")
    options.add_argument("--none", action="store_true")
    options.add_argument("--data", type=Path)
    options.add_argument("--width", type=int, default=760)
    given = options.parse_intermixed_args()
    fallback = "who won the 2022 World Cup?" if given.none else "why did Baku refuse Washington talks?"
    question = given.question or fallback
    answerer = real(given.data) if given.data else Example(none=given.none)
    size = asyncio.run(photograph(answerer, question, given.out, given.width))
    answerer.close()
    print(f"{given.out}: {size[0]} × {size[1]} pixels, {given.out.stat().st_size // 1024} KB")
    print(json.dumps({"question": question, "width": size[0], "height": size[1]}))


if __name__ == "__main__":
    main()
