"""The catalogue chooses what the ledger's SQL would, after whatever was committed since it looked last."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from index.allowed import Allowed
from index.article import Window
from index.ledger.catalogue import Catalogue
from index.narrow import Narrow

from .conftest import Archive

PAPERS = ("Wire", "Courier", "wire ", None)


def narrowings() -> list[Narrow]:
    windows = [
        Window(),
        Window(date(2020, 1, 5)),
        Window(None, date(2020, 1, 20)),
        Window(date(2020, 1, 4), date(2020, 1, 9)),
    ]
    days = [None, date(2020, 1, 6), date(2020, 1, 25)]
    papers: list[tuple[str, ...]] = [(), ("WIRE",), ("courier", "nobody")]
    left_out: list[tuple[str, ...]] = [(), ("wire",), ("nobody",)]
    return [Narrow(w, d, p, left_out=out) for w in windows for d in days for p in papers for out in left_out]


def assert_same(catalogue: Catalogue, archive: Archive) -> None:
    for narrow in narrowings():
        by_sql = archive.writer.allowed(narrow)
        assert catalogue.allowed(narrow) == by_sql, narrow


def test_it_chooses_what_the_ledger_does_whatever_is_committed(meaningless: Archive) -> None:
    chance = random.Random(1)
    catalogue = Catalogue(meaningless.writer)
    known: list[str] = []
    for step in range(12):
        for _ in range(6):
            is_new = not known or chance.random() < 0.6
            key = f"a{len(known)}" if is_new else chance.choice(known)
            known += [key] if is_new else []
            day = (date(2020, 1, 1) + timedelta(chance.randrange(28))).isoformat()
            text = "\n".join(f"Line {i} of {key}, step {step}." for i in range(chance.randrange(0, 4)))
            meaningless.add(
                {
                    "key": key,
                    "text": text or "Nothing.",
                    "published": chance.choice([day, day, None]),
                    "modified": chance.choice([day, None]),
                    "publisher": chance.choice(PAPERS),
                    "reason": "first" if is_new else "publisher",
                    **({} if text else {"passages": []}),
                }
            )
            if chance.random() < 0.5:
                assert_same(catalogue, meaningless)
        if step % 4 == 3:
            gone = meaningless.writer.read_from(f"/archive/{known.pop(chance.randrange(len(known)))}.txt")
            with meaningless.writer.batch(meaningless.run) as batch:
                batch.withdraw([article.id for article in gone], "forgotten")
        assert_same(catalogue, meaningless)


def test_what_a_commit_brings_is_read_and_no_more(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add({"key": "one", "text": "A line."})
    catalogue = Catalogue(meaningless.writer)
    everything = Narrow(Window(date(2000, 1, 1)))
    assert catalogue.allowed(everything) == {1}
    monkeypatch.setattr(catalogue, "_read_all", lambda: pytest.fail("read whole again"))
    meaningless.add(
        {"key": "one", "text": "Another line.", "reason": "publisher"}, {"key": "two", "text": "More."}
    )
    assert catalogue.allowed(everything) == {2, 3}


def test_authors_and_languages_narrow(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "one", "text": "A line.", "author": "Aytən Əliyeva", "language": "az"},
        {"key": "two", "text": "A line more.", "author": "J. Doe", "language": "en"},
    )
    catalogue = Catalogue(meaningless.writer)
    assert catalogue.allowed(Narrow(Window(), authors=("AYTƏN ƏLİYEVA",))) == {1}
    assert catalogue.allowed(Narrow(Window(), languages=("en", "ru"))) == {2}
    meaningless.add({"key": "three", "text": "A third.", "author": "J. Doe", "language": "ru"})
    assert catalogue.allowed(Narrow(Window(), authors=("J. Doe",), languages=("ru",))) == {3}
    assert catalogue.allowed(Narrow(Window())) is None


def test_another_ledger_under_the_name_is_read_anew(meaningless: Archive) -> None:
    meaningless.add({"key": "one", "text": "A line."}, {"key": "two", "text": "More."})
    catalogue = Catalogue(meaningless.writer)
    everything = Narrow(Window(date(2000, 1, 1)))
    assert catalogue.allowed(everything) == {1, 2}
    states = meaningless.writer.state
    meaningless.writer.state = lambda: ("another", 1)  # type: ignore[method-assign]
    catalogue._current[:] = False
    assert catalogue.allowed(everything) == {1, 2}
    meaningless.writer.state = states  # type: ignore[method-assign]


def test_a_set_of_allowed_passages_is_a_set() -> None:
    import numpy as np

    allowed = Allowed([7, 3, 3, 100])
    assert allowed == {3, 7, 100}
    assert list(allowed) == [3, 7, 100]
    assert 7 in allowed
    assert {-1, 0, 8, 101, "7"}.isdisjoint(allowed)
    assert allowed.among(np.array([100, 3, 4, 5_000])).tolist() == [True, True, False, False]
    assert not Allowed([])
    assert Allowed([]).among(np.array([0, 1])).tolist() == [False, False]
