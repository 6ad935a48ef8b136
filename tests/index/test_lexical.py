"""Finding by words: folded, stemmed, by other names; rebuilt when damaged."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import SearchIndexError
from index.lexical import Lexical, Term
from index.stems import analysis_of
from index.text import fold

from .conftest import Archive, add_version, numbered


def found(lexical: Lexical, *words: str) -> list[int]:
    return [id_ for id_, _ in lexical.search([Term(word) for word in words], 50)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("They refused the talks.", "refusing"),
        ("Qarabağ bölgəsi.", "QARABAG"),
        ("İlham Əliyev çıxış etdi.", "ilham"),
        ("Переговоры прошли в Ереване.", "переговоров"),
        ("Ինչո՞ւ մերժեց։", "ինչու"),
        ("The U.S. envoy left.", "u.s."),
        ("It was ﬁnally over.", "finally"),
    ],
)
def test_a_word_is_found_in_the_forms_that_a_reader_would_take_for_it(
    meaningless: Archive, text: str, asked: str
) -> None:
    meaningless.add({"key": "k", "text": text}, {"key": "other", "text": "Nothing of it."})
    assert found(Lexical(meaningless.data), asked) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "It's the U.S. envoys' co-operation, at 3.5% or $1,200 - running_late (again)!",
        "Ministers agreed, agreeing; the agreement's agreeable. E-mail: a@b.example, http://c.example/d_e?f=1",
    ],
)
def test_plain_english_is_taken_apart_by_tantivy_as_a_question_is_by_us(
    meaningless: Archive, text: str
) -> None:
    meaningless.add({"key": "k", "title": "", "text": text})
    asked = {token for word in analysis_of(turkic=False)(fold(text)) for token in word}
    _, frequencies = Lexical(meaningless.data).frequencies(asked)
    assert len(asked) > 8
    assert frequencies == dict.fromkeys(asked, 1)


def test_other_names_count_for_less_than_the_askers_own(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "a", "text": "Azerbaijan spoke on Monday."},
        {"key": "b", "text": "Baku has spoken on Monday."},
    )
    term = Term("baku", ("azerbaijan", "land of fire"))
    (first, own), (second, other) = Lexical(meaningless.data).search([term], 10)
    assert (first, second) == (2, 1)
    assert own > other > 0


def test_a_name_of_several_words_is_found_as_a_phrase_only(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "a", "text": "The White House agreed."},
        {"key": "b", "text": "A house that was painted white."},
    )
    assert found(Lexical(meaningless.data), "white house") == [1]


def test_only_allowed_passages_are_found_and_their_scores_are_the_same(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 30))
    lexical = Lexical(meaningless.data)
    everywhere = dict(lexical.search([Term("council"), Term("marker7")], 50))
    among = lexical.search([Term("council"), Term("marker7")], 50, {3, 8, 999})
    assert {id_ for id_, _ in among} == {3, 8}
    assert among[0][0] == 8
    assert all(score == pytest.approx(everywhere[id_]) for id_, score in among)
    assert lexical.search([Term("council")], 50, set()) == []
    assert lexical.scores([Term("marker7")], [3, 8]).keys() == {8}


def test_many_allowed_passages_are_sifted_to_the_same_result(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 60))
    lexical, terms = Lexical(meaningless.data), [Term("council"), Term("marker7")]
    for allowed in (frozenset(range(1, 50)), frozenset(range(8, 61, 2)), frozenset({5, 60, 999})):
        told = lexical.search(terms, 12, allowed)
        with monkeypatch.context() as patched:
            patched.setattr("index.lexical_query._SIFTED", 0)
            sifted = lexical.search(terms, 12, allowed)
        assert {id_ for id_, _ in sifted} <= allowed
        assert [score for _, score in sifted] == pytest.approx([score for _, score in told])
        assert sifted[0] == pytest.approx(told[0])


def test_a_large_index_scores_as_a_small_one_does(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 40), {"key": "baku", "title": "Azerbaijan", "text": "Azerbaijan spoke."})
    lexical = Lexical(meaningless.data)
    terms = [Term("council"), Term("marker7"), Term("baku", ("azerbaijan", "azerbaijani government"))]
    ids = [3, 8, 9, 41, 999]
    small, narrowed = lexical.scores(terms, ids), lexical.search(terms, 3, set(ids))
    monkeypatch.setattr("index.lexical_query._LARGE", 0)
    monkeypatch.setattr("index.lexical_query._SPARSE", 1)
    assert lexical.scores(terms, ids) == pytest.approx(small)
    assert dict(lexical.search(terms, 3, set(ids))) == pytest.approx(dict(narrowed))
    assert lexical.scores(terms, [5]).keys() == {5}
    assert lexical.scores([Term("marker7")], [3, 8]).keys() == {8}


def test_in_a_large_index_names_that_stand_everywhere_are_left_out(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 30), {"key": "mayor", "text": "The mayor of Sheki spoke."})
    terms = [Term("town", ("council", "mayor of sheki"))]
    assert len(Lexical(meaningless.data).search(terms, 50)) == 31
    monkeypatch.setattr("index.lexical_query._LARGE", 0)
    assert len(Lexical(meaningless.data).search(terms, 50)) == 31
    monkeypatch.setattr("index.lexical_query._TELLING", 30)
    assert [id_ for id_, _ in Lexical(meaningless.data).search(terms, 50)] == [31]


def test_what_was_asked_before_is_scored_by_what_has_come_in_since(meaningless: Archive) -> None:
    lexical, terms = Lexical(meaningless.data), [Term("mayor"), Term("spoke")]
    meaningless.add(*numbered(0, 30), {"key": "mayor", "text": "The mayor of Sheki spoke."})
    ((_, before),) = lexical.search(terms, 50)
    meaningless.add(*({"key": f"mayor {n}", "text": "The mayor spoke."} for n in range(30)))
    assert len(lexical.search(terms, 50)) == 31
    assert lexical.scores(terms, [31])[31] < before
    assert lexical.scores(terms, [31]) == Lexical(meaningless.data).scores(terms, [31])


def test_a_reader_sees_a_commit_at_its_next_search(meaningless: Archive) -> None:
    lexical = Lexical(meaningless.data)
    for i in range(5):
        assert found(lexical, f"marker{i}") == []
        meaningless.add(*numbered(i, 1))
        assert found(lexical, f"marker{i}") == [i + 1]


def test_what_a_failed_batch_left_is_not_taken_for_the_next_one(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word index has committed, the ledger could not: a full disk, say."""
    meaningless.add(*numbered(0, 2))
    commit = meaningless.writer._lexical.commit

    def commit_then_fail(sequence: int) -> None:
        commit(sequence)
        raise OSError("no space left")

    monkeypatch.setattr(meaningless.writer._lexical, "commit", commit_then_fail)
    with pytest.raises(OSError, match="no space"), meaningless.writer.batch(meaningless.run) as batch:
        add_version(batch, "ghost", "A ghostly text.")
    monkeypatch.undo()
    lexical = Lexical(meaningless.data)
    assert found(lexical, "ghostly") == [3]
    assert meaningless.writer.places([3]) == []
    meaningless.add({"key": "real", "text": "A real text."})
    assert found(lexical, "ghostly") == []
    assert found(lexical, "real") == [3]


