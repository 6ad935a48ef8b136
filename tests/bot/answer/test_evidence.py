from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer.evidence import gather, spoken
from index.article import Version

from .hits import a_hit

_LETTERS = st.text(st.sampled_from("abz İıəĞßé\u0301\u0331👩🏽\u200d🚒🏆Ժ։.!? \n\u00a0“”-1,"), max_size=120)


def sentences_of(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, str]]:
    version = Version(
        id="a@1",
        article="a",
        n=1,
        text=text,
        title="News",
        publisher=None,
        author=None,
        language="en",
        published=None,
        modified=None,
        seen="2023-11-16",
        reason="first",
        raw_hash="-",
        cleaner=1,
    )
    end = len(text) if end is None else end
    hit = a_hit(text[start:end], start=start, end=end, published=None)
    return [(s.start, s.end, s.text) for s in gather([hit, hit], {"a@1": version})]


@given(_LETTERS, _LETTERS)
@example("İİ 👩🏽‍🚒 e\u0301 ", "Əli İğdırda dörd il qaldı. Sonra o da getdi evə.")
def test_a_sentence_is_the_text_at_its_offsets(before: str, text: str) -> None:
    whole = f"{before}\n{text}"
    for start, end, quote in sentences_of(whole, start=len(before) + 1):
        assert len(before) < start < end <= len(whole)
        assert whole[start:end] == quote == quote.strip()


def test_each_sentence_is_read_once_and_scraps_are_not() -> None:
    found = sentences_of("The talks are off for now. No. Baku has said why it will not go.")
    assert [text for _, _, text in found] == [
        "The talks are off for now.",
        "Baku has said why it will not go.",
    ]


def test_a_quote_begins_after_the_dateline() -> None:
    text = "BAKU, Nov 16 (MWS) - Azerbaijan has called off the talks."
    assert sentences_of(text) == [(21, len(text), "Azerbaijan has called off the talks.")]


def test_a_date_is_spelled_as_sentences_spell_it() -> None:
    assert spoken("2023-11-06T12:00:00+04:00") == "6 November 2023"
    assert spoken(None) == ""
