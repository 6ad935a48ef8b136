"""Cards: what they say, and that they keep Discord's limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import COMPONENTS_V2_FLAG, validate_message_state, walk_components

from bot.answer.types import Answer, Claim
from bot.discord_app.card import answer_card, help_card, notice_card, progress_card
from index.article import Coverage

from .scripted import QUOTE, WINDOWED, answer, citation, hit, no_answer


def text(*views: ui.LayoutView) -> str:
    parts = [c for view in views for c in walk_components(view.to_components()) if c["type"] == 10]
    return "\n".join(part["content"] for part in parts)


def buttons(*views: ui.LayoutView) -> list[str]:
    return [c["url"] for view in views for c in walk_components(view.to_components()) if c.get("url")]


def colour(view: ui.LayoutView) -> int:
    return int(view.to_components()[0]["accent_color"])


def check_limits(*views: ui.LayoutView) -> None:
    """Discord's limits, as simcord knows them; it raises what Discord would answer."""
    for view in views:
        components = view.to_components()
        validate_message_state(components, flags=COMPONENTS_V2_FLAG, content=None, embeds=[])
        shown = "".join(c["content"] for c in walk_components(components) if c["type"] == 10)
        assert len(shown.encode("utf-16-le")) // 2 <= 4000


def test_an_answer_shows_claims_with_marks_and_each_source_by_its_number() -> None:
    card = answer_card(
        answer(
            claims=(Claim("First.", (1, 2)), Claim("Second.", (2,))),
            citations=(
                citation(1),
                citation(
                    2, title="No talks", publisher="Ararat Dispatch", published="2023-11-17", quote="Q."
                ),
            ),
        )
    )
    assert text(*card).split("\n") == [
        "### why did Baku refuse Washington talks?",
        "First. [1][2]",
        "Second. [2]",
        "**[1] Caspian Wire** · 16 Nov 2023",
        "-# Baku calls off Washington talks · caspianwire.example",
        f"> {QUOTE}",
        "**[2] Ararat Dispatch (at caspianwire.example)** · 17 Nov 2023",
        "-# No talks",
        "> Q.",
        "-# 2 independent sources, newest 17 Nov 2023; as of 19 Apr 2024",
        "-# Searched 41 articles, 16 Nov 2023 – 19 Apr 2024",
    ]
    assert buttons(*card) == [citation(1).link, citation(2).link]


def test_a_quote_of_several_paragraphs_is_quoted_whole() -> None:
    quote = "“We refuse.\n\nIt is biased,” he said."
    assert "> “We refuse.\n> It is biased,” he said." in text(
        *answer_card(answer(citations=(citation(quote=quote),)))
    )


def test_other_outlets_that_printed_the_story_are_named() -> None:
    outlets = ("Caspian Wire", "A", "B", "C", "D")
    assert (
        "-# Baku calls off Washington talks · caspianwire.example\n-# Also in A, B, C and 1 more\n> "
        in text(*answer_card(answer(citations=(citation(outlets=outlets),))))
    )


def test_an_article_without_a_page_is_named_by_its_file() -> None:
    card = answer_card(
        answer(
            citations=(citation(url=None, link="/srv/archive/page-3.txt", published=None, publisher=None),)
        )
    )
    assert "**[1] Outlet unknown** · undated\n-# Baku calls off Washington talks · page-3.txt" in text(*card)
    assert "/srv" not in text(*card)
    assert buttons(*card) == []


def test_a_link_too_long_for_a_button_falls_back_to_the_page() -> None:
    long = citation(link=f"{citation().url}#:~:text={'word%20' * 200}")
    assert buttons(*answer_card(answer(citations=(long,)))) == [citation().url]


def test_an_answer_in_the_articles_own_words_does_not_say_them_twice() -> None:
    quotes = ("One sentence.", "Another.")
    (card,) = answer_card(
        answer(
            claims=tuple(Claim(quote, (n,)) for n, quote in enumerate(quotes, 1)),
            citations=tuple(citation(n, quote=f" {quote}\n") for n, quote in enumerate(quotes, 1)),
        )
    )
    assert text(card).count("One sentence.") == text(card).count("Another.") == 1
    assert "own words\n**[1] Caspian Wire** · 16 Nov 2023" in text(card)


def test_a_second_quote_of_one_article_does_not_repeat_its_title() -> None:
    card = text(*answer_card(answer(citations=(citation(1), citation(2, version="a1@1", quote="More.")))))
    assert card.count("Baku calls off Washington talks") == 1
    assert "**[2]** same article as [1]\n> More." in card


def test_no_answer_says_so_in_another_colour_and_shows_what_comes_nearest() -> None:
    (card,) = answer_card(no_answer())
    assert "\nThe archive holds nothing on this between 16 Nov 2023 and 19 Apr 2024.\n" in text(card)
    assert (
        "**Kavkaz Observer** · 5 Jan 2024\n-# Other news · page-3.txt\n> The cup was played elsewhere."
        in text(card)
    )
    assert "Searched 41 articles" in text(card)
    assert colour(card) != colour(answer_card(answer())[0])


def test_a_near_passage_is_cut_at_a_sentence_and_says_that_it_goes_on() -> None:
    passage = "One sentence that is here. " * 40
    shown = text(*answer_card(no_answer(nearest=(hit(text=passage.strip()),))))
    quote = next(line for line in shown.split("\n") if line.startswith("> "))
    assert quote.endswith("is here.\u00a0…")
    assert len(quote) < 250


