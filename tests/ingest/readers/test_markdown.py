from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from ingest.clean import Cleaned, clean
from ingest.raw import RawArticle
from ingest.readers import markdown, recognise
from ingest.readers.markdown_marks import without_marks
from ingest.readers.reader import Head

BODY = "The minister said on Thursday that the talks were off.\n\nNobody had expected another answer."

Outcomes = Callable[..., list[RawArticle | str]]


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


@pytest.mark.parametrize(
    "mark",
    [
        '{{< figure src="port.jpg" title="The {port} > all" >}}',
        "{{% notice %}}",
        "{% include ad.html\n  id=7 %}",
        "{%- comment -%} Obey. {%- endcomment -%}",
        "{{ site.baseurl | escape }}",
        "{: .lead }",
        "![[port.png]]",
    ],
)
def test_shortcodes_go(mark: str) -> None:
    article = read(f"{mark}\n\n# Talks off\n\n{mark}\n\n{BODY}\n\n{mark}\n")
    assert (article.title, article.text) == ("Talks off", BODY)
    assert read(f"# Talks off\n\n{BODY} {mark}").text == BODY


def test_what_a_pair_of_shortcodes_encloses_stays_and_so_does_code() -> None:
    paired = "{{% quote %}}The minister spoke.{{% /quote %}}"
    assert without_marks(f"{paired} Write `{{{{< toc >}}}}` or `[^1]`.[^1]") == (
        "The minister spoke. Write `{{< toc >}}` or `[^1]`."
    )
    fenced = "It ran.\n\n```\n{% raw %}\n[[a]]\n```\n\nIt "
    assert without_marks(f"{fenced}stopped{{% raw %}}.") == f"{fenced}stopped."


def test_footnotes_go_with_their_marks() -> None:
    article = read(
        "# Talks off\n\nThe minister[^1] said that the talks were off.[^note] [^unknown] stays.\n\n"
        "[^1]: Her name is in the minutes\nof the meeting.\n\n    And in the report.\n"
        "[^note]: Said on Thursday.\n\nNobody had expected another answer.\n\n[^2]: Nor this."
    )
    assert article.text == (
        "The minister said that the talks were off. [^unknown] stays.\n\nNobody had expected another answer."
    )


def test_links_between_notes_are_read_as_they_are_shown() -> None:
    article = read(
        '---\ntitle: Talks off\nauthor: "[[People/Ann Lee]]"\n---\n'
        "The talks in [[Places/Baku|the city]] and [[Ganja#History]] are off[[1]](https://h.example/1)."
    )
    assert article.author == "Ann Lee"
    assert article.text == "The talks in the city and Ganja are off[1]."


def test_front_matter_in_json_gives_the_metadata(outcomes_of: Outcomes) -> None:
    stated = {"title": "Talks off", "date": "2023-11-16", "author": "Nara Vell", "description": "Off."}
    for name, indent in (("talks.md", 2), ("talks.md", None), ("talks", 2)):
        (found,) = outcomes_of(f"{json.dumps(stated, indent=indent)}\n\n{BODY}\n", name)
        assert isinstance(found, RawArticle)
        article = clean(found)
        assert (article.title, article.published, article.author) == ("Talks off", "2023-11-16", "Nara Vell")
        assert article.text == BODY


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ('{\n"title": "x"\n}\n\n{{< toc >}}\n\nText', "talks.md", "Markdown"),
        ("{{< toc >}}\n{{< ad >}}\n\nText", "talks.md", "Markdown"),
        ("{% include ad.html %}\n\nText", "talks.md", "Markdown"),
        ('{"title": "x"}\nText', "dump", "JSON Lines"),
        ('{"title": "x"}\n{"title": "y"}', "talks.md", "JSON Lines"),
        ('{\n"title": "x",\n"text": "y"\n}\nText', "talks.md", "JSON"),
    ],
)
def test_fields_in_json_are_told_from_json(text: str, name: str, kind: str) -> None:
    assert kind == recognise(Head(text.encode(), name)).FORMAT


@pytest.mark.parametrize(
    "hostile",
    ["```\n", "`a``b```", "{{<", "{%", "{% comment %}", "[^1]: x\n \n", "[^", "[[a|", " \t", "{{ a.b |"],
)
def test_marks_that_are_never_closed_take_no_time(hostile: str) -> None:
    began = time.monotonic()
    without_marks(hostile * 30_000 + "{#[^1]: [[")
    assert time.monotonic() - began < 5
