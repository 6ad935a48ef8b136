"""What Russian, Turkish, Azerbaijani and Armenian names of times mean; asked on Friday 3 November 2023."""

from __future__ import annotations

from datetime import date

import pytest

from index.when import read

MOMENT = date(2023, 11, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("что случилось вчера в Баку?", "2023-11-02..2023-11-02"),
        ("что было на прошлой неделе?", "2023-10-23..2023-10-29"),
        ("что произошло в марте 2023 года?", "2023-03-01..2023-03-31"),
        ("что сказал Алиев 5 апреля?", "2023-04-05..2023-04-05"),
        ("что изменилось с ноября?", "2023-11-01.."),
        ("что сказали до 5 апреля 2023 года?", "..2023-04-04"),
        ("что решили две недели назад?", "2023-10-17..2023-10-23"),
        ("что было после пятницы?", "2023-11-03.."),
        ("Geçen hafta Bakü'de ne oldu?", "2023-10-23..2023-10-29"),
        ("5 Nisan 2023'te ne söylendi?", "2023-04-05..2023-04-05"),
        ("Kasım'dan beri ne değişti?", "2023-11-01.."),
        ("5 Nisan'dan önce ne söylendi?", "..2023-04-04"),
        ("iki hafta önce ne oldu, şöyle?", "2023-10-17..2023-10-23"),
        ("2021 yılında ne oldu, şöyle?", "2021-01-01..2021-12-31"),
        ("keçən həftə nə baş verdi?", "2023-10-23..2023-10-29"),
        ("2023-cü ilin martında nə baş verdi?", "2023-03-01..2023-03-31"),
        ("noyabrdan bəri nə dəyişdi?", "2023-11-01.."),
        ("aprelin 5-dən əvvəl nə dedi?", "..2023-04-04"),
        ("dünən nə oldu, bəs?", "2023-11-02..2023-11-02"),
        ("ի՞նչ եղավ անցյալ շաբաթ", "2023-10-23..2023-10-29"),
        ("Ի՞նչ եղավ 2023 թվականի ապրիլի 5-ին", "2023-04-05..2023-04-05"),
        ("ի՞նչ փոխվեց նոյեմբերից ի վեր", "2023-11-01.."),
        ("ի՞նչ եղավ երեկ", "2023-11-02..2023-11-02"),
    ],
)
def test_ordinary_expressions_are_resolved(text: str, expected: str) -> None:
    found = [f"{t.window.since or ''}..{t.window.until or ''}" for t in read(text, MOMENT)]
    assert found == [expected]


@pytest.mark.parametrize(
    "text", ["последние новости", "son haberler, şimdi mi?", "ən son xəbərlər", "վերջին լուրերը"]
)
def test_the_latest_is_news_of_the_moment(text: str) -> None:
    assert {time.sense for time in read(text, MOMENT)} == {"recent"}


@pytest.mark.parametrize(
    "text", ["что Марта сказала маме?", "Ocak başında ne pişiyor?", "Mayıl müəllim kimdir?"]
)
def test_words_that_only_look_like_months_are_none(text: str) -> None:
    assert read(text, MOMENT) == []
