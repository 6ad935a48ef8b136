from __future__ import annotations

import pytest

from ingest.clean import clean
from ingest.raw import NotAnArticle, RawArticle
from ingest.readers.fields import from_record

BODY = "The minister said that the talks were off.\n\nNobody had expected another answer from her."


def read(**record: object) -> RawArticle:
    return from_record("/feed.jsonl#1", "hash", {"text": BODY, **record})


@pytest.mark.parametrize(
    "record",
    [
        {
            "title": "Talks off",
            "publish_date": "2023/11/16",
            "url": "https://h.example/x",
            "source": "Harbour Times",
            "author": "Nara Vell",
            "language": "en",
        },
        {
            "headline": "Talks off",
            "datePublished": "2023-11-16",
            "link": "https://h.example/x",
            "publisher": "Harbour Times",
            "byline": "By Nara Vell",
            "inLanguage": "en-GB",
        },
        {
            "Title": "Talks off",
            "pubDate": "Thu, 16 Nov 2023 00:00:00",
            "uri": "https://h.example/x",
            "outlet": {"name": "Harbour Times"},
            "authors": ["Nara Vell"],
            "lang": "eng",
        },
        {
            "title": {"rendered": "Talks &#111;ff"},
            "date": "2023-11-16T00:00:00",
            "link": "https://h.example/x",
            "site_name": "Harbour Times",
            "author": [{"name": "Nara Vell"}],
            "lang": "English",
        },
    ],
)
def test_the_usual_names_are_known(record: dict[str, object]) -> None:
    article = read(**record)
    assert (article.title, article.published, article.url) == (
        "Talks off",
        "2023-11-16",
        "https://h.example/x",
    )
    assert (article.publisher, article.author, article.language) == ("Harbour Times", "Nara Vell", "en")


@pytest.mark.parametrize(
    "name", ["text", "body", "content", "articleBody", "maintext", "Full Text", "description"]
)
def test_so_are_those_of_the_body(name: str) -> None:
    assert from_record("/x#1", "hash", {"title": "Talks off", name: BODY}).text == BODY


def test_when_a_page_was_crawled_is_no_date_of_the_article() -> None:
    article = read(
        scraped_at="2024-01-01", timestamp=1700143500, date_download="2024-01-01", crawled="2024-01-01"
    )
    assert article.published is None


def test_a_body_of_html_becomes_text_without_what_is_hidden() -> None:
    seen = "<p>The minister said that the talks&nbsp;were <b>off</b>.</p><ul><li>One day</li></ul>"
    body = f"{seen}<p hidden>Obey.</p><script>x()</script>"
    article = clean(from_record("/x#1", "hash", {"title": "Talks off", "content": body}))
    assert article.text == "The minister said that the talks were off.\n\nOne day"


def test_a_whole_page_in_a_field_is_read_like_a_page() -> None:
    story = "<p>The minister said on Thursday that the talks would not take place next week.</p>" * 4
    markup = f"<html><body><nav>Home</nav><article><h1>Talks off now</h1>{story}</article></body></html>"
    article = clean(from_record("/x#1", "hash", {"html": markup, "title": "Talks off", "date": "2023-11-16"}))
    assert article.title == "Talks off"
    assert article.published == "2023-11-16"
    assert "Home" not in article.text


def test_chrome_in_a_scraped_body_goes() -> None:
    head = "Home | World | Sport\nSearch\nTalks off\n16 November 2023 14:05"
    body = f"{head}\n{BODY}\nShare on Facebook\n© 2023 Harbour Times"
    article = clean(from_record("/x#1", "hash", {"title": "Talks off", "text": body}))
    assert article.text == BODY
    assert (article.published, article.publisher) == ("2023-11-16T14:05", "Harbour Times")


def test_records_wrapped_by_a_search_engine_are_unwrapped() -> None:
    article = from_record("/x#1", "hash", {"_id": "7", "_source": {"title": "Talks off", "body": BODY}})
    assert (article.title, article.text, article.identifier) == ("Talks off", BODY, "7")
    assert clean(article).publisher is None


def test_a_publisher_named_by_its_host_is_shown_by_it() -> None:
    assert read(source="www.harbour.example").publisher == "harbour.example"
    assert read(source="https://www.harbour.example/feed").publisher == "harbour.example"


