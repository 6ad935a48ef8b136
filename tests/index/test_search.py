"""The whole search: fused, one version an article, one copy a story, narrowed, degrading in the open."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from index.article import Window
from index.config import IndexConfig
from index.errors import LedgerError
from index.ledger.rows import Place
from index.query import parse
from index.search import Index

from .conftest import QUESTION, REFUSAL, Archive, numbered


def test_the_answer_comes_first_with_text_by_offsets_and_where_it_is_from(index: Index) -> None:
    hits = index.search(QUESTION)
    best = hits[0]
    version = index.ledger.version(best.version)
    assert version is not None
    assert best.text == REFUSAL == version.text[best.start : best.end]
    assert (best.publisher, best.published, best.url) == ("Wire", "2023-11-16", "https://example.org/wire")
    assert best.dense is not None
    assert best.lexical is not None
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits.degraded is None


def test_copies_of_a_story_are_one_hit_of_its_earliest_copy(index: Index) -> None:
    stories = [hit for hit in index.search(QUESTION) if hit.text == REFUSAL]
    assert [(hit.publisher, hit.outlets) for hit in stories] == [("Wire", ("Wire", "Copy"))]


def test_a_copy_stands_for_itself_where_only_it_is_allowed(index: Index) -> None:
    hits = index.search(parse(QUESTION.text, publishers=["copy"]))
    assert [(hit.publisher, hit.outlets[0]) for hit in hits] == [("Copy", "Copy")]


def test_an_article_gives_two_passages_at_most(index: Index) -> None:
    hits = index.search(parse("how did the rounds of the chess tournament in Vienna end"))
    articles = [hit.article for hit in hits]
    assert max(articles.count(article) for article in articles) == 2


def test_an_article_reads_as_its_latest_version_or_as_of_the_day(index: Index) -> None:
    question = "how many people died in the blast"
    now = index.search(parse(question))[0]
    assert (now.text, now.version[-2:]) == ("Nine people died in the blast, the ministry said.", "@2")
    assert not [
        hit for hit in index.search(parse(question)) if hit.version[-2:] == "@1" and hit.title == "Toll"
    ]
    then = index.search(parse(question, as_of=date(2024, 1, 7)))[0]
    assert then.text == "Twelve people died in the blast."
    before = index.search(parse(question, as_of=date(2024, 1, 4)))
    assert not [hit for hit in before if "blast" in hit.text]
    assert before.as_of == date(2024, 1, 4)


def test_an_article_that_changes_while_it_is_looked_for_is_found(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add({"key": "toll", "text": "Twelve people died in the blast."})
    with Index.open(meaningless.config) as index:
        places = index.ledger.places

        def overtaken(ids: Iterable[int]) -> list[Place]:
            monkeypatch.undo()
            meaningless.add({"key": "toll", "text": "Nine people died in the blast.", "reason": "publisher"})
            return places(ids)

        monkeypatch.setattr(index.ledger, "places", overtaken)
        hits = index.search(parse("how many people died in the blast"))
        assert [hit.text for hit in hits] == ["Nine people died in the blast."]


def test_an_article_that_changes_between_words_and_meaning_is_found_once(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add({"key": "toll", "text": "Twelve people died in the blast."})
    with Index.open(meaningless.config) as index:
        index._embedder = meaningless.embedder
        places = index.ledger.places

        def then_overtaken(ids: Iterable[int]) -> list[Place]:
            monkeypatch.undo()
            found = places(ids)
            meaningless.add({"key": "toll", "text": "Nine people died in the blast.", "reason": "publisher"})
            meaningless.embed()
            return found

        monkeypatch.setattr(index.ledger, "places", then_overtaken)
        hits = index.search(parse("how many people died in the blast"))
        assert [hit.text for hit in hits] == ["Nine people died in the blast."]


def test_a_window_is_kept_and_leaves_out_undated_articles(index: Index) -> None:
    assert index.search(parse("Qarabag Leverkusen draw"))[0].title == "Draw"
    hits = index.search(parse("Qarabag Leverkusen draw", Window(date(2023, 11, 16), date(2023, 11, 20))))
    assert {hit.published for hit in hits} == {"2023-11-16", "2023-11-20"}
    assert len(index.search(parse("anything", Window(date(2030, 1, 1))))) == 0
    as_of = index.search(parse("Qarabag Leverkusen draw", as_of=date(2030, 1, 1)))
    assert "Draw" not in {hit.title for hit in as_of}


def test_many_copies_do_not_push_other_stories_out(meaningless: Archive) -> None:
    text = "The council voted on the bridge."
    (first,) = meaningless.add({"key": "c0", "text": text})
    meaningless.add(*({"key": f"c{i}", "text": text, "story": first.article} for i in range(1, 250)))
    meaningless.add(
        {"key": "other", "text": "A council elsewhere spoke of something else for the whole day."}
    )
    with Index.open(meaningless.config) as index:
        hits = index.search(parse("council voted bridge"))
    assert [hit.text for hit in hits] == [
        text,
        "A council elsewhere spoke of something else for the whole day.",
    ]
    assert hits[0].article == first.article


def test_what_is_not_embedded_yet_is_found_by_words(archive: Archive) -> None:
    archive.add(*numbered(0, 5))
    archive.embed()
    archive.add({"key": "new", "text": "A zeppelin landed at the harbour."})
    with Index.open(archive.config) as index:
        hit = index.search(parse("zeppelin harbour"))[0]
    assert (hit.text, hit.dense) == ("A zeppelin landed at the harbour.", None)


def test_without_vectors_words_answer_alone_and_it_is_said(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 5))
    with Index.open(meaningless.config) as index:
        hits = index.search(parse("the word marker3"))
    assert hits[0].text.endswith("marker3.")
    assert hits.degraded is not None
    assert "dateline ingest" in hits.degraded


def test_without_the_word_index_meaning_answers_alone_and_it_is_said(newsroom: Path, tmp_path: Path) -> None:
    shutil.copytree(newsroom, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "lexical")
    with Index.open(IndexConfig(tmp_path / "data")) as index:
        hits = index.search(QUESTION)
    assert hits[0].text == REFUSAL
    assert hits.degraded is not None
    assert "words" in hits.degraded


def test_a_model_that_is_missing_leaves_words_and_says_what_to_do(newsroom: Path) -> None:
    with Index.open(IndexConfig(newsroom, embedding_model="nobody/nothing")) as index:
        hits = index.search(QUESTION)
        assert hits[0].text == REFUSAL
        assert hits.degraded is not None
        assert "EMBEDDING_MODEL" in hits.degraded


def test_a_missing_archive_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="dateline ingest"):
        Index.open(IndexConfig(tmp_path / "nothing"))


def test_asking_for_fewer_gives_the_best_of_them(index: Index) -> None:
    ten = index.search(QUESTION, 10)
    assert [hit.passage for hit in index.search(QUESTION, 2)] == [hit.passage for hit in ten[:2]]
