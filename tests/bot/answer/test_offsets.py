"""Offsets from ingest to citation, in every script and normal form: the quote is the text at its offsets, and
no letter is cut in two."""

from __future__ import annotations

# ruff: noqa: E501 - a story stands in a line
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.answer.answer import Answerer
from bot.answer.citing import cite
from bot.answer.evidence import gather
from bot.answer.terms import keys
from bot.answer.types import Citation, Question
from bot.llm import LLMConfig
from index.article import Hit, Version
from index.config import IndexConfig
from index.search import Index
from index.text import Folded, fold, sentences, visible
from ingest.clean import normalise
from ingest.passages import Cutter

from .conftest import ingest
from .hits import a_hit

STORIES = {
    "latin": "Rivers rose at Orvenna on Monday. The mayor, Zoë Núñez-Ångström, said that 40 houses stood empty.",
    "stacked marks": "Q̣̈uarry at Ṩ̌elm shut. The owner of Ṩ̌elm, Ǭ̀́ne, said that 40 men went home on Monday.",
    "turkish": "IĞDIR'da İnci Işık konuştu. Iğdır Valisi İsmail Ilgın, ırmağın Salı günü taştığını söyledi.",
    "azerbaijani": "Şəkidə yağış yağıb. Şəki icra hakimiyyətinin başçısı İlqar Əliyev bildirib ki, 40 ev boşaldılıb.",
    "russian": "Йошкар-Ола готовится к паводку. Мэр Йошкар-Олы Пётр Ёлкин заявил, что 40 домов опустели в четверг.",
    "armenian": "Գյումրիում բացվեց դպրոց։ Գյումրիի քաղաքապետը ասաց, որ դպրոցում սովորում է 420 աշակերտ։",
    "arabic": "ارتفع النهر في أورفينا يوم الاثنين. وقال رئيس البلدية إنَّ ٤٠ بيتًا أُخليت في أورفينا ليلًا.",
    "hebrew": "הנהר עלה באורוונה ביום שני. רֹאשׁ הָעִיר אמר כי 40 בתים פונו במהלך הלילה באורוונה.",
    "persian": "رودخانه در اورونا بالا آمد. شهردار اورونا گفت که ۴۰ خانه خالی شده‌اند و مردم می‌خواهند برگردند.",
    "hindi": "ओरवेना में नदी चढ़ गई। ओरवेना के महापौर ने कहा कि सोमवार को ४० घर ख़ाली कराए गए क्‍षेत्र में।",
    "korean": "오르베나에서 강물이 불어났다. 오르베나 시장은 월요일에 집 40채가 비었다고 말했다.",
    "japanese": "オルヴェナで川が増水した。オルヴェナの葛\U000e0100市長は月曜日に四十軒が避難したと述べた。",
    "vietnamese": "Nước sông ở Orvenna dâng cao. Thị trưởng Nguyễn Ngọc Ẩn nói rằng 40 ngôi nhà đã được sơ tán hôm thứ Hai.",
    "emoji": "Orvenna cheers 👩🏽‍🚒🏴󠁧󠁢󠁳󠁣󠁴󠁿. The crew 👨‍👩‍👧‍👦 of Orvenna 🇦🇿🇦🇲 won the cup 🏆 on Monday, 1️⃣ up on ❤️‍🔥 rivals.",
    "astral": "𝐎𝐫𝐯𝐞𝐧𝐧𝐚 votes. The 𐐔𐐇𐐝 party of Orvenna said on Monday that 𝟜𝟘 seats 𠀀𠀁 were 🂡 won there.",
    "ligatures": "Oﬃces at Orvenna ﬂood. The ﬁfth oﬃce at Orvenna was ½ full of water on Monday, said ℌans Ⅳ.",
}
FORMS = ("NFC", "NFD", "NFKC", "NFKD")
JOINS = (" ", "\n\n", "\r\n\r\n", "\r\n", "\u2028", "\u00a0", " \u202f", "\t", "  ")
ODD = (
    "\u0301", "\u200d", "\u200b", "\ufeff", "\u202e", "\u0338", "e\u0301", "İ", "ı", "ß", "ﬃ", "‏", "🏳️‍🌈", "\U000e0041",
    "\ufe0f", "й", "И\u0306", "。", "؟", "։", "...", "\r", "\x00", "\ud800",
)  # fmt: skip
_pieces = st.one_of(
    st.sampled_from([word for story in STORIES.values() for word in story.split()]),
    st.sampled_from(["The mayor of Orvenna said so.", "Nobody in Orvenna knew why. They left at once."]),
    st.sampled_from(ODD),
    st.characters(),
)
texts = st.builds(
    lambda parts, form: unicodedata.normalize(form, "".join(parts)),
    st.lists(st.tuples(_pieces, st.sampled_from(JOINS)).map("".join), max_size=30),
    st.sampled_from(FORMS),
)


def version_of(text: str) -> Version:
    return Version(
        id="a@1", article="a", n=1, text=text, title="News of İğdır", publisher="Orvenna Post", author=None,
        language="en", published="2024-05-03", modified=None, seen="2024-05-03", reason="first", raw_hash="-",
        cleaner=1,
    )  # fmt: skip


