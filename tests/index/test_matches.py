"""Where a question's words stand in a passage."""

from __future__ import annotations

from index.lexical import Term
from index.matches import matches


def shown(text: str, *terms: Term, language: str | None = None) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.term, m.kind) for m in matches(text, terms, language)]


def test_a_word_its_forms_and_its_other_names_are_told_apart() -> None:
    text = "Baku refused; the White House was told of Azerbaijan's refusal."
    terms = (Term("baku", ("azerbaijan",)), Term("refusing"), Term("washington", ("white house",)))
    assert shown(text, *terms) == [
        ("Baku", "baku", "word"),
        ("refused", "refusing", "form"),
        ("White House", "washington", "name"),
        ("Azerbaijan", "baku", "name"),
        ("refusal", "refusing", "form"),
    ]


def test_offsets_are_of_the_text_itself_whatever_folding_does_to_it() -> None:
    text = "ﬁnally — İlham Əliyevin və Бакý Баку́ шəhəri"
    assert shown(text, Term("əliyev"), Term("баку"), Term("finally"), language="az") == [
        ("ﬁnally", "finally", "word"),
        ("Əliyevin", "əliyev", "form"),
        ("Баку́", "баку", "word"),
    ]


def test_nothing_matches_nothing() -> None:
    assert matches("", [Term("baku")]) == []
    assert matches("Baku", []) == []