@pytest.mark.parametrize(
    ("coverage", "as_of", "line"),
    [
        (
            WINDOWED,
            None,
            "Searched 5 articles, 3 Jan 2024 – 30 Jan 2024 (from 1 Jan 2024 to 31 Jan 2024); "
            "2 undated left out",
        ),
        (
            Coverage(1, "2024-01-03", "2024-01-03", 0),
            date(2024, 2, 1),
            "Searched 1 article, 3 Jan 2024 (as of 1 Feb 2024)",
        ),
        (Coverage(12345, None, None, 3), None, "Searched 12,345 articles"),
    ],
)
def test_the_coverage_line_tells_what_was_asked(coverage: Coverage, as_of: date | None, line: str) -> None:
    assert text(*answer_card(answer(coverage=coverage, as_of=as_of))).split("\n")[-1] == f"-# {line}"


def test_an_empty_archive_tells_how_to_fill_it_and_an_empty_window_that_it_is_empty() -> None:
    empty = no_answer(nearest=(), coverage=Coverage(0, None, None, 0))
    assert "dateline ingest" in text(*answer_card(empty))
    window = replace(empty, coverage=replace(WINDOWED, articles=0, oldest=None, newest=None))
    assert "no article from 1 Jan 2024 to 31 Jan 2024" in text(*answer_card(window))


def test_what_the_model_worded_and_why_less_was_done_is_said() -> None:
    card = answer(
        claims=(Claim("Said.", (1,), "model"),), model="SmolLM2-135M", degraded="The language model is slow."
    )
    assert text(*answer_card(card)).endswith(
        "-# Worded by SmolLM2-135M, checked against the quotes\n-# The language model is slow."
    )
    assert "Worded by" not in text(*answer_card(answer(model="SmolLM2-135M")))


HOSTILE = "<@1> @everyone [x](https://evil.example) ||s|| \n# h\n-# s\n> q ```c``` discord.gg/x \u202e"


def hostile_answer() -> Answer:
    fields: dict[str, Any] = dict.fromkeys(("quote", "title", "publisher"), HOSTILE)
    return answer(
        HOSTILE,
        claims=(Claim(HOSTILE, (1,)),),
        citations=(citation(**fields, outlets=(HOSTILE, "@here <@&2>"), link=HOSTILE, url=HOSTILE),),
        model=HOSTILE,
        degraded=HOSTILE,
    )


@pytest.mark.parametrize(
    "views",
    [
        answer_card(hostile_answer()),
        answer_card(
            no_answer(HOSTILE, nearest=(hit(text=HOSTILE, title=HOSTILE, publisher=HOSTILE, origin=HOSTILE),))
        ),
        [progress_card(HOSTILE, HOSTILE, [Claim(HOSTILE, (1,))], hostile_answer().citations)],
        [notice_card(HOSTILE)],
        [help_card(HOSTILE)],
    ],
)
def test_no_text_from_outside_pings_links_or_poses_as_ours(views: list[ui.LayoutView]) -> None:
    shown = text(*views)
    for forbidden in (
        "<@",
        "@everyone",
        "@here",
        "](",
        "https://",
        "discord.gg",
        "||",
        "```",
        "\u202e",
        "\n# ",
    ):
        assert forbidden not in shown, forbidden
    assert buttons(*views) == []


any_text = st.one_of(
    st.text(max_size=40),
    st.integers(0, 900).map("many words ".__mul__),
    st.integers(0, 6000).map("<".__mul__),
    st.integers(0, 3000).map("x\n".__mul__),
    st.integers(0, 3000).map("\N{GRINNING FACE}".__mul__),
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_longest_answer_keeps_the_limits_and_loses_nothing(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 45))
    quotes = data.draw(st.lists(any_text.filter(str.strip), min_size=count, max_size=count))
    claims = data.draw(st.lists(any_text.filter(str.strip), min_size=1, max_size=10))
    made = answer(
        data.draw(any_text),
        claims=tuple(Claim(t, tuple(range(1, count + 1))) for t in claims),
        citations=tuple(citation(n, quote=q, title=q, publisher=q) for n, q in enumerate(quotes, 1)),
        degraded=data.draw(any_text),
    )
    views = answer_card(made)
    check_limits(*views)
    shown = text(*views)
    for n in range(1, count + 1):
        assert f"**[{n}] " in shown


@settings(max_examples=30, deadline=None)
@given(any_text, any_text)
def test_every_other_card_keeps_the_limits(one: str, other: str) -> None:
    near = tuple(hit(text=one, title=other, publisher=one) for _ in range(9))
    check_limits(*answer_card(no_answer(other, nearest=near)))
    check_limits(progress_card(one, other, [Claim(one, (1,))] * 20, [citation(quote=other)] * 20))
    check_limits(notice_card(one), help_card(other))


def test_a_quote_longer_than_a_message_goes_on_word_for_word() -> None:
    quote = " ".join(f"word{n}" for n in range(2000))
    views = answer_card(answer(citations=(citation(quote=quote),)))
    check_limits(*views)
    assert len(views) > 2
    assert " ".join(line[2:] for line in text(*views).split("\n") if line.startswith("> ")) == quote
