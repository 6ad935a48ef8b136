"""Questions asked while articles come, change and go, and bases are built and flipped: none fails."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from index.article import Window
from index.query import Query
from index.search import Index

from .conftest import Archive, numbered

ROUNDS = 5
WAYS = (
    {},
    {"window": Window(date(2023, 1, 1), date(2023, 6, 30))},
    {"publishers": ("the courier",)},
    {"as_of": date(2023, 6, 30)},
)


@pytest.mark.slow
def test_no_question_fails_and_none_is_answered_from_outside_its_window(meaningless: Archive) -> None:
    days = [(date(2023, 1, 1) + timedelta(5 * i)).isoformat() for i in range(60)]
    meaningless.add(*(made | {"published": days[i]} for i, made in enumerate(numbered(0, 60))))
    meaningless.embed()
    meaningless.build()
    done = threading.Event()
    faults: list[BaseException] = []
    asked = [0]

    def ask(index: Index, thread: int) -> None:
        try:
            while not done.is_set() or asked[0] < 40:
                way = WAYS[(asked[0] + thread) % len(WAYS)]
                hits = index.search(Query(f"the council met marker{asked[0] % 90}", **way))  # type: ignore[arg-type]
                assert hits.degraded is None
                assert hits.hits
                for hit in hits:
                    assert hit.text
                    if "publishers" not in way and way:
                        assert hit.published is not None
                        assert hit.published <= "2023-06-30"
                asked[0] += 1
        except BaseException as fault:  # noqa: BLE001 - told by the test below
            faults.append(fault)
            done.set()

    with Index.open(meaningless.config) as index:
        index._embedder = meaningless.embedder
        threads = [threading.Thread(target=ask, args=(index, n)) for n in range(3)]
        for thread in threads:
            thread.start()
        try:
            for n in range(ROUNDS):
                new = numbered(100 + 10 * n, 10)
                meaningless.add(*(made | {"published": days[i]} for i, made in enumerate(new)))
                meaningless.add(
                    {"key": f"n{n}", "text": f"The council met again, of {n}.", "reason": "publisher"}
                )
                meaningless.embed()
                meaningless.build(delta_limit=15)
                gone = [a.id for a in meaningless.writer.read_from(f"/archive/n{100 + 10 * n}.txt")]
                with meaningless.writer.batch(meaningless.run) as batch:
                    batch.withdraw(gone, "forgotten")
                meaningless.writer.erase()
        finally:
            done.set()
            for thread in threads:
                thread.join()
    assert not faults, faults
    assert asked[0] >= 40