def damage_nothing(folder: Path) -> None:
    pass


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def scribble(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in (".term", ".idx", ".fast", ".store"):
            path.write_bytes(b"scribble")


def empty_meta(folder: Path) -> None:
    (folder / "meta.json").write_text("{")


def forget_state(folder: Path) -> None:
    (folder / "STATE").unlink()


def old_state(folder: Path) -> None:
    state = json.loads((folder / "STATE").read_text())
    (folder / "STATE").write_text(json.dumps(state | {"sequence": state["sequence"] - 2}))


def another_ledgers(folder: Path) -> None:
    state = json.loads((folder / "STATE").read_text())
    (folder / "STATE").write_text(json.dumps(state | {"ledger": "another"}))


@pytest.mark.parametrize(
    "damage", [delete, scribble, empty_meta, forget_state, old_state, another_ledgers, damage_nothing]
)
def test_the_next_writer_rebuilds_a_damaged_word_index(
    meaningless: Archive, damage: Callable[[Path], None]
) -> None:
    meaningless.add(*numbered(0, 3))
    meaningless.add(*numbered(3, 3))
    meaningless.writer.close()
    folder = meaningless.data / "lexical"
    segments = {path.name for path in folder.glob("*.store")}
    damage(folder)
    meaningless.open_writer()
    assert sorted(found(Lexical(meaningless.data), "council")) == [1, 2, 3, 4, 5, 6]
    assert (segments == {path.name for path in folder.glob("*.store")}) == (damage is damage_nothing)
    meaningless.add(*numbered(6, 1))
    assert found(Lexical(meaningless.data), "marker6") == [7]


def test_a_damage_that_only_reading_meets_is_named_and_mended_by_the_next_writer(
    meaningless: Archive,
) -> None:
    meaningless.add(*numbered(0, 3))
    meaningless.writer.close()
    folder = meaningless.data / "lexical"
    Lexical(meaningless.data).check()
    for path in folder.iterdir():
        if path.suffix in (".term", ".idx", ".pos", ".fast"):
            whole = path.read_bytes()
            footer = whole.rindex(b'{"version"')
            path.write_bytes(b"\xff" * (footer - 24) + whole[footer - 24 :])
    for ask in (
        lambda: found(Lexical(meaningless.data), "council"),
        lambda: Lexical(meaningless.data).frequencies(["council"]),
        Lexical(meaningless.data).check,
    ):
        with pytest.raises(SearchIndexError, match=r"can't be read .*`dateline ingest` rebuilds it"):
            ask()
    meaningless.open_writer()
    assert found(Lexical(meaningless.data), "council") == [1, 2, 3]
    Lexical(meaningless.data).check()
    segments = {path.name for path in folder.glob("*.store")}
    meaningless.writer.close()
    meaningless.open_writer()
    assert segments == {path.name for path in folder.glob("*.store")}


def test_one_flipped_byte_is_found_by_checking(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 3))
    (path,) = (meaningless.data / "lexical").glob("*.store")
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    with pytest.raises(SearchIndexError, match=rf"{path.name} is not as it was written"):
        Lexical(meaningless.data).check()


