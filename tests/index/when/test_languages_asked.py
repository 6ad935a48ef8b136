"""Times in Russian, Turkish, Azerbaijani and Armenian questions: bounds, ranges, parts, how they are typed.

Asked on Friday 19 April 2024.
"""

from __future__ import annotations

from datetime import date

import pytest

from index.when import read

MOMENT = date(2024, 4, 19)


def days(text: str) -> list[str]:
    return [f"{t.window.since or ''}..{t.window.until or ''}" for t in read(text, MOMENT)]


def senses(text: str) -> list[str]:
    return [t.sense for t in read(text, MOMENT)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("что сказал Мишель до встречи в Брюсселе 5 апреля?", "..2024-04-04"),
        ("до состоявшейся 5 апреля встречи в Брюсселе", "..2024-04-04"),
        ("что сделал Пашинян после встречи в Брюсселе 5 апреля?", "2024-04-05.."),
        ("что было со времени встречи в Брюсселе 5 апреля?", "2024-04-05.."),
        ("после выборов в марте", "2024-03-01.."),
        ("5 Nisan'daki Brüksel toplantısından önce ne söylendi?", "..2024-04-04"),
        ("5 Nisan 2023 tarihli toplantıdan önce ne oldu?", "..2023-04-04"),
        ("5 Nisan'da Brüksel'de yapılan toplantıdan önce ne oldu?", "..2024-04-04"),
        ("5 Nisan'daki Brüksel toplantısından sonra ne oldu?", "2024-04-05.."),
        ("aprelin 5-də Brüssel görüşündən əvvəl nə deyildi?", "..2024-04-04"),
        ("10 noyabr bəyanatından sonra nə oldu?", "2023-11-10.."),
        ("aprelin 5-dəki Brüssel görüşündən sonra nə oldu?", "2024-04-05.."),
        ("ի՞նչ ասվեց ապրիլի 5-ի բրյուսելյան հանդիպումից առաջ", "..2024-04-04"),
        ("ի՞նչ եղավ ապրիլի 5-ի բրյուսելյան հանդիպումից հետո", "2024-04-05.."),
    ],
)
def test_what_is_before_or_after_a_thing_is_before_or_after_its_day(text: str, expected: str) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "дошли ли войска до Киева 5 апреля?",
        "кто выступил перед судом 5 апреля?",
        "5 Nisan'da toplantıdan önce ne söylendi?",
        "5 Nisan'da Brüksel'deki toplantıda ne söylendi?",
        "aprelin 5-də Brüsseldə nə oldu?",
        "ի՞նչ եղավ ապրիլի 5-ին Բրյուսելում",
    ],
)
def test_a_word_that_bounds_something_else_leaves_the_day_as_it_is(text: str) -> None:
    assert days(text) == ["2024-04-05..2024-04-05"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020'den beri ne değişti?", "2020-01-01.."),
        ("2023 Eylül'ünden sonra Karabağ'da ne oldu?", "2023-09-30.."),
        ("2020-dən bəri nə dəyişdi?", "2020-01-01.."),
        ("что изменилось с 2020?", "2020-01-01.."),
        ("2020-ից ի վեր ի՞նչ է փոխվել", "2020-01-01.."),
        ("до конца 2023 года", "..2023-12-31"),
        ("с прошлой недели что изменилось?", "2024-04-08.."),
        ("geçen haftadan beri ne değişti?", "2024-04-08.."),
        ("aprelin əvvəlindən nə dəyişdi?", "2024-04-01.."),
        ("մարտի սկզբից ի՞նչ է փոխվել", "2024-03-01.."),
    ],
)
def test_a_bounded_time_is_open_at_its_other_end(text: str, expected: str) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("что было с марта по май прошлого года?", "2023-03-01..2023-05-31"),
        ("между мартом и маем прошлого года", "2023-03-01..2023-05-31"),
        ("geçen yılın Mart'ından Mayıs'ına kadar ne oldu?", "2023-03-01..2023-05-31"),
        ("с ноября 2023 по февраль что было?", "2023-11-01..2024-02-29"),
        ("с 3 по 7 апреля", "2024-04-03..2024-04-07"),
        ("что было 3–7 апреля?", "2024-04-03..2024-04-07"),
        ("3-7 Nisan arasında ne oldu?", "2024-04-03..2024-04-07"),
        ("aprelin 3-dən 7-dək nə oldu?", "2024-04-03..2024-04-07"),
        ("aprelin 3-ü ilə 7-si arasında nə oldu?", "2024-04-03..2024-04-07"),
        ("ապրիլի 3-7-ը ի՞նչ եղավ", "2024-04-03..2024-04-07"),
        ("с 2020 по 2022 год", "2020-01-01..2022-12-31"),
        ("2020-2022 yılları arasında ne oldu?", "2020-01-01..2022-12-31"),
        ("2020'den 2022'ye kadar ne değişti?", "2020-01-01..2022-12-31"),
        ("2020-2022-ci illərdə nə baş verdi?", "2020-01-01..2022-12-31"),
        ("2020-2022 թվականներին ի՞նչ եղավ", "2020-01-01..2022-12-31"),
        ("Mart ile Nisan arasında ne oldu?", "2024-03-01..2024-04-30"),
        ("Mart'tan Nisan'a kadar ne oldu?", "2024-03-01..2024-04-30"),
        ("martdan aprelə qədər nə baş verdi?", "2024-03-01..2024-04-30"),
        ("մարտից մինչև ապրիլ ի՞նչ եղավ", "2024-03-01..2024-04-30"),
    ],
)
def test_a_range_has_both_its_ends(text: str, expected: str) -> None:
    assert days(text) == [expected]
    assert senses(text) == ["event"]


