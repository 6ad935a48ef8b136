from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bot.cli import _progress
from bot.cli._report import SHOWN, show, show_dropped
from bot.terminal import Terminal
from ingest.report import Entry, Progress, Report


def shown(report: Report) -> str:
    out = io.StringIO()
    show(report, Terminal(Console(file=out, width=80), Console(file=io.StringIO())))
    return out.getvalue()


def progress(**changed: Any) -> Progress:
    fields: dict[str, Any] = {
        "stage": "reading",
        "done": 450,
        "total": 1000,
        "articles": 1200,
        "seconds": 5.0,
        "rate": 230.4,
        "seconds_left": 12.2,
    }
    return Progress(**{**fields, **changed})


def test_the_report_counts_each_outcome_and_names_what_needs_a_look() -> None:
    report = Report()
    report.add("new", Entry("a.txt", article="x"))
    report.add("skipped", Entry("cat.png", "not text"))
    report.add("failed", Entry("bad.json", "line 3 is no JSON", stage="read"))
    lines = [line.strip() for line in shown(report).splitlines()]
    assert lines[:6] == ["1 new", "0 changed", "0 unchanged", "0 duplicate", "1 skipped", "1 failed"]
    assert lines[lines.index("cat.png") + 1] == "not text"
    assert lines[lines.index("bad.json") + 1] == "read: line 3 is no JSON"
    assert "a.txt" not in lines


def test_a_second_run_says_that_nothing_changed() -> None:
    report = Report()
    for n in range(41):
        report.add("unchanged", Entry(f"{n}.txt"))
    assert shown(report) == "Nothing changed: all 41 articles are in the archive as they are.\n"
    one = Report()
    one.add("unchanged", Entry("0.txt"))
    assert shown(one) == "Nothing changed: the article is in the archive as it is.\n"


def test_many_failures_are_cut_and_counted() -> None:
    report = Report()
    for n in range(SHOWN + 5):
        report.add("failed", Entry(f"{n}.txt", "empty", stage="clean"))
    assert "and 5 more; --json names them" in shown(report)
    assert f"{SHOWN}.txt" not in shown(report)


def test_a_name_and_a_reason_can_not_steer_the_terminal() -> None:
    report = Report()
    report.add("failed", Entry("a\x1b[2J\nb.txt", "[red]\x1b]0;x\x07no", stage="read"))
    out = shown(report)
    assert "\x1b" not in out
    assert "a b.txt" in out
    assert "[red]no" in out


def test_the_report_tells_how_long_each_stage_took() -> None:
    report = Report(
        passages=40, embedded=40, seconds=14.04, reading_seconds=2, embedding_seconds=10, building_seconds=1.5
    )
    for n in range(4):
        report.add("new", Entry(f"{n}.txt", article="x"))
    lines = [" ".join(line.split()) for line in shown(report).splitlines()]
    assert lines[-4:] == [
        "read 4 articles in 2.0 s, 2 a second",
        "embedded 40 passages in 10.0 s, 4 a second",
        "base built in 1.5 s",
        "in all 14.0 s",
    ]


def test_the_lines_left_out_stand_under_their_article() -> None:
    out = io.StringIO()
    found: list[dict[str, object]] = [
        {"origin": "a.txt", "article": "x", "lines": ["Home | World", "Share\x1b[2J this"]},
        {"origin": "b.txt", "article": "y", "lines": []},
    ]
    show_dropped(found, Terminal(Console(file=out, width=80), Console(file=io.StringIO())))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines == ["", "dropped", "a.txt", "− Home | World", "− Share this", "b.txt", "nothing"]


def test_a_run_that_was_stopped_says_how_to_finish_it() -> None:
    report = Report(stopped="the disk is full")
    assert "Stopped: the disk is full. Run it again to finish." in shown(report)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (progress(), "reading 45 %, 1,200 articles, 230 a second, about 12 s left"),
        (progress(total=None, seconds_left=None), "reading, 1,200 articles, 230 a second"),
        (
            progress(stage="embedding", done=50, total=200, rate=8.0, seconds_left=700.0),
            "embedding 25 %, 50 passages, 8 a second, about 12 min left",
        ),
        (progress(rate=0.0, seconds_left=7500.0), "reading 45 %, 1,200 articles, about 2 h 5 min left"),
        (progress(failed=3), "reading 45 %, 1,200 articles, 230 a second, about 12 s left, 3 failed"),
        (
            progress(stage="building", done=500, total=1000, rate=2000.0, seconds_left=0.25),
            "building 50 %, 500 passages, 2,000 a second, about 0 s left",
        ),
    ],
)
def test_progress_reads_as_stage_share_rate_and_time_left(given: Progress, line: str) -> None:
    assert _progress.line(given) == line


def test_elsewhere_than_on_a_terminal_a_line_comes_at_each_stage_and_then_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = 100.0
    monkeypatch.setattr(_progress, "monotonic", lambda: clock)
    terminal = Terminal(Console(file=io.StringIO()), Console(file=io.StringIO()))
    with _progress.watching(terminal) as tell:
        for seconds in (0.0, 1.0, 2.0, 12.0):
            clock = 100.0 + seconds
            tell(progress(done=round(seconds)))
        tell(progress(stage="embedding"))
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "reading 0 %",
        "reading 1 %",
        "embedding 45 %",
    ]


def test_on_a_terminal_there_is_a_bar() -> None:
    err = io.StringIO()
    terminal = Terminal(Console(file=io.StringIO()), Console(file=err, force_terminal=True, width=100))
    with _progress.watching(terminal) as tell:
        tell(progress())
        tell(progress(stage="embedding"))
    assert "━" in err.getvalue()
    assert "230 a second, about 12 s left" in err.getvalue()


def test_for_machines_nothing_is_said_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(Console(file=io.StringIO()), Console(file=io.StringIO()))
    with _progress.watching(terminal, plain=False) as tell:
        tell(progress())
    assert capsys.readouterr().err == ""
