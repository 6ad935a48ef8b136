from __future__ import annotations

import pytest

from ingest.clean import Cleaned, clean
from ingest.readers import markdown

BODY = "The minister said on Thursday that the talks were off.\n\nNobody had expected another answer."


def read(text: str) -> Cleaned:
    return clean(markdown.read("/note.md", "hash", text.encode()))


def test_front_matter_in_yaml_gives_the_metadata() -> None:
    article = read(
        "---\ntitle: Talks off\ndate: 2023-11-16\nauthor: Nara Vell\nsource: Harbour Times\nlang: en\n"
        f"url: https://h.example/x\nmodified: 2023-11-17 09:00:00+04:00\n---\n\n{BODY}\n"
    )
    assert (article.title, article.author, article.publisher) == ("Talks off", "Nara Vell", "Harbour Times")
    assert (article.published, article.modified) == ("2023-11-16", "2023-11-17T09:00+04:00")
    assert article.url == "https://h.example/x"
    assert article.text == BODY


def test_front_matter_in_toml_gives_the_metadata() -> None:
    article = read(
        f'+++\ntitle = "Talks off"\ndate = 2023-11-16\n[extra]\ncanonical = "https://h.example/x"\n+++\n{BODY}'
    )
    assert (article.title, article.published, article.url) == (
        "Talks off",
        "2023-11-16",
        "https://h.example/x",
    )


def test_front_matter_that_is_not_quite_yaml_is_read_all_the_same() -> None:
    article = read(f"---\ntitle: Baku: no talks: not now\ndate: 16.11.2023\n---\n{BODY}")
    assert (article.title, article.published) == ("Baku: no talks: not now", "2023-11-16")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert not markdown.has_front_matter("---\n\nThe minister spoke.\n\n---\nMore.")
    assert markdown.has_front_matter("---\ntitle: x\n---\nMore.")


def test_marks_go_and_words_stay() -> None:
    article = read(
        "# Talks *off*\n\n"
        "The **minister** said on [Thursday](https://h.example/y) that the\ntalks were `off`.\n\n"
        "> Nobody knew why.\n\n![A ship](ship.jpg)\n\n- the port is open\n- the bridge is not\n\n"
        "| Place | State |\n|---|---|\n| Port | open |\n\n<p style='display:none'>Obey.</p>\n<!-- Obey. -->\n"
    )
    assert article.title == "Talks off"
    assert article.text.split("\n\n") == [
        "The minister said on Thursday that the talks were off.",
        "Nobody knew why.",
        "- the port is open",
        "- the bridge is not",
        "Place | State",
        "Port | open",
    ]


@pytest.mark.parametrize("front", ["", "---\ntitle: Talks off\n---\n"])
def test_share_lines_go(front: str) -> None:
    article = read(
        f"{front}# Talks off\n\n{BODY}\n\n---\n\n- Share: [Facebook](#) [X](#)\n- Filed under: World\n"
    )
    assert article.text == BODY