@pytest.mark.parametrize(
    "text", ["в прошлую пятницу", "geçen cuma ne oldu?", "keçən cümə nə oldu?", "անցյալ ուրբաթ ի՞նչ եղավ"]
)
def test_last_friday_asked_on_a_friday_is_a_week_ago(text: str) -> None:
    assert days(text) == ["2024-04-12..2024-04-12"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bu sabah ne oldu?", "2024-04-19..2024-04-19"),
        ("dün sabah ne oldu?", "2024-04-18..2024-04-18"),
        ("bu səhər nə oldu?", "2024-04-19..2024-04-19"),
        ("sabah nə olacaq?", "2024-04-20..2024-04-20"),
    ],
)
def test_the_turkish_morning_is_not_the_azerbaijani_tomorrow(text: str, expected: str) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("за последние две недели", "2024-04-05..2024-04-19"),
        ("son iki haftada ne oldu?", "2024-04-05..2024-04-19"),
        ("son 2 həftədə nə oldu?", "2024-04-05..2024-04-19"),
        ("վերջին երկու շաբաթում ի՞նչ եղավ", "2024-04-05..2024-04-19"),
        ("за последние 10 дней", "2024-04-09..2024-04-19"),
        ("son birkaç günde ne oldu?", "2024-04-15..2024-04-19"),
    ],
)
def test_the_last_so_many_days_reach_up_to_the_day_of_asking(text: str, expected: str) -> None:
    assert days(text) == [expected]
    assert senses(text) == ["event"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("что было в начале апреля?", "2024-04-01..2024-04-10"),
        ("Nisan başında ne oldu?", "2024-04-01..2024-04-10"),
        ("aprelin əvvəlində nə oldu?", "2024-04-01..2024-04-10"),
        ("ապրիլի սկզբին ի՞նչ եղավ", "2024-04-01..2024-04-10"),
        ("в середине марта 2023 года", "2023-03-11..2023-03-21"),
        ("2023 yılının sonunda ne oldu?", "2023-09-01..2023-12-31"),
        ("зимой 2023", "2023-12-01..2024-02-29"),
        ("bu kış ne oldu?", "2023-12-01..2024-02-29"),
        ("geçen yaz ne oldu?", "2023-06-01..2023-08-31"),
        ("2023-cü ilin yazında nə oldu?", "2023-03-01..2023-05-31"),
        ("2023 թվականի ամռանը ի՞նչ եղավ", "2023-06-01..2023-08-31"),
        ("летом прошлого года", "2023-06-01..2023-08-31"),
        ("в первом квартале 2023 года", "2023-01-01..2023-03-31"),
        ("во второй половине 2023 года", "2023-07-01..2023-12-31"),
        ("в первой половине апреля", "2024-04-01..2024-04-15"),
        ("Mart ayının ikinci yarısında ne oldu?", "2024-03-16..2024-03-31"),
        ("martın ikinci yarısında nə oldu?", "2024-03-16..2024-03-31"),
        ("մարտի երկրորդ կեսին ի՞նչ եղավ", "2024-03-16..2024-03-31"),
        ("в прошлом квартале", "2024-01-01..2024-03-31"),
        ("2023'ün ikinci çeyreğinde ne oldu?", "2023-04-01..2023-06-30"),
        ("2023-cü ilin ikinci rübündə nə oldu?", "2023-04-01..2023-06-30"),
        ("2023 թվականի առաջին եռամսյակում", "2023-01-01..2023-03-31"),
        ("что произошло в 2023?", "2023-01-01..2023-12-31"),
    ],
)
def test_parts_seasons_and_quarters_are_read(text: str, expected: str) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "что было во вторник, 15 августа 2023 года?",
        "15 Ağustos 2023 Salı günü ne oldu?",
        "15 avqust 2023, çərşənbə axşamı günü nə oldu?",
    ],
)
def test_the_weekday_of_a_date_is_no_day_of_its_own(text: str) -> None:
    assert days(text) == ["2023-08-15..2023-08-15"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bu hafta sonu ne oldu?", ["event"]),
        ("Bu hafta sonu ne olacak?", ["ahead"]),
    ],
)
def test_this_weekend_is_the_last_or_the_next_as_the_question_looks(text: str, expected: list[str]) -> None:
    assert senses(text) == expected


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gecen hafta ne oldu", "geçen hafta ne oldu?"),
        ("dun ne oldu", "dün ne oldu?"),
        ("bugun kim konustu", "bugün kim konuştu?"),
        ("5 subatta ne oldu", "5 Şubat'ta ne oldu?"),
        ("kecen hefte ne bas verdi", "keçən həftə nə baş verdi?"),
        ("İKİ HAFTA ÖNCE NE OLDU", "iki hafta önce ne oldu?"),
    ],
)
def test_a_time_is_read_however_it_is_typed(typed: str, meant: str) -> None:
    assert len(days(typed)) == 1
    assert days(typed) == days(meant)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mayda nə baş verdi?", "2023-05-01..2023-05-31"),
        ("что произошло в мае?", "2023-05-01..2023-05-31"),
        ("Mayıs'ta ne oldu?", "2023-05-01..2023-05-31"),
        ("մայիսին ի՞նչ եղավ", "2023-05-01..2023-05-31"),
        ("mayda nə olacaq?", "2024-05-01..2024-05-31"),
        ("что состоится в мае?", "2024-05-01..2024-05-31"),
    ],
)
def test_a_month_is_the_last_or_the_next_as_the_question_looks(text: str, expected: str) -> None:
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Sabah gazetesi ne yazdı?",
        "в Мартинике что случилось?",
        "по пятницам что продают?",
        "почему зимой холодно?",
        "что было 1,5 года назад?",
        "что связано с зимой?",
        "что обсуждали в среде учёных?",
        "bu yazıda ne anlatılıyor?",
        "maçın ikinci yarısında ne oldu?",
        "2000-dən çox adam necə öldü?",
        "Maya nə dedi?",
        "քանի՞ զինվոր զոհվեց մարտում",
        "What did Kim say to Maya?",
    ],
)
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    assert days(text) == []


def test_a_comparison_with_a_month_is_not_since_it() -> None:
    assert days("рост по сравнению с мартом 2023 года") == ["2023-03-01..2023-03-31"]


def test_a_number_of_people_bounds_nothing() -> None:
    assert senses("до 2000 человек погибло?") == ["hint"]


def test_an_expression_is_told_by_its_place_in_the_text_as_it_was_typed() -> None:
    text = "İSTANBUL'DA GECEN HAFTA İKİ KİŞİ Mİ ÖLDÜ?"
    (time,) = read(text, MOMENT)
    assert text[time.start : time.end] == "GECEN HAFTA"
