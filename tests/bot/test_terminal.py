from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
from rich.console import Console

from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Event, Status
from bot.terminal import Terminal, clean, coverage_line, day, one_line
from index.article import Coverage, Hit, Window

COVERAGE = Coverage(41, "2023-11-16", "2024-04-19", 1)
QUOTE = "We see no possibility of holding the proposed meeting in Washington on 20 November."


def citation(n: int = 1, **changed: object) -> Citation:
    fields: dict[str, object] = {
        "n": n,
        "article": "abcdefghijkl",
        "version": "abcdefghijkl@1",
        "start": 10,
        "end": 10 + len(QUOTE),
        "quote": QUOTE,
        "publisher": "Caspian Courier",
        "title": "Baku calls off the meeting",
        "author": None,
        "published": "2023-11-16T12:00:00+04:00",
        "url": "https://caspiancourier.example/a",
        "link": "https://caspiancourier.example/a#:~:text=We%20see",
        "outlets": ("Caspian Courier",),
    }
    return Citation(**{**fields, **changed})  # type: ignore[arg-type]


def hit(**changed: object) -> Hit:
    fields: dict[str, object] = {
        "passage": 1,
        "article": "abcdefghijkl",
        "version": "abcdefghijkl@1",
        "start": 0,
        "end": len(QUOTE),
        "text": QUOTE,
        "title": "Baku calls off the meeting",
        "publisher": "Caspian Courier",
        "author": None,
        "language": "en",
        "published": "2023-11-16",
        "url": None,
        "origin": "archive/a.txt",
        "score": 1.5,
    }
    return Hit(**{**fields, **changed})  # type: ignore[arg-type]


def answer(**changed: object) -> Answer:
    fields: dict[str, object] = {
        "question": "why?",
        "as_of": None,
        "answered": True,
        "claims": (Claim("Baku called Washington biased.", (1,)),),
        "citations": (citation(),),
        "nearest": (),
        "coverage": COVERAGE,
        "model": "none",
    }
    return Answer(**{**fields, **changed})  # type: ignore[arg-type]


def unanswered(**changed: object) -> Answer:
    return answer(**{"answered": False, "claims": (), "citations": (), "nearest": (hit(),), **changed})


class Screen:
    """A terminal whose two streams can be read; a pipe unless `tty`."""

    def __init__(self, *, tty: bool = False, width: int = 80) -> None:
        self.streams = io.StringIO(), io.StringIO()
        consoles = [
            Console(file=s, width=width, force_terminal=tty, highlight=False, markup=False, emoji=False)
            for s in self.streams
        ]
        self.terminal = Terminal(*consoles)

    @property
    def out(self) -> str:
        return self.streams[0].getvalue()

    @property
    def err(self) -> str:
        return self.streams[1].getvalue()


@pytest.fixture(autouse=True)
def _no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def test_an_answer_reads_claims_then_numbered_sources_then_coverage() -> None:
    screen = Screen()
    shown = screen.terminal.show([Status("Reading"), answer()])
    assert shown.answered
    assert screen.out.splitlines() == [
        "Baku called Washington biased. [1]",
        "",
        "[1] Caspian Courier · Baku calls off the meeting · 16 Nov 2023",
        f"    │ {QUOTE}",
        f"    article abcdefghijkl@1 --quote 10:{10 + len(QUOTE)}",
        "    https://caspiancourier.example/a#:~:text=We%20see",
        "",
        "1 independent source, newest 16 Nov 2023; as of 19 Apr 2024",
        "41 articles, 16 Nov 2023 – 19 Apr 2024, newest 19 Apr 2024; 1 undated",
    ]
    assert screen.err == ""


def test_claims_are_on_the_screen_before_the_answer_is_whole_and_only_once() -> None:
    screen = Screen()
    seen_before_the_end: list[str] = []

    def events() -> Iterator[Event]:
        yield CheckedClaim(Claim("Baku called Washington biased.", (1,)), (citation(),))
        seen_before_the_end.append(screen.out)
        yield answer()

    screen.terminal.show(events())
    assert "Baku called Washington biased. [1]" in seen_before_the_end[0]
    assert screen.out.count("Baku called Washington biased.") == 1


def test_the_status_line_is_on_the_error_stream_of_a_terminal_only() -> None:
    for tty in (True, False):
        screen = Screen(tty=tty)
        screen.terminal.show([Status("Reading 6 passages"), answer()])
        assert ("Reading 6 passages" in screen.err) is tty
        assert "Reading 6 passages" not in screen.out


def test_without_an_answer_the_nearest_passages_are_shown() -> None:
    screen = Screen()
    screen.terminal.show([unanswered()])
    lines = screen.out.splitlines()
    assert lines[0] == "The archive holds nothing on this between 16 Nov 2023 and 19 Apr 2024."
    assert "1. Caspian Courier · Baku calls off the meeting · 16 Nov 2023" in lines
    assert f"   │ {QUOTE}" in lines
    assert "   archive/a.txt" in lines
    assert lines[-1].startswith("41 articles")


def test_the_nearest_passages_are_cut_to_their_beginning() -> None:
    screen = Screen()
    screen.terminal.show([unanswered(nearest=(hit(text="word\n\n" * 200),))])
    bars = [line for line in screen.out.splitlines() if "│" in line]
    assert len(bars) == 1
    assert bars[0].endswith("word word …")
    assert len(bars[0]) < 300


def test_a_degraded_answer_says_why() -> None:
    screen = Screen()
    screen.terminal.show([answer(degraded="The language model did not answer within 30 s.")])
    assert "! The language model did not answer within 30 s." in screen.out


