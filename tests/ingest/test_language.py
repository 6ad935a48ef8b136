from __future__ import annotations

import pytest

from ingest import language
from ingest.language import language_of

ENGLISH = (
    "The minister said on Thursday that the talks about the port would not take place next week after all. "
    "Her colleague had not been told, officials of both countries said, and they have named no other day."
)
OTHERS = {
    "de": (
        "Der Minister sagte am Donnerstag, dass die Gespräche über den Hafen nächste Woche nicht "
        "stattfinden. Die New York Times und The Lord of the Rings wurden in dem Schreiben nicht "
        "erwähnt, hieß es in Berlin."
    ),
    "nl": (
        "De minister zei donderdag dat de gesprekken over de haven volgende week niet doorgaan. We zijn "
        "over het besluit niet ingelicht, was de reactie van haar collega, die of te laat of helemaal "
        "niet op de hoogte was."
    ),
    "tr": (
        "Bakan perşembe günü limanla ilgili görüşmelerin gelecek hafta yapılmayacağını söyledi. "
        "Yetkililer, meslektaşına haber verilmediğini ve görüşme için başka bir günün belirlenmediğini "
        "açıkladı."
    ),
    "ru": (
        "Министр заявила в четверг, что переговоры о порте на следующей неделе не состоятся. Её коллеге "
        "об этом не сообщили, сказали чиновники. Другой день для встречи назван не был."
    ),
}


def test_plain_english_is_told_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_classified", lambda _: pytest.fail("asked the model"))
    assert language_of(ENGLISH) == "en"


@pytest.mark.parametrize("code", OTHERS)
def test_another_language_is_told_though_english_names_stand_in_it(code: str) -> None:
    assert language_of(OTHERS[code]) == code


def test_a_text_of_a_few_letters_has_no_language() -> None:
    assert language_of("The talks are off.") is None
    assert language_of("1234 " * 100) is None


def test_a_model_that_can_not_be_loaded_beside_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: str) -> str:
        raise OSError("the disk is full")

    monkeypatch.setattr(language, "_classified", fails)
    language._load()
    with pytest.raises(OSError, match="full"):
        language_of(OTHERS["ru"])
