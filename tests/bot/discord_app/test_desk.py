"""The line of questions before the Answerer."""

from __future__ import annotations

import asyncio

import pytest

from bot.answer.types import Answer, Question
from bot.discord_app.desk import BusyError, Desk, StoppingError, Waiting

from .scripted import ScriptedAnswerer, answer


async def read(desk: Desk, text: str, seen: list[object] | None = None, asker: str | None = None) -> Answer:
    async for event in desk.stream(Question(text), asker):
        if seen is not None:
            seen.append(event)
        if isinstance(event, Answer):
            return event
    raise AssertionError("no answer")


async def begun(answerer: ScriptedAnswerer, count: int) -> None:
    for _ in range(count):
        assert await asyncio.to_thread(answerer.entered.acquire, timeout=5)


async def test_questions_are_answered_in_turn_and_told_their_place(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    seen: list[object] = []
    first, second = (asyncio.create_task(read(desk, text)) for text in "ab")
    third = asyncio.create_task(read(desk, "c", seen))
    await begun(answerer, 1)
    assert len(answerer.asked) == 1
    answerer.gate.set()
    await asyncio.gather(first, second, third)
    assert [question.text for question in answerer.asked] == ["a", "b", "c"]
    assert [event for event in seen if isinstance(event, Waiting)] == [Waiting(2), Waiting(1)]


async def test_who_asks_many_does_not_hold_up_others(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    many = [asyncio.create_task(read(desk, f"a{n}", asker="a")) for n in range(5)]
    await begun(answerer, 1)
    seen: list[object] = []
    others = [asyncio.create_task(read(desk, f"b{n}", seen if n else None, "b")) for n in range(2)]
    others.append(asyncio.create_task(read(desk, "c0", asker="c")))
    await asyncio.sleep(0)
    answerer.gate.set()
    await asyncio.gather(*many, *others)
    served = [question.text for question in answerer.asked]
    assert served == ["a0", "b0", "c0", "a1", "b1", "a2", "a3", "a4"]
    places = [event for event in seen if isinstance(event, Waiting)]
    assert places[0] == Waiting(3, own=1), "a0, b0 and a1, as long as c is not there"
    assert places[1] == Waiting(4, own=1)


async def test_newcomers_do_not_starve_one_who_asks_many(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    tasks = [asyncio.create_task(read(desk, f"a{n}", asker="a")) for n in range(2)]
    tasks.append(asyncio.create_task(read(desk, "b", asker="b")))
    await begun(answerer, 1)
    script = answerer.script

    def script_and_come(question: Question) -> Answer | Exception:
        loop.call_soon_threadsafe(come)  # at each answer, somebody new comes
        return script(question)

    def come() -> None:
        if len(tasks) < 10:
            name = f"new {len(tasks)}"
            tasks.append(asyncio.create_task(read(desk, name, asker=name)))

    loop = asyncio.get_running_loop()
    answerer.script = script_and_come
    answerer.gate.set()
    while not all(task.done() for task in tasks):
        await asyncio.gather(*tasks)
    served = [question.text for question in answerer.asked]
    assert served.index("a1") <= 3


async def test_one_asker_has_a_limit_of_their_own(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer, own_limit=2)
    answerer.gate.clear()
    tasks = [asyncio.create_task(read(desk, text, asker="a")) for text in "xy"]
    await begun(answerer, 1)
    with pytest.raises(BusyError, match="2 questions of yours are waiting"):
        await read(desk, "z", asker="a")
    tasks.append(asyncio.create_task(read(desk, "z", asker="b")))
    answerer.gate.set()
    await asyncio.gather(*tasks)


async def test_two_at_once_are_two_at_once(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer, at_once=2)
    answerer.gate.clear()
    tasks = [asyncio.create_task(read(desk, text)) for text in "abc"]
    await begun(answerer, 2)
    assert not answerer.entered.acquire(timeout=0.1)
    answerer.gate.set()
    await asyncio.gather(*tasks)


async def test_a_full_line_asks_to_come_back(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer, line_limit=2)
    answerer.gate.clear()
    tasks = [asyncio.create_task(read(desk, text)) for text in "ab"]
    await begun(answerer, 1)
    with pytest.raises(BusyError, match="2 questions are waiting"):
        await read(desk, "c")
    answerer.gate.set()
    await asyncio.gather(*tasks)


async def test_an_error_is_raised_to_its_asker_and_frees_the_desk(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.script = lambda question: ZeroDivisionError() if question.text == "a" else answer("b")
    with pytest.raises(ZeroDivisionError):
        await read(desk, "a")
    assert (await read(desk, "b")).question == "b"


async def test_one_who_leaves_the_line_is_passed_over(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    first, leaving, last = (asyncio.create_task(read(desk, text)) for text in "abc")
    await begun(answerer, 1)
    leaving.cancel()
    answerer.gate.set()
    await asyncio.gather(first, last)
    assert [question.text for question in answerer.asked] == ["a", "c"]


async def test_an_abandoned_answer_keeps_its_place_until_its_thread_has_ended(
    answerer: ScriptedAnswerer,
) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    abandoned = asyncio.create_task(read(desk, "a"))
    await begun(answerer, 1)
    abandoned.cancel()
    following = asyncio.create_task(read(desk, "b"))
    await asyncio.sleep(0.1)
    assert len(answerer.asked) == 1
    answerer.gate.set()
    await following
    assert answerer.abandoned.is_set()


async def test_closing_tells_all_who_wait_and_stops_the_work(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    tasks = [asyncio.create_task(read(desk, text)) for text in "ab"]
    await begun(answerer, 1)
    closing = asyncio.create_task(desk.close(grace=5))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [StoppingError, StoppingError]
    answerer.gate.set()
    assert await closing is True
    assert answerer.abandoned.is_set()
    with pytest.raises(StoppingError):
        await read(desk, "c")


async def test_closing_does_not_wait_longer_than_its_grace(answerer: ScriptedAnswerer) -> None:
    desk = Desk(answerer)
    answerer.gate.clear()
    task = asyncio.create_task(read(desk, "a"))
    await begun(answerer, 1)
    assert await desk.close(grace=0.1) is False
    answerer.gate.set()
    await asyncio.gather(task, return_exceptions=True)