def test_words_are_found_in_a_folder_that_may_only_be_read(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 2))
    meaningless.writer.close()
    lock = meaningless.data / "lexical" / ".tantivy-meta.lock"
    lock.unlink()
    lock.mkdir()  # so that tantivy can't open it, as on a disk that is mounted read-only
    lexical = Lexical(meaningless.data)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        assert found(lexical, "marker1") == [2]
    lock.rmdir()
    meaningless.open_writer()
    meaningless.add(*numbered(2, 1))
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        assert found(lexical, "marker2") == [3]


def test_a_reader_follows_a_rebuilt_folder(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 2))
    lexical = Lexical(meaningless.data)
    assert found(lexical, "marker1") == [2]
    meaningless.writer.close()
    forget_state(meaningless.data / "lexical")
    meaningless.open_writer()
    meaningless.add(*numbered(2, 1))
    assert found(lexical, "marker2") == [3]


def test_without_an_index_the_way_out_is_named(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="dateline ingest"):
        Lexical(tmp_path).search([Term("word")], 1)


def test_the_very_form_that_is_asked_for_comes_first(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "a", "text": "Görüşdə Bakının mövqeyi açıqlandı.", "language": "az"},
        {"key": "b", "text": "Görüşdə Bakıda mövqeyi açıqlandı.", "language": "az"},
        {"key": "c", "text": "They refused the offer today."},
        {"key": "d", "text": "They are refusing the offer today."},
    )
    lexical = Lexical(meaningless.data)
    assert found(lexical, "bakida") == [2, 1]
    assert found(lexical, "bakinin") == [1, 2]
    assert found(lexical, "refusing") == [4, 3]


def test_a_name_of_several_words_is_found_in_its_inflected_form(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "a", "text": "Avropa İttifaqının şərhi yayıldı.", "language": "az"},
        {"key": "b", "text": "Ողջունեց Եվրոպական միության քայլը։", "language": "hy"},
        {"key": "c", "text": "Выступил Ильхам Алиев.", "language": "ru"},
    )
    lexical = Lexical(meaningless.data)
    assert found(lexical, "avropa ittifaqi") == [1]
    assert found(lexical, "եվրոպական միություն") == [2]
    assert found(lexical, "ильхам алиев") == [3]


def test_turkish_endings_are_looked_for_only_where_there_is_turkish(meaningless: Archive) -> None:
    lexical = Lexical(meaningless.data)
    meaningless.add({"key": "a", "text": "The bak of Brussels."})
    assert found(lexical, "bakida") == []
    meaningless.add({"key": "b", "text": "Bakıya gəldi.", "language": "az"})
    assert found(lexical, "bakida") == [2]


def test_an_index_of_an_older_form_is_rebuilt_by_the_next_writer(meaningless: Archive) -> None:
    import tantivy

    meaningless.add(*numbered(0, 3))
    meaningless.writer.close()
    folder = meaningless.data / "lexical"
    state = json.loads((folder / "STATE").read_text())
    shutil.rmtree(folder)
    folder.mkdir()
    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("id", indexed=True, fast=True)
    schema.add_text_field("text")
    tantivy.Index(schema.build(), path=str(folder))
    (folder / "STATE").write_text(json.dumps(state | {"schema": state["schema"] - 1}))
    with pytest.raises(SearchIndexError, match=r"older Dateline.*dateline ingest"):
        found(Lexical(meaningless.data), "council")
    meaningless.open_writer()
    assert sorted(found(Lexical(meaningless.data), "council")) == [1, 2, 3]
