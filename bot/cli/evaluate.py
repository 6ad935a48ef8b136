"""dateline eval: how good answers are, and how well passages are found, over labelled questions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.evaluate.answers import Report
    from bot.evaluate.retrieval import Retrieval
    from bot.terminal import Terminal

MISSES = 20
"""Named on the terminal; the table has them all."""
BAR = 32

Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        file_okay=False,
        help="Where the table and the chart are written; by default where you are, with --json nowhere.",
        show_default=False,
    ),
]

app = typer.Typer(no_args_is_help=True, help="Measure how good answers are, and how well passages are found.")


@app.callback()
def root() -> None:
    """Measure how good answers are, and how well passages are found."""


@app.command()
def answers(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Your questions, one JSON object a line, each with what is expected.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ],
    llm: Annotated[
        str | None,
        typer.Option(
            metavar="KIND,…",
            help="Language models to measure, such as none,embedded; else the one set.",
            show_default=False,
        ),
    ] = None,
    out: Out = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Ask every question of FILE, score the answers against what it expects, and list every failure.

    A line: {"question": "…", "expect": [["one", "or the other"], ["and this"]]}: of each list, one must stand
    in what is shown. Instead of "expect" go "words": ["any of these"] and "articles": ["an id, address or
    title"]: one of them must be cited. {"question": "…", "answerable": false} has no answer in the archive.
    "as_of", "since", "until" and "publisher" narrow a question; "group" names paraphrases of one.
    `dateline feedback` writes such lines of what people said of the bot's answers.

    Writes FILE.answers.csv, a row a question, and FILE.answers.svg, a chart; with several models,
    FILE.KIND.answers.csv and so on.
    """
    from bot.evaluate import evaluate
    from bot.terminal import Terminal

    kinds = [kind.strip() for kind in llm.split(",") if kind.strip()] if llm else [None]
    every = [_open.open_settings(ctx, data, llm=kind) for kind in kinds]
    terminal = Terminal()
    reports = {}
    with leaving_at_once(), terminal.waiting("Opening the archive"):
        for settings in every:
            answerer = _open.open_answerer(settings)
            try:
                report = evaluate(answerer, file, terminal.say, looks=True)
            finally:
                answerer.close()
            name = file.stem if len(every) == 1 else f"{file.stem}.{settings.llm}"
            written = [] if as_json and out is None else _write_answers(report, file, name, out or Path())
            reports[settings.llm] = report.as_json() | {"written": [str(path) for path in written]}
            if not as_json:
                terminal.hush()
                _show_answers(report, terminal)
                for path in written:
                    terminal.print(f"Written: {path}", "dim")
                terminal.print()
    if as_json:
        write_json(reports)


@app.command()
def retrieval(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Your questions, one JSON object a line, each with its articles or the answer's words.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ],
    out: Out = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Search for every question of FILE, and see at which rank a right passage comes.

    A line: {"question": "…", "as_of": "2024-02-05", "articles": ["its id, address or title"], "words": ["the
    answer's words"]}; one of the last two is enough.

    Writes FILE.retrieval.csv, a row a question, and FILE.retrieval.svg, a chart.
    """
    from bot.evaluate.retrieval import measure
    from bot.terminal import Terminal

    settings = _open.open_settings(ctx, data)
    terminal = Terminal()
    with leaving_at_once(), terminal.waiting("Opening the archive"), _open.open_index(settings) as index:
        found = measure(index, file, terminal.say)
    written = [] if as_json and out is None else _write(found, file, out or Path())
    if as_json:
        write_json(found.as_json() | {"written": [str(path) for path in written]})
        return
    _show(found, terminal)
    for path in written:
        terminal.print(f"Written: {path}", "dim")


def _write(found: Retrieval, file: Path, folder: Path) -> list[Path]:
    from bot.evaluate.chart import svg

    table, chart = (folder / f"{file.stem}.retrieval.{suffix}" for suffix in ("csv", "svg"))
    return _put(folder, {table: found.as_csv(), chart: svg(found, f"Retrieval, {file.name}")})


def _write_answers(report: Report, file: Path, name: str, folder: Path) -> list[Path]:
    from bot.evaluate.curve import svg

    table, chart = (folder / f"{name}.answers.{suffix}" for suffix in ("csv", "svg"))
    return _put(folder, {table: report.as_csv(), chart: svg(report, f"Answers, {file.name}")})


def _put(folder: Path, files: dict[Path, str | bytes]) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise DatelineError(
            f"{folder.absolute()} can't be written to ({error}): choose another with --out."
        ) from error
    return list(files)


def _show_answers(report: Report, terminal: Terminal) -> None:
    from rich.text import Text

    from bot.evaluate.curve import rows_of
    from bot.terminal import one_line

    for line in report.lines():
        terminal.print(line)
    terminal.print()
    _bars(terminal, [(label, share) for _, label, share in rows_of(report)], 22)
    shipped = next((point for point in report.curve if point.above == 0), None)
    if shipped and shipped.right is not None:
        terminal.print(
            f"In the articles' own words, {100 * shipped.answered:.0f} % of those that have an answer are "
            f"answered, {100 * shipped.right:.0f} % of these rightly; other thresholds are in the chart.",
            "dim",
        )
    if not report.failures:
        return
    terminal.print()
    terminal.print(f"Failures: {len(report.failures):,}", "bold")
    for r in report.failures:
        terminal.print()
        terminal.block(Text(f"{r.outcome} {one_line(r.label.id)}: {one_line(r.label.question)}"))
        shown = f"{one_line(r.said)} ({'; '.join(map(one_line, r.sources))})" if r.said else "nothing"
        told = [("shown", shown), ("expected", one_line(r.label.expected)), ("stood", r.stood)]
        for what, said in told:
            if said:
                terminal.block(Text(said, "dim"), f"  {what:9}", "  " + " " * 9)


def _bars(terminal: Terminal, bars: Iterable[tuple[str, float]], width: int) -> None:
    from rich.bar import Bar
    from rich.table import Table

    chart = Table.grid(padding=(0, 1))
    chart.add_column(width=width, justify="right")
    chart.add_column(width=BAR)
    chart.add_column(width=7, justify="right")
    for label, share in bars:
        chart.add_row(label, Bar(1, 0, share, width=BAR, color="cyan"), f"{100 * share:.1f} %")
    terminal.out.print(chart)


def _show(found: Retrieval, terminal: Terminal) -> None:
    from rich.text import Text

    from bot.evaluate.chart import rows_of
    from bot.terminal import counted, one_line

    told = f"{counted(len(found.results), 'question')}, MRR@10 {found.mrr:.3f}"
    terminal.print(told, "bold")
    if found.unanswerable:
        terminal.print(f"{found.unanswerable:,} without an answer left out", "dim")
    for heading, bars in rows_of(found):
        terminal.print()
        terminal.print(heading)
        _bars(terminal, bars, 12)
    misses = found.misses
    if misses:
        terminal.print()
        terminal.print(f"Not among the first ten: {len(misses):,}", "bold")
        for miss in misses[:MISSES]:
            rank = f"rank {miss.rank}" if miss.rank else "not found"
            instead = f"; first came “{one_line(miss.hits[0].title)}”" if miss.hits else ""
            line = f"{one_line(miss.expected.id)}: {one_line(miss.expected.question)} ({rank}{instead})"
            terminal.block(Text(line), "  ")
        if len(misses) > MISSES:
            terminal.print(f"  and {len(misses) - MISSES:,} more, in the table", "dim")
    degraded = next((result.degraded for result in found.results if result.degraded), None)
    if degraded:
        terminal.print(f"! {one_line(degraded)}", "yellow")
