from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from ingest.clean import clean
from ingest.raw import RawArticle
from ingest.readers import pdf

Outcomes = Callable[..., list[RawArticle | str]]
Placed = tuple[float, float, float, str]
LEFT = (
    "The minister said on Thursday that the talks were off for the storm. "
    "Nobody had expected another answer. "
) * 4
RIGHT = (
    "Envoys left the capital in two groups, as the harbour was closed. "
    "A long-term deal is possible, it was said. "
) * 4


@pytest.fixture(autouse=True, scope="module")
def _no_process_is_left() -> Iterator[None]:
    yield
    if pdf._child is not None:
        pdf._child.end()
        pdf._child = None


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 44, break_long_words=False, break_on_hyphens=False)


def newspaper(seeds: ModuleType, **info: str) -> bytes:
    """Two pages of two columns, with running heads and page numbers."""

    def page(number: int, left: str, right: str, top: list[Placed]) -> list[Placed]:
        return [
            (50, 800, 9, "The Caspian Courier"),
            (480, 800, 9, "12 March 2024"),
            *seeds.column(310, 690, wrapped(right)),
            *top,
            *seeds.column(50, 690, wrapped(left)),
            (290, 30, 9, f"- {number} -"),
        ]

    first = page(1, LEFT, RIGHT, [(50, 740, 24, "Talks in Baku called off")])
    second = page(2, "The second page goes on. " + LEFT, "It ends here. " + RIGHT, [])
    made: bytes = seeds.pdf([first, second], info)
    return made


def read(outcomes_of: Outcomes, data: bytes) -> RawArticle:
    (article,) = outcomes_of(data)
    assert isinstance(article, RawArticle), article
    return article


def test_columns_are_read_one_after_the_other_over_pages(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    text = " ".join(read(outcomes_of, newspaper(seeds)).text.split())
    second = f"The second page goes on. {LEFT}It ends here. {RIGHT}"
    assert text.endswith(f"Talks in Baku called off {LEFT}{RIGHT}{second}".strip())


def test_running_heads_are_kept_once_and_page_numbers_never(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    article = read(outcomes_of, newspaper(seeds))
    assert article.text.startswith(
        "The Caspian Courier\n12 March 2024\n\nTalks in Baku called off\n\nThe minister"
    )
    assert article.text.count("Courier") == 1
    assert "- 1 -" not in article.text and "- 2 -" not in article.text


def test_the_day_is_the_papers_own_and_never_the_files(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    article = read(outcomes_of, newspaper(seeds, CreationDate="D:20250601120000Z"))
    assert article.published is None
    assert clean(article).published == "2024-03-12"


@pytest.mark.parametrize(
    ("info", "title", "author"),
    [
        ({}, "Talks in Baku called off", None),
        ({"Title": "Microsoft Word - talks_final2.doc", "Author": "user1"}, "Talks in Baku called off", None),
        ({"Title": "TALKS IN BAKU CALLED OFF", "Author": "Nobody Atall"}, "TALKS IN BAKU CALLED OFF", None),
    ],
)
def test_what_the_file_says_of_itself_counts_where_the_page_says_it_too(
    outcomes_of: Outcomes, seeds: ModuleType, info: dict[str, str], title: str, author: str | None
) -> None:
    article = read(outcomes_of, newspaper(seeds, **info))
    assert (article.title, article.author) == (title, author)


def test_words_broken_at_line_ends_are_made_whole(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    lines = [
        "It was the third round of negotia-",
        "tions in a month, for a long-",
        "term deal. A long-term deal is",
        "what Baku wants, said Aliyev-",
        "Petrosyan on the day of the talks.",
    ]
    article = read(outcomes_of, seeds.pdf([seeds.column(50, 700, lines)]))
    assert article.text == (
        "It was the third round of negotiations in a month, for a long-term deal. A long-term deal is what "
        "Baku wants, said Aliyev-Petrosyan on the day of the talks."
    )


def test_paragraphs_are_told_by_indents_gaps_and_short_last_lines(
    outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    first = [
        "The minister said on Thursday that talks",
        "were off, and that nobody had asked for",
        "another round.",
    ]
    second = ["Envoys left the capital in two groups, as", "the harbour was closed to all ships then."]
    third = ["A deal is possible, they said in a note,", "and went on to the airport by the shore."]
    indented = [(60, 664, 10, second[0]), (50, 652, 10, second[1])]
    article = read(
        outcomes_of, seeds.pdf([[*seeds.column(50, 700, first), *indented, *seeds.column(50, 620, third)]])
    )
    assert article.text == "\n\n".join(" ".join(lines) for lines in (first, second, third))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda seeds: seeds.pdf([[]]), "NotAnArticle: a PDF without a text layer: run OCR first"),
        (lambda seeds: seeds.printed(1)[:300] + b"\0", "ReadError: a damaged PDF: "),
        (lambda seeds: seeds.pdf([[]] * 3100), "ReadError: 3,100 pages, more than 3,000: split it"),
    ],
)
def test_a_pdf_that_gives_no_article_says_why(
    outcomes_of: Outcomes, seeds: ModuleType, make: Callable[[ModuleType], bytes], reason: str
) -> None:
    (said,) = outcomes_of(make(seeds))
    assert str(said).startswith(reason)


def test_an_encrypted_pdf_says_so(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    key = b"/Filter /Standard /V 1 /R 2 /P -4 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b")"
    data = seeds.printed(1).replace(
        b" /Root", b" /ID [(1234567890123456) (1234567890123456)] /Encrypt << " + key + b" >> /Root"
    )
    assert outcomes_of(data) == ["ReadError: encrypted: save it without a password first"]


def test_a_file_that_the_reading_process_dies_of_costs_no_other(
    outcomes_of: Outcomes, seeds: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(outcomes_of, seeds.printed(1))
    assert pdf._child is not None
    ask = pdf._Child.ask

    def killed(child: pdf._Child, data: bytes) -> object:
        child.process.kill()
        child.process.wait()
        return ask(child, data)

    monkeypatch.setattr(pdf._Child, "ask", killed)
    assert outcomes_of(seeds.printed(2)) == [
        "ReadError: a damaged PDF: the program that reads it came to grief over it"
    ]
    monkeypatch.undo()
    assert read(outcomes_of, seeds.printed(3)).title == seeds.title(3)


def test_a_file_that_is_never_done_with_is_given_up(
    outcomes_of: Outcomes, seeds: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(outcomes_of, seeds.printed(1))
    assert pdf._child is not None
    os.kill(pdf._child.process.pid, signal.SIGSTOP)
    monkeypatch.setattr(pdf, "_SECONDS", 0.3)
    assert "took more than 0 s" in str(outcomes_of(seeds.printed(2))[0])
    monkeypatch.undo()
    assert read(outcomes_of, seeds.printed(3)).title == seeds.title(3)
