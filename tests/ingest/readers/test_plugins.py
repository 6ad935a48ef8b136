from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ingest.raw import RawArticle
from ingest.readers.registry import readers

PAGE = Path(__file__).parents[3] / "docs" / "readers.md"
Outcomes = Callable[..., list[RawArticle | str]]

MAILBOX = """From editor@courier.example Fri Mar  1 10:00:00 2024
From: "Leyla Mammadova" <editor@courier.example>
Subject: Talks in Baku called off
Date: Fri, 1 Mar 2024 10:00:00 +0400
Message-ID: <1@courier.example>
List-Id: Caspian Courier
Content-Type: text/plain; charset=utf-8

The minister said on Thursday that the talks were off. Nobody had expected another answer.

From editor@courier.example Sat Mar  2 10:00:00 2024
From: editor@courier.example
Subject: =?utf-8?q?Gespr=C3=A4che_wieder_aufgenommen?=
Date: Sat, 2 Mar 2024 10:00:00 +0400
Content-Type: text/html; charset=utf-8

<p>The envoys are back in the capital.</p><p>They will meet <b>on Monday</b>, it was said.</p>

From editor@courier.example Sun Mar  3 10:00:00 2024
Subject: Nothing
Content-Type: application/octet-stream

"""


def blocks() -> dict[str, str]:
    """The files that the page shows, by the name in their first line."""
    found = re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return dict(found)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, str], None]]:
    """`installed(name, code, entry)`: a distribution with that module, as pip would leave it."""
    site = tmp_path / "site-packages"

    def install(name: str, code: str, entry: str) -> None:
        described = site / f"{name}-1.0.dist-info"
        described.mkdir(parents=True)
        (described / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8"
        )
        (described / "entry_points.txt").write_text(f"[dateline.readers]\n{entry}\n", encoding="utf-8")
        (site / f"{name}.py").write_text(code, encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        readers.cache_clear()

    yield install
    readers.cache_clear()
    for name in ("newsletters", "broken", "shouting"):
        sys.modules.pop(name, None)


def test_the_reader_that_the_page_shows_works_as_it_stands(
    installed: Callable[[str, str, str], None], outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    shown = blocks()
    points = tomllib.loads(shown["pyproject.toml"])["project"]["entry-points"]["dateline.readers"]
    installed(
        "newsletters", shown["newsletters.py"], "\n".join(f"{name} = {to}" for name, to in points.items())
    )
    first, second, third = outcomes_of(MAILBOX, "letters.mbox")
    assert isinstance(first, RawArticle) and isinstance(second, RawArticle)
    assert (first.title, first.published, first.publisher) == (
        "Talks in Baku called off",
        "2024-03-01T10:00:00+04:00",
        "Caspian Courier",
    )
    assert (first.author, first.identifier) == ("Leyla Mammadova", "<1@courier.example>")
    assert second.title == "Gespräche wieder aufgenommen"
    assert second.text == "The envoys are back in the capital.\n\nThey will meet on Monday, it was said."
    assert third == "NotAnArticle: a message without a text"
    packed = outcomes_of(seeds.zipped({"letters.mbox": MAILBOX.encode()}), "letters.zip")
    assert [one.title for one in packed if isinstance(one, RawArticle)] == [first.title, second.title]


def test_a_reader_that_cannot_be_loaded_keeps_nothing_else_from_being_read(
    installed: Callable[[str, str, str], None],
    outcomes_of: Outcomes,
    seeds: ModuleType,
    caplog: pytest.LogCaptureFixture,
) -> None:
    installed("broken", "raise ImportError('no such library')", "x = broken")
    assert len(outcomes_of(seeds.json_lines([1]))) == 1
    assert "The reader broken can't be loaded: no such library" in caplog.text


def test_an_installed_reader_goes_before_ours(
    installed: Callable[[str, str, str], None], outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    code = (
        "from functools import partial\nfrom ingest.raw import Record, no_article\nFORMAT = 'mine'\n"
        "def recognises(head): return head.text.startswith('{')\n"
        "def records(document): yield Record(document.origin, '', partial(no_article, 'mine'))\n"
    )
    installed("shouting", code, "x = shouting")
    assert outcomes_of(seeds.json_lines([1])) == ["NotAnArticle: mine"]