def test_other_outlets_of_a_story_are_named() -> None:
    screen = Screen()
    screen.terminal.sources([citation(outlets=("Caspian Courier", "Midwire", "Ararat Dispatch"))])
    assert "    also printed by Midwire, Ararat Dispatch\n" in screen.out


def test_an_undated_source_of_an_unknown_outlet_says_so() -> None:
    screen = Screen()
    screen.terminal.sources([citation(publisher=None, published=None)])
    assert "[1] outlet unknown · Baku calls off the meeting · undated" in screen.out


def test_lines_wrap_to_the_terminal_and_links_stay_whole() -> None:
    screen = Screen(tty=True, width=40)
    link = "https://caspiancourier.example/" + "a" * 60
    screen.terminal.sources([citation(link=link)])
    plain = clean(screen.out)
    assert link in plain
    assert all(len(line) <= 40 for line in plain.splitlines() if link not in line)
    bars = [line.removeprefix("    │ ") for line in plain.splitlines() if "│" in line]
    assert len(bars) > 1
    assert " ".join(bars) == QUOTE


def test_a_date_is_not_broken_over_two_lines() -> None:
    for width in range(45, 70):
        screen = Screen(tty=True, width=width)
        screen.terminal.sources([citation()])
        assert "16 Nov 2023" in clean(screen.out)


def test_on_a_pipe_a_quote_stays_on_one_line() -> None:
    screen = Screen(width=40)
    screen.terminal.sources([citation()])
    assert QUOTE in screen.out


def test_a_quote_of_several_lines_keeps_its_bar() -> None:
    screen = Screen()
    screen.terminal.quote("One.\n\nTwo.", "  ")
    assert screen.out == "  │ One.\n  │\n  │ Two.\n"


def test_markup_in_an_article_is_printed_as_it_stands() -> None:
    screen = Screen(tty=True)
    text = "[red]News[/] [link=https://x.example]y[/link] :cat:"
    screen.terminal.show([answer(claims=(Claim(text, (1,)),), citations=(citation(title=text, quote=text),))])
    assert clean(screen.out).count(text) == 3
    assert screen.out.count("\x1b]8;") == 2  # the source's own link, opened and closed


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]0;title\x07text", "text"),
        ("\x9b2Jcleared", "cleared"),
        ("a\x1b", "a"),
        ("back\x08\x08space\x00", "backspace"),
        ("user\u202egnp.exe\u202c", "usergnp.exe"),
        ("\u2066iso\u2069late", "isolate"),
        ("tag\U000e0041ged", "tagged"),
        ("\ud800half", "\ufffdhalf"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a b"),
        (
            "Əliyev, Ստեփանակերտ, Баку, İğdır, می‌خواهم 👩‍👩‍👧",
            "Əliyev, Ստեփանակերտ, Баку, İğdır, می‌خواهم 👩‍👩‍👧",
        ),
    ],
)
def test_what_could_steer_a_terminal_is_taken_out_and_the_rest_kept(data: str, shown: str) -> None:
    assert clean(data) == shown


def test_a_title_can_not_break_its_line() -> None:
    assert one_line("  A title\n[2] Fake Outlet · forged\x1b[2K ") == "A title [2] Fake Outlet · forged"


def test_nothing_of_an_article_can_steer_the_terminal_when_printed() -> None:
    screen = Screen(tty=True)
    evil = "x\x1b[2J\x1b]52;c;aGk=\x07\u202ey"
    screen.terminal.show(
        [
            answer(
                claims=(Claim(evil, (1,)),),
                citations=(
                    citation(
                        quote=evil,
                        title=evil,
                        publisher=evil,
                        link="https://a/" + evil,
                        outlets=(evil, evil + "2"),
                    ),
                ),
                degraded=evil,
            )
        ]
    )
    for banned in ("\x1b[2J", "\x1b]52", "\u202e", "\x07"):
        assert banned not in screen.out


def test_with_no_color_a_terminal_gets_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.terminal import console

    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console().color_system is not None
    monkeypatch.setenv("NO_COLOR", "1")
    assert console().color_system is None


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2023-11-16", "16 Nov 2023"),
        ("2024-02-05T23:30:00-05:00", "5 Feb 2024"),
        (date(2024, 1, 2), "2 Jan 2024"),
        (None, "undated"),
        ("sometime", "sometime"),
    ],
)
def test_dates_are_written_for_people(iso: str | date | None, shown: str) -> None:
    assert day(iso) == shown


def test_coverage_counts_one_and_thousands_rightly() -> None:
    assert coverage_line(Coverage(1, "2024-01-02", "2024-01-02", 0)).startswith(
        "1 article, 2 Jan 2024 – 2 Jan"
    )
    assert coverage_line(Coverage(12345, "2024-01-02", "2024-01-03", 0)).startswith("12,345 articles, ")


def test_coverage_says_what_a_window_or_a_day_left_out() -> None:
    window = Window(date(2024, 1, 1), date(2024, 1, 31))
    line = coverage_line(Coverage(7, "2024-01-04", "2024-01-30", 1, window), date(2024, 2, 5))
    assert line == (
        "7 articles, 4 Jan 2024 – 30 Jan 2024, newest 30 Jan 2024; 1 undated left out; "
        "since 1 Jan 2024; until 31 Jan 2024; as of 5 Feb 2024"
    )


def test_coverage_of_nothing_says_so() -> None:
    assert coverage_line(Coverage(0, None, None, 0)) == "No articles match"
    assert "No articles match" in coverage_line(Coverage(0, None, None, 0, Window(date(2030, 1, 1))))
    assert coverage_line(Coverage(3, None, None, 3)) == "3 articles; 3 undated"
