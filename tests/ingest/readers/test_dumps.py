"""Records as the interfaces of papers and the programs that keep them write them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ingest.clean import Cleaned, clean
from ingest.raw import RawArticle
from ingest.readers.fields import from_record

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."
Outcomes = Callable[..., list[RawArticle | str]]


def read(**record: object) -> RawArticle:
    return from_record("/dump.jsonl#1", "hash", {"text": BODY, **record})


def only(found: list[RawArticle | str]) -> Cleaned:
    (article,) = found
    assert isinstance(article, RawArticle)
    return clean(article)


NEW_YORK = {
    "abstract": "Talks that were to begin on Friday are off, officials say.",
    "snippet": "Talks that were to begin",
    "lead_paragraph": BODY,
    "web_url": "https://paper.example/2023/11/16/talks.html",
    "source": "The Harbour Times",
    "multimedia": [{"caption": "A port", "url": "images/port.jpg"}],
    "headline": {"main": "Talks Are Off", "kicker": None, "name": None, "print_headline": "Off"},
    "pub_date": "2023-11-16T05:00:09+0000",
    "byline": {"original": "By Nara Vell and Bo Reed", "person": [], "organization": None},
    "_id": "paper://article/1-2",
    "uri": "paper://article/1-2",
}


def test_an_article_search_gives_its_first_paragraph_under_its_headline(outcomes_of: Outcomes) -> None:
    document = {"status": "OK", "response": {"docs": [NEW_YORK], "meta": {"hits": 1}}}
    article = only(outcomes_of(json.dumps(document)))
    assert (article.title, article.text, article.author) == ("Talks Are Off", BODY, "Nara Vell and Bo Reed")
    assert (article.published, article.publisher) == ("2023-11-16T05:00:09+00:00", "The Harbour Times")
    assert article.url == NEW_YORK["web_url"]


def test_people_are_known_by_the_parts_of_their_names() -> None:
    people = [{"firstname": "Nara", "middlename": None, "lastname": "Vell"}, {"givenName": "Bo"}]
    assert read(byline={"original": None, "person": people}).author == "Nara Vell, Bo"


HARBOUR = {
    "id": "world/2023/nov/16/talks",
    "type": "article",
    "sectionName": "World news",
    "webPublicationDate": "2023-11-16T05:00:09Z",
    "webTitle": "Talks are off",
    "webUrl": "https://paper.example/world/2023/nov/16/talks",
    "apiUrl": "https://content.paper.example/world/2023/nov/16/talks",
    "fields": {"byline": "Nara Vell", "bodyText": BODY},
}


@pytest.mark.parametrize("response", [{"results": [HARBOUR]}])
def test_a_content_interface_gives_the_time_and_title_of_the_web(
    outcomes_of: Outcomes, response: dict[str, object]
) -> None:
    article = only(outcomes_of(json.dumps({"response": {"status": "ok", **response}})))
    assert (article.title, article.text, article.author) == ("Talks are off", BODY, "Nara Vell")
    assert (article.published, article.url) == ("2023-11-16T05:00:09+00:00", HARBOUR["webUrl"])


@pytest.mark.parametrize(
    ("local", "utc", "published"),
    [
        ("2023-11-16T01:30:00", "2023-11-15T21:30:00", "2023-11-16T01:30+04:00"),
        ("2023-11-16T00:00:00", "2023-11-15T20:00:00", "2023-11-16T00:00+04:00"),
        ("2023-11-16T01:30:00+05:00", "2023-11-15T20:30:00", "2023-11-16T01:30:00+05:00"),
        (None, "2023-11-15T21:30:00", "2023-11-15T21:30+00:00"),
        ("2023-11-16T01:30:00", "2023-11-01T21:30:00", "2023-11-01T21:30+00:00"),
        ("2023-11-16T01:30:00", "0000-00-00T00:00:00", "2023-11-16T01:30:00"),
    ],
)
def test_a_time_given_in_utc_too_tells_the_papers_zone(local: str | None, utc: str, published: str) -> None:
    assert read(date=local, date_gmt=utc).published == published
    assert read(modified=local, modified_gmt=utc).modified == published


def test_a_blogs_posts_are_by_whom_they_embed() -> None:
    author = [{"id": 3, "name": "Nara Vell", "link": "https://paper.example/author/nara"}]
    assert read(author=3, _embedded={"author": author}).author == "Nara Vell"
    assert read(author="Bo Reed", _embedded={"author": author}).author == "Bo Reed"


@pytest.mark.parametrize(
    "stored",
    [
        {"$date": {"$numberLong": "1700143500000"}},
        {"$date": 1700143500000},
        {"$date": "2023-11-16T14:05Z"},
    ],
)
def test_a_databases_dates_and_ids_are_read(stored: dict[str, object]) -> None:
    article = read(_id={"$oid": "6555a0"}, author={"$oid": "77"}, published=stored)
    assert (article.published, article.identifier, article.author) == (
        "2023-11-16T14:05+00:00",
        "6555a0",
        None,
    )


def test_a_databases_dates_reach_back_before_1970() -> None:
    assert read(date={"$date": {"$numberLong": "-14182940000"}}).published == "1969-07-20T20:17:40+00:00"
    assert read(date={"$date": {"$numberLong": "9" * 17}}).published is None


def test_a_page_of_linked_data_is_at_the_address_that_it_is_the_main_entity_of(outcomes_of: Outcomes) -> None:
    record = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": "https://paper.example/talks"},
        "headline": "Talks are off",
        "datePublished": "2023-11-16",
        "author": [{"@type": "Person", "name": "Nara Vell"}],
        "publisher": {"@type": "Organization", "name": "Harbour Times", "logo": {"url": "logo.png"}},
        "articleBody": BODY,
    }
    article = only(outcomes_of(json.dumps(record)))
    assert (article.title, article.text, article.author) == ("Talks are off", BODY, "Nara Vell")
    assert (article.publisher, article.url) == ("Harbour Times", "https://paper.example/talks")


@pytest.mark.parametrize("paragraphs", [[BODY, "More."], [{"text": BODY}, {"type": "p", "text": "More."}]])
def test_a_list_of_paragraphs_is_a_body(paragraphs: list[object]) -> None:
    article = from_record("/x#1", "hash", {"title": "Talks off", "paragraphs": paragraphs})
    assert article.text == f"{BODY}\n\nMore."
    counted = from_record("/x#1", "hash", {"title": "Talks off", "paragraphs": 7, "description": BODY})
    assert counted.text == BODY
