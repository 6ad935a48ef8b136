from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ingest.clean import clean
from ingest.raw import RawArticle, ReadError, Record
from ingest.readers import recognise
from ingest.readers.reader import Head

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]

ONE: dict[str, Any] = {
    "uri": "urn:newsml:mws.example:20231116:FERRY",
    "type": "text",
    "version": "2",
    "firstcreated": "2023-11-16T05:30:00Z",
    "versioncreated": "2023-11-16T09:00:00Z",
    "pubstatus": "usable",
    "copyrightholder": "Mountain Wire Service",
    "language": "en-GB",
    "byline": "By Leyla Hasanova",
    "headline": "Ferry fares rise",
    "body_text": "Fares rise. Nobody objected.",
    "body_xhtml": "<p>Ferry fares rise</p><p>Fares rise by a tenth.</p><p>Nobody objected.</p>",
}
TWO: dict[str, Any] = {
    "uri": "urn:newsml:mws.example:20231116:BREAD",
    "standard": {"name": "ninjs", "version": "2.0"},
    "versioncreated": "2023-11-16T09:00:00Z",
    "contentcreated": "2023-11-16T08:00:00Z",
    "headlines": [{"role": "short", "value": "Bread"}, {"role": "main", "value": "Bread &amp; wages"}],
    "bodies": [
        {"role": "main", "contenttype": "text/plain", "value": "Bread went up. Wages did not."},
        {"role": "rich", "contenttype": "text/html", "value": "<p>Bread went up.</p><p>Wages did not.</p>"},
    ],
    "by": "Anahit Grigoryan",
    "infosources": [{"name": "Mountain Wire Service", "uri": "http://mws.example/"}],
}
THREE: dict[str, Any] = {
    "uri": "https://mws.example/2023/11/16/snow",
    "type": "text",
    "versionCreated": "2023-11-16T09:00:00+04:00",
    "pubStatus": "usable",
    "copyrightHolder": "Mountain Wire Service",
    "headlines": [{"value": "Snow in Sevan"}],
    "bodies": [
        {
            "contentType": "application/nitf+xml",
            "value": "<nitf><body><body.content><p>Snow fell on Sevan.</p></body.content></body></nitf>",
        }
    ],
}


def articles(found: list[RawArticle | str]) -> list[RawArticle]:
    assert all(isinstance(each, RawArticle) for each in found), found
    return [each for each in found if isinstance(each, RawArticle)]


def test_ninjs_1(outcomes_of: Outcomes) -> None:
    (only,) = articles(outcomes_of(json.dumps(ONE)))
    assert only.text == "Fares rise by a tenth.\n\nNobody objected."
    assert (only.title, only.publisher, only.author) == (
        "Ferry fares rise",
        "Mountain Wire Service",
        "Leyla Hasanova",
    )
    assert (only.published, only.modified) == ("2023-11-16T05:30:00+00:00", "2023-11-16T09:00:00+00:00")
    assert (only.identifier, only.url, only.language) == ("urn:newsml:mws.example:20231116:FERRY", None, "en")
    assert clean(only).text == only.text


def test_ninjs_2_and_3(outcomes_of: Outcomes) -> None:
    second, third = articles(outcomes_of(json.dumps([TWO, THREE])))
    assert second.text == "Bread went up.\n\nWages did not."
    assert (second.title, second.publisher, second.author) == (
        "Bread & wages",
        "Mountain Wire Service",
        "Anahit Grigoryan",
    )
    assert (second.published, second.modified) == ("2023-11-16T08:00:00+00:00", "2023-11-16T09:00:00+00:00")
    assert (third.text, third.title) == ("Snow fell on Sevan.", "Snow in Sevan")
    assert third.url == "https://mws.example/2023/11/16/snow"
    assert third.published == "2023-11-16T09:00:00+04:00"


def test_one_item_a_line_and_a_broken_line_is_named_alone(records_of: Reading, outcomes_of: Outcomes) -> None:
    data = f"{json.dumps(ONE)}\n{json.dumps(TWO)[:90]}\n\n{json.dumps(THREE)}\n"
    first, second, third = outcomes_of(data)
    assert isinstance(first, RawArticle)
    assert isinstance(third, RawArticle)
    assert str(second).startswith("ReadError: not a JSON object")
    assert [record.origin.rpartition("#")[2] for record in records_of(data)] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"pubstatus": "canceled"}, "NotAnArticle: canceled by its publisher"),
        ({"pubstatus": "withheld"}, "NotAnArticle: withheld by its publisher"),
        ({"type": "picture", "body_text": "", "body_xhtml": ""}, "NotAnArticle: a picture, not a text"),
        ({"body_text": "", "body_xhtml": ""}, "NotAnArticle: an item without a body"),
        ({"embargoed": "2999-01-01T00:00:00Z"}, "ReadError: embargoed until 2999-01-01T00:00+00:00"),
        ({"embargoed": "Easter"}, "ReadError: embargoed until a time that can't be read ('Easter')"),
    ],
)
def test_what_is_no_text_for_readers_says_why(
    outcomes_of: Outcomes, changed: dict[str, str], outcome: str
) -> None:
    (found,) = outcomes_of(json.dumps(ONE | changed))
    assert str(found).startswith(outcome)


def test_it_is_told_from_other_json() -> None:
    def kind(item: dict[str, Any]) -> str:
        return recognise(Head(json.dumps(item).encode(), "item.json")).FORMAT

    assert [kind(each) for each in (ONE, TWO, THREE)] == ["ninjs"] * 3
    assert (
        kind({"uri": "https://a.example/1", "title": "Snow", "body": "Snow fell.", "language": "en"})
        == "JSON"
    )


def test_faults_are_named(records_of: Reading, outcomes_of: Outcomes) -> None:
    with pytest.raises(ReadError, match="not JSON"):
        records_of(json.dumps(ONE, indent=1)[:-30])
    assert outcomes_of(json.dumps([ONE, 7]))[1] == "ReadError: not a JSON object but a int"
