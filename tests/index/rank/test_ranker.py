"""Signals weighed: each does what its name says, and together they are the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from index.article import Window
from index.ledger import Place
from index.lexical_query import Term
from index.rank import Candidate, Readings, Text, Wanted, When, rank, reranked
from index.rank.ranker import READ, weights
from index.rank.signals import READ_SIGNALS

TODAY = date(2024, 5, 1)
NOW = (TODAY - date(1970, 1, 1)).days


def place(number: int, day: int | None = NOW - 500) -> Place:
    return Place(number, f"v{number}", 0, 10, f"a{number}", f"s{number}", day, current=True)


def ranked(
    places: Sequence[Place],
    *,
    lexical: Mapping[int, float] | None = None,
    dense: Mapping[int, float] | None = None,
    texts: Mapping[int, str] | None = None,
    question: str = "who sank the ferry",
    when: When | None = None,
) -> list[Candidate]:
    wanted = Wanted(question, (Term("ferry"), Term("sank")), {})
    found = {id_: Text("", text, "en") for id_, text in (texts or {}).items()}
    return rank(places, lexical or {}, dense or {}, when or When(), Readings(wanted, lambda _: found))


def best(candidates: Sequence[Candidate]) -> int:
    return candidates[0].place.passage


def test_of_texts_that_say_the_same_the_one_that_fits_better_by_its_words_comes_first() -> None:
    """`report 18`, where others have a line 18: a number that all of them hold."""
    same = dict.fromkeys((1, 2, 3), "In the report line 18 was open.")
    places = [place(1), place(2), place(3)]
    assert best(ranked(places, lexical={1: 1.0, 2: 1.0, 3: 2.0}, texts=same)) == 3


def test_every_signal_has_a_positive_weight_and_a_name() -> None:
    assert set(READ_SIGNALS) < set(weights()["read"])
    assert all(weight > 0 for step in weights().values() for weight in step.values())


def test_meaning_words_and_texts_each_decide_where_the_rest_is_equal() -> None:
    places = [place(1), place(2), place(3)]
    assert best(ranked(places, dense={1: 0.1, 2: 0.5, 3: 0.1})) == 2
    covered = {1: "A ship left.", 2: "The ferry sank.", 3: "It left."}
    assert best(ranked(places, texts=covered)) == 2
    named = {1: "The ferry sank there.", 2: "The ferry sank there.", 3: "The ferry sank by Olga Berg."}
    assert best(ranked(places, texts=named)) == 3
    apart = {
        1: "The ferry left. It was late. It sank.",
        2: "It was late. The ferry sank. It left.",
        3: "None.",
    }
    assert best(ranked(places, texts=apart)) == 2


def test_words_decide_whose_texts_are_read() -> None:
    places = [place(n) for n in range(READ + 10)]
    texts = {p.passage: "A ship left." for p in places} | {
        READ + 5: "The ferry sank.",
        READ + 6: "The ferry sank.",
    }
    assert best(ranked(places, lexical={READ + 5: 7.0}, texts=texts)) == READ + 5


def test_news_of_the_moment_is_leant_to_only_where_the_question_is_about_it() -> None:
    old, new = place(1, NOW - 900), place(2, NOW - 1)
    others = [place(n, NOW - 400 - n) for n in range(3, 30)]
    even = {1: 0.6, 2: 0.6} | {p.passage: 0.1 for p in others}
    at_moment = ranked([old, new, *others], dense=even, when=When(TODAY))
    assert best(at_moment) == 2
    assert best(ranked([old, new, *others], dense=even)) == 1
    about_then = {1: 0.9, 2: 0.3} | {p.passage: 0.1 for p in others}
    assert best(ranked([old, new, *others], dense=about_then, when=When(TODAY))) == 1


def test_a_hinted_time_leans_and_leaves_nothing_out() -> None:
    places = [place(1, NOW - 300), place(2, NOW - 100), place(3, None)]
    lean = Window(date(2024, 1, 15), date(2024, 1, 30))
    found = ranked(places, dense={1: 0.5, 2: 0.5, 3: 0.5}, when=When(lean=lean))
    assert best(found) == 2
    assert len(found) == 3


def test_what_the_signals_added_is_the_score() -> None:
    places = [place(n, NOW - n) for n in range(1, 80)]
    dense = {n: (n * 37 % 80) / 80 for n in range(1, 80)}
    texts = {n: f"The ferry {'sank' * (n % 3)}. Captain Number{n} spoke." for n in range(1, 80)}
    found = ranked(places, dense=dense, texts=texts, when=When(TODAY, recent=True))
    assert len(found) == 79 > READ
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    for candidate in found:
        assert sum(value for _, value in candidate.signals) == pytest.approx(candidate.score)


def test_a_passage_without_a_vector_or_a_text_counts_as_average() -> None:
    places = [place(1), place(2), place(3)]
    order = [c.place.passage for c in ranked(places, dense={1: 0.1, 3: 0.9})]
    assert order == [3, 2, 1]
    order = [c.place.passage for c in ranked(places, texts={1: "Nothing.", 3: "The ferry sank."})]
    assert order == [3, 2, 1]


def test_nothing_found_is_ranked_as_nothing() -> None:
    assert ranked([]) == []


def test_the_weights_say_how_they_were_made() -> None:
    import index.rank

    assert "fit_ranking.py" in (Path(index.rank.__file__).parent / "weights.json").read_text()


def test_a_cross_encoder_reorders_what_it_looked_at_and_the_rest_stands_behind() -> None:
    candidates = [Candidate(place(n), 5.0 - n, None, None, (("meaning", 5.0 - n),)) for n in range(4)]
    found = reranked(candidates, [0.1, 0.9, 0.2], 4.0)
    assert [c.place.passage for c in found] == [1, 0, 2, 3]
    for candidate in found:
        assert sum(value for _, value in candidate.signals) == pytest.approx(candidate.score)
    assert reranked([], [], 4.0) == []
