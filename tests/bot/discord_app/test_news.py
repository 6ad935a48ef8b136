"""What news sense looks like in Discord, and /timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.answer.news.types import Dated, Day, Difference, Report, Span, Speaker
from bot.answer.types import Answer, Citation, Claim
from bot.discord_app.card import answer_card
from index.article import Window

from .scripted import QUOTE, Stage, answer, citation, text_of
from .test_card import text

FRIDAY = Window(date(2023, 11, 17), date(2023, 11, 17))
DAY = Day(10, 16, "Friday", FRIDAY)


def told(*claims: Claim, citations: tuple[Citation, ...], **more: object) -> str:
    return text(*answer_card(answer(claims=claims, citations=citations, **more)))


def test_days_and_speaker_stand_beside_a_claim_in_small_letters_of_our_own() -> None:
    claim = Claim("It will decide on Friday.", (1,), "model", speaker="Foreign Ministry", days=(DAY,))
    shown = told(claim, citations=(citation(),))
    assert "It will decide on Friday. *(said by Foreign Ministry; Friday: 17 Nov 2023)* [1]" in shown
    assert f"> {QUOTE}" in shown


def test_where_quotes_alone_are_shown_the_note_stands_above_the_quote_not_in_it() -> None:
    speaker = Speaker(Span(0, 16, "Foreign Ministry"), None, Span(0, 30, "The Foreign Ministry spoke."))
    quoted = citation(quote="It will decide on Friday.", speaker=speaker, days=(DAY,))
    shown = told(Claim("It will decide on Friday.", (1,)), citations=(quoted,))
    assert "-# said by Foreign Ministry; Friday: 17 Nov 2023\n> It will decide on Friday." in shown


def test_an_analysis_is_called_one() -> None:
    shown = told(
        Claim("Moscow gains room.", (1,), "model", standing="analysis"),
        citations=(citation(standing="analysis"),),
    )
    assert "Analysis, not a report: Moscow gains room. [1]" in shown
    alone = told(
        Claim("Moscow gains room.", (1,), standing="analysis"),
        citations=(citation(quote="Moscow gains room.", standing="analysis"),),
    )
    assert "-# Analysis, not a report\n> Moscow gains room." in alone


DIFFERING = Difference(
    "outlets", "the wounded", (Report("One soldier", 1, "2024-02-13"), Report("Two more", 2, None))
)


def test_reports_that_differ_stand_side_by_side_with_their_marks() -> None:
    shown = told(
        Claim("One soldier was wounded.", (1,)),
        citations=(
            citation(1, quote="One soldier was wounded.", url=None, link=""),
            citation(2, quote="Two more were wounded.", publisher="Ararat Dispatch", url=None, link=""),
        ),
        differences=(DIFFERING,),
    )
    assert (
        "Outlets differ on the wounded:\n"
        "“One soldier” – Caspian Wire, 13 Feb 2024 [1]\n"
        "“Two more” – Ararat Dispatch, undated [2]"
    ) in shown
    assert "> Two more were wounded." in shown


def test_an_articles_words_in_a_note_are_inert() -> None:
    hostile = Day(0, 9, "@everyone", FRIDAY)
    claim = Claim("Go @everyone.", (1,), "model", speaker="<@123> **he**", days=(hostile,))
    shown = told(claim, citations=(citation(),))
    assert "@everyone" not in shown
    assert "<@123>" not in shown
    assert "**he**" not in shown


def timeline(subject: str = "Baku talks") -> Answer:
    event = Dated(0, FRIDAY, "sentence", "Friday", 2, ("Caspian Wire", "Ararat Dispatch"))
    other = replace(event, claim=1, by="published", words="", independent=1, outlets=("Caspian Wire",))
    return answer(
        subject,
        claims=(Claim(QUOTE, (1, 2)), Claim("Talks ended.", (3,))),
        citations=(citation(1), citation(2, publisher="Ararat Dispatch"), citation(3, quote="Talks ended.")),
        timeline=(event, other),
    )


def test_a_timeline_shows_each_events_day_outlets_and_quote() -> None:
    shown = text(*answer_card(timeline()))
    assert f"> {QUOTE}" in shown
    assert "**[1] 17 Nov 2023**" in shown
    assert "and Ararat Dispatch, 2 independent sources · Friday [2]" in shown
    assert "**[3] 17 Nov 2023**" in shown
    assert "day of publication\n> Talks ended." in shown


async def test_the_timeline_command_asks_for_one(stage: Stage) -> None:
    stage.answerer.script = lambda question: timeline(question.text)
    result = await stage.reader.slash(stage.channel, "timeline", subject="Baku talks", since="2023-11")
    (asked,) = stage.answerer.asked
    assert asked.timeline
    assert asked.window == Window(date(2023, 11, 1), None)
    assert f"> {QUOTE}" in text_of(result.response)


async def test_a_wrong_day_is_told_before_anything_is_asked(stage: Stage) -> None:
    result = await stage.reader.slash(stage.channel, "timeline", subject="Baku talks", since="soon")
    assert "is not a date" in text_of(result.response)
    assert stage.answerer.asked == []