def test_escaped_line_breaks_and_entities_are_undone() -> None:
    article = from_record(
        "/x#1", "hash", {"title": "A &amp; B", "text": "The talks were off.\\nNobody &quot;knew&quot; why."}
    )
    assert article.title == "A & B"
    assert article.text == 'The talks were off.\nNobody "knew" why.'


@pytest.mark.parametrize(
    "record", [{}, {"title": "Talks off"}, {"title": "Talks off", "text": "  "}, {"text": None}]
)
def test_a_record_without_text_is_no_article(record: dict[str, object]) -> None:
    with pytest.raises(NotAnArticle, match="no article text found"):
        from_record("/x#1", "hash", record)


@pytest.mark.parametrize(
    "names",
    [
        ("Titel", "Inhalt", "Veröffentlicht am", "Quelle", "Autorin", "Sprache"),
        ("Titre", "Contenu", "Date de publication", "Éditeur", "Auteur", "Langue"),
        ("Título", "Cuerpo", "Fecha", "Fuente", "Autora", "Idioma"),
        ("Titolo", "Testo", "Data di pubblicazione", "Giornale", "Autore", "Lingua"),
        ("Վերնագիր", "Տեքստ", "Ամսաթիվ", "Աղբյուր", "Հեղինակ", "Լեզու"),
        ("العنوان", "النص", "تاريخ النشر", "المصدر", "الكاتب", "اللغة"),
        ("标题", "正文", "发布时间", "来源", "作者", "语言"),
        ("標題", "內容", "日期", "來源", "記者", "語言"),
        ("タイトル", "本文", "公開日", "媒体", "著者", "言語"),
    ],
)
def test_fields_are_known_by_their_names_in_other_languages(names: tuple[str, ...]) -> None:
    values = ("Talks off", BODY, "2023-11-16", "Harbour Times", "Nara Vell", "da")
    raw = from_record("/feed.jsonl#1", "hash", dict(zip(names, values, strict=True)))
    article = clean(raw)
    assert (article.title, article.published, article.publisher) == (
        "Talks off",
        "2023-11-16",
        "Harbour Times",
    )
    assert (article.author, raw.language) == ("Nara Vell", "da")


@pytest.mark.parametrize("nothing", [float("nan"), "nan", "NaT", " None ", "null"])
def test_what_programs_write_for_nothing_is_no_value(nothing: object) -> None:
    article = clean(read(title="Talks off", author=nothing, source=nothing, date=nothing, byline="Nara Vell"))
    assert (article.author, article.publisher, article.published) == ("Nara Vell", None, None)
    mapped = from_record("/x#1", "hash", {"text": BODY, "desk": nothing}, mapping={"author": "desk"})
    assert clean(mapped).author is None


@pytest.mark.parametrize(
    "author",
    [
        """["Bo O'Neil", 'Ann Lee']""",
        """("Bo O'Neil", 'Ann Lee')""",
        """["Bo O'Neil" 'Ann Lee']""",
        """["Bo O'Neil", "Ann Lee"]""",
        """[{'name': "Bo O'Neil"}, {'name': 'Ann Lee', 'url': None}]""",
        "[[Bo O'Neil]], [[People/Ann Lee|Ann Lee]]",
        ["[[Bo O'Neil]]", "[[Ann Lee]]"],
        "[Bo O'Neil, Ann Lee]",
    ],
)
def test_lists_of_authors_are_read_however_they_were_written_out(author: object) -> None:
    assert read(author=author).author == "Bo O'Neil, Ann Lee"


@pytest.mark.parametrize(
    "hostile", ["[" * 1900 + "]" * 1900, "[" * 200 + "'x'" + "]" * 200, "[__import__('os')]", "[1, 2"]
)
def test_what_only_looks_like_a_list_is_left_as_it_stands(hostile: str) -> None:
    assert read(title=hostile, author=hostile).title == hostile


def test_objects_that_a_table_holds_written_out_give_their_names() -> None:
    article = read(
        title="{'main': 'Talks off', 'kicker': None}",
        source="{'id': None, 'name': 'Harbour Times'}",
        byline="{'original': 'By Nara Vell', 'person': []}",
    )
    assert (article.title, article.publisher, article.author) == ("Talks off", "Harbour Times", "Nara Vell")
