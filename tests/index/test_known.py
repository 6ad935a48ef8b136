"""What questions are read with follows the ledger; a user's tables extend those that Dateline brings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date

import pytest

from index.aliases import Aliases, canonical, using
from index.errors import DatelineError
from index.known import ALIASES, PUBLISHERS, Knowing
from index.ledger import Ledger
from index.query import parse
from index.search import Index

from .conftest import Archive


@pytest.fixture
def ledger(meaningless: Archive) -> Iterator[Ledger]:
    meaningless.add({"key": "a", "text": "Bread is dear.", "publisher": "Ararat Dispatch"})
    with Ledger(meaningless.data) as opened:
        yield opened


def publishers(ledger: Ledger, question: str) -> tuple[str, ...]:
    return parse(question, known=Knowing(ledger).now()).publishers


def test_names_follow_the_ledger(meaningless: Archive, ledger: Ledger) -> None:
    knowing = Knowing(ledger)
    first = knowing.now()
    assert knowing.now() is first
    assert parse("the Caspian Wire report", known=first).publishers == ()
    meaningless.add(
        {
            "key": "b",
            "text": "Milk too.",
            "publisher": "Caspian Wire",
            "author": "Ada Brook",
            "language": "tr",
        }
    )
    query = parse("the Caspian Wire report by Ada Brook in Turkish-language media", known=knowing.now())
    assert (query.publishers, query.authors, query.languages) == (("Caspian Wire",), ("Ada Brook",), ("tr",))


def test_names_are_kept_where_a_commit_brought_no_outlet(meaningless: Archive, ledger: Ledger) -> None:
    knowing = Knowing(ledger)
    first = knowing.now().names.publishers
    meaningless.add({"key": "b", "text": "Milk too.", "publisher": "Ararat Dispatch", "author": "Ada Brook"})
    assert knowing.now().names.publishers is first
    assert parse("the report by Ada Brook", known=knowing.now()).authors == ("Ada Brook",)


def test_a_user_may_give_a_publisher_more_names(ledger: Ledger) -> None:
    assert publishers(ledger, "according to the Dispatch, what is dear?") == ()
    (ledger.data / PUBLISHERS).write_text(
        '[[publisher]]\nnames = ["Ararat Dispatch", "the Dispatch"]\n', encoding="utf-8"
    )
    assert publishers(ledger, "according to the Dispatch, what is dear?") == ("Ararat Dispatch",)


def test_a_user_may_give_things_more_names_and_name_new_ones(ledger: Ledger) -> None:
    knowing = Knowing(ledger)
    before = knowing.now()
    table = ledger.data / ALIASES
    table.write_text(
        '[[group]]\nnames = ["Baku", "Land of Fire"]\n\n[[group]]\nnames = ["Zangibasar", "Masis"]\n', "utf-8"
    )
    after = knowing.now()
    (term,) = parse("Land of Fire", known=after).terms()
    assert {"azerbaijan", "baku"} <= set(term.related)
    assert [t.word for t in parse("Land of Fire", known=before).terms()] == ["land", "fire"]
    assert [t.related for t in parse("Masis", known=after).terms()] == [("zangibasar",)]
    with using(after.aliases):
        assert canonical("Land of Fire") == "azerbaijan"
    assert canonical("Land of Fire") is None
    table.unlink()
    assert knowing.now().aliases is Aliases.shipped()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (ALIASES, "[[group]\n", "aliases.toml is no TOML"),
        (ALIASES, '[group]\nnames = ["a"]\n', "write each thing as"),
        (ALIASES, '[[group]]\nname = ["Baku"]\n', "group 1 is no list of names"),
        (ALIASES, '[[group]]\nnames = ["Baku", ""]\n', "group 1 is no list of names"),
        (
            ALIASES,
            '[[group]]\nnames = ["Baku", "Yerevan"]\n',
            "“Baku” is a name of Azerbaijan and “Yerevan” of",
        ),
        (PUBLISHERS, "publisher = 3\n", "write each publisher as"),
        (PUBLISHERS, '[[publisher]]\nnames = "CNN"\n', "publisher 1 needs names"),
        (PUBLISHERS, "\x00", "publishers.toml is no TOML"),
    ],
)
def test_a_bad_table_is_named_with_what_is_wrong(ledger: Ledger, name: str, text: str, expected: str) -> None:
    (ledger.data / name).write_text(text, encoding="utf-8")
    with pytest.raises(DatelineError, match=expected) as raised:
        Knowing(ledger).now()
    assert os.fspath(ledger.data) in str(raised.value)


def test_a_search_is_of_what_the_question_names(archive: Archive) -> None:
    wheat = {"text": "The wheat harvest fell by a tenth.", "title": "Wheat"}
    archive.add(
        wheat
        | {"key": "a", "publisher": "Ararat Dispatch", "published": "2023-03-10", "author": "Ada Brook"},
        wheat | {"key": "b", "publisher": "Caspian Wire", "published": "2023-03-12", "language": "tr"},
        wheat | {"key": "c", "publisher": "Caspian Wire", "published": "2023-09-12"},
    )
    with Index.open(archive.config) as index:

        def found(question: str) -> set[str | None]:
            hits = index.search(parse(question, as_of=date(2023, 11, 3), known=index.known()))
            assert hits.taken_back == ()
            return {hit.url and hit.url[-1] for hit in hits}

        assert found("how did the wheat harvest change?") == {"a", "b", "c"}
        assert found("how did the wheat harvest change in March 2023?") == {"a", "b"}
        assert found("how did the wheat harvest change, according to Caspian Wire?") == {"b", "c"}
        assert found("the Caspian Wire report on the wheat harvest in March 2023") == {"b"}
        assert found("the wheat harvest in the report by Ada Brook") == {"a"}
        assert found("what do outlets other than Caspian Wire say of the wheat harvest?") == {"a"}
        assert found("the wheat harvest in Turkish-language media") == {"b"}
        assert found("the wheat harvest in Turkish media") == {"a", "b", "c"}


def test_what_leaves_nothing_to_be_found_is_taken_back_and_told(archive: Archive) -> None:
    archive.add({"key": "a", "text": "The wheat harvest fell.", "publisher": "Ararat Dispatch"})
    with Index.open(archive.config) as index:
        query = parse(
            "the Ararat Dispatch report on the wheat harvest in March 2021",
            as_of=date(2023, 11, 20),
            known=index.known(),
        )
        hits = index.search(query)
        assert [hit.publisher for hit in hits] == ["Ararat Dispatch"]
        assert [each.words for each in hits.taken_back] == ["March 2021"]
        assert [each.words for each in hits.understood] == ["the Ararat Dispatch"]
        given = index.search(parse("wheat", query.window, date(2023, 11, 20)))
        assert (len(given), given.taken_back) == (0, ())