def hit_of(version: Version, start: int, end: int) -> Hit:
    return a_hit(
        version.text[start:end],
        start=start,
        end=end,
        title=version.title,
        publisher=version.publisher,
        published=version.published,
        url="https://orvennapost.example/a",
    )


def assert_whole_letters(text: str, start: int, end: int) -> None:
    """Nothing that belongs to the letter before stands at the start, or behind the end."""
    for at in (start, end):
        if 0 < at < len(text) and not text[at - 1].isspace():
            assert not unicodedata.combining(text[at])
            assert text[at] not in "\u200d\ufe0f"
            assert text[at - 1] != "\u200d"


def assert_resolves(citation: Citation, version: Version) -> None:
    assert version.text[citation.start : citation.end] == citation.quote
    assert_whole_letters(version.text, citation.start, citation.end)
    if "#:~:text=" not in citation.link:
        return
    assert citation.link.isascii()
    at = 0
    for edge in citation.link.split("#:~:text=")[1].split(","):
        words = unquote(edge, errors="strict").split(" ")
        assert words
        for word in words:
            found = citation.quote.find(word, at)
            assert found >= at
            at = found + len(word)


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter.for_model(IndexConfig(Path("unused")))


@given(texts)
def test_cleaned_text_is_composed_and_holds_nothing_that_can_not_be_seen(text: str) -> None:
    cleaned = normalise(text)
    assert normalise(cleaned) == cleaned
    assert visible(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\r\u2028\u2029\x00\u202e\u200b\ufeff")
    cleaned.encode()


@settings(deadline=None, max_examples=60)
@given(texts)
@example("\r\n".join(STORIES.values()) * 3)
def test_passages_hold_each_sentence_once_and_cut_no_letter(cutter: Cutter, text: str) -> None:
    text = normalise(text)
    passages = cutter.cut(text, "News", "2024-05-03")
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert_whole_letters(text, passage.start, passage.end)
    kept = "".join(text[p.start : p.end] for p in passages)
    assert "".join(kept.split()) == "".join(text.split())


@settings(deadline=None, max_examples=60)
@given(texts)
@example("\n".join(STORIES.values()))
def test_a_citation_is_the_text_at_its_offsets_and_its_link_names_its_words(text: str) -> None:
    text = normalise(text)
    version = version_of(text)
    citations: list[Citation] = []
    whole = [hit_of(version, start, end) for start, end in sentences(text)] + [hit_of(version, 0, len(text))]
    for sentence in gather(whole, {version.id: version}):
        assert text[sentence.start : sentence.end] == sentence.text
        cite(citations, sentence)
    for citation in citations:
        assert_resolves(citation, version)


@given(texts)
def test_every_spelling_of_a_text_is_compared_alike(text: str) -> None:
    text = normalise(text)
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, text)
        assert fold(other) == fold(text)
        assert keys(Question(other).text) == keys(text)
    folded = Folded(text)
    assert folded.text == fold(text)
    for word in fold(text).split():
        start = folded.text.index(word)
        a, b = folded.span(start, start + len(word))
        assert word in fold(text[a:b])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Every story in every form, with line ends of every sort."""
    folder = tmp_path_factory.mktemp("scripts")
    for n, (name, story) in enumerate(STORIES.items()):
        for m, form in enumerate(FORMS):
            text = unicodedata.normalize(form, f"\ufeff{story}").replace(
                ". ", "." + JOINS[(n + m) % len(JOINS)]
            )
            record = {"title": f"{name} {form}", "text": f"{text}\r\n\r\nStory {n} in form {m}, told once.",
                      "url": f"https://orvennapost.example/{n}/{m}", "publisher": "Orvenna Post",
                      "published": "2024-05-03"}  # fmt: skip
            (folder / f"{n}-{m}.json").write_text(
                json.dumps(record, ensure_ascii=m % 2 == 0), encoding="utf-8"
            )
    opened = Index.open(ingest(tmp_path_factory.mktemp("scripts-data"), [folder]))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", STORIES)
def test_from_ingest_to_citation(index: Index, name: str) -> None:
    answerer = Answerer(index, LLMConfig("none"))
    words = [w for w in STORIES[name].split() if len(w) > 3] * 2
    for asked in (STORIES[name], " ".join(words[:4]), f"{words[-2]} {words[-1]}?"):
        question = Question(asked)
        _, ranked, found = answerer.evidence(question)
        for hit in found:
            version = index.ledger.version(hit.version)
            assert version is not None
            assert version.text[hit.start : hit.end] == hit.text
            assert_whole_letters(version.text, hit.start, hit.end)
        citations: list[Citation] = []
        for sentence in ranked:
            cite(citations, sentence)
        citations += answerer.ask(Question(unicodedata.normalize("NFD", asked))).citations
        assert citations
        for citation in citations:
            version = index.ledger.version(citation.version)
            assert version is not None
            assert_resolves(citation, version)
