"""Copies are one story, an article gives two passages, and what was cut in mid-thought is joined."""

from __future__ import annotations

from dataclasses import replace

from index.ledger import Place
from index.rank import Candidate, collapse, join


def candidate(
    number: int, score: float, article: str = "", story: str = "", day: int | None = 100, at: int = 0
) -> Candidate:
    article = article or f"a{number}"
    place = Place(number, f"{article}@1", at, at + 10, article, story or article, day, current=True)
    return Candidate(place, score, None, None)


def passages(chosen: list[Candidate]) -> list[int]:
    return [c.place.passage for c in chosen]


def test_the_earliest_copy_stands_for_its_story_when_it_answers_about_as_well() -> None:
    late, early = candidate(1, 2.0, "b", "s", day=105), candidate(2, 1.9, "a", "s", day=100)
    assert passages(collapse([late, early], 10)) == [2]
    assert passages(collapse([late, replace(early, score=1.0)], 10)) == [1]
    undated = candidate(3, 2.0, "c", "s", day=None)
    assert passages(collapse([undated, early], 10)) == [2]


def test_an_article_gives_two_passages_and_the_one_asked_about_five() -> None:
    its = [candidate(n, 10.0 - n, "a") for n in range(8)]
    other = candidate(9, 0.5)
    assert passages(collapse([*its, other], 10)) == [0, 1, 9]
    named = [replace(c, is_asked_about=True) for c in its]
    assert passages(collapse([*named, other], 10)) == [0, 1, 2, 3, 4, 9]


def test_no_more_than_the_limit_the_best_first() -> None:
    assert passages(collapse([candidate(n, 10.0 - n) for n in range(8)], 3)) == [0, 1, 2]


def of_text(text: str, *spans: tuple[int, int], article: str = "a") -> tuple[list[Candidate], dict[str, str]]:
    found = []
    for n, (start, end) in enumerate(spans):
        place = Place(n, f"{article}@1", start, end, article, article, 1, current=True)
        found.append(Candidate(place, 5.0 - n, None, None))
    return found, {f"{article}@1": text}


def test_passages_are_joined_where_the_first_breaks_off() -> None:
    text = "The winners are:\nAnna, Boris and Clara. The rest got nothing."
    first, second = (0, 16), (17, 38)
    for order in ([first, second], [second, first]):
        chosen, texts = of_text(text, *order)
        (joined,) = join(chosen, texts)
        assert text[joined.place.start : joined.place.end] == text[:38]
        assert (joined.place.passage, joined.score) == (0, 5.0)


def test_whole_sentences_and_distant_or_other_texts_stay_apart() -> None:
    text = "The winners are:\nAnna, Boris and Clara. The rest got nothing."
    whole, texts = of_text(text, (17, 38), (39, len(text)))
    assert join(whole, texts) == whole
    distant, texts = of_text(text, (0, 16), (39, len(text)))
    assert join(distant, texts) == distant
    (here,), texts = of_text(text, (0, 16))
    (there,), others = of_text(text, (17, 38), article="b")
    assert len(join([here, there], texts | others)) == 2
