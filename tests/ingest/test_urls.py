from __future__ import annotations

import pytest

from ingest import urls

SAME = "https://harbour.example/2023/11/talks-off"


@pytest.mark.parametrize(
    "url",
    [
        "http://harbour.example/2023/11/talks-off",
        "https://www.harbour.example/2023/11/talks-off",
        "https://www2.harbour.example/2023/11/talks-off",
        "https://HARBOUR.EXAMPLE/2023/11/talks-off",
        "https://harbour.example./2023/11/talks-off",
        "https://harbour.example:443/2023/11/talks-off",
        "http://harbour.example:80/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off/",
        "https://harbour.example/2023/11/talks-off#comments",
        "https://harbour.example/2023/11/talks-off#:~:text=Baku",
        "https://harbour.example/2023/11/talks-off?",
        "https://harbour.example/2023/11/talks-off/index.html",
        "https://harbour.example/2023/11/talks-off/index.php",
        "https://m.harbour.example/2023/11/talks-off",
        "https://mobile.harbour.example/2023/11/talks-off",
        "https://touch.harbour.example/2023/11/talks-off",
        "https://amp.harbour.example/2023/11/talks-off",
        "https://www.amp.harbour.example/2023/11/talks-off",
        "https://www.m.harbour.example/2023/11/talks-off",
        "https://m.harbour.example/2023/11/talks-off?utm_source=x",
        "https://harbour.example/amp/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off/amp",
        "https://harbour.example/2023/11/talks-off/amp/",
        "https://harbour.example/2023/11/talks-off.amp",
        "https://harbour.example/2023/11/talks-off/amp.html",
        "https://harbour.example/2023/11/talks-off?amp",
        "https://harbour.example/2023/11/talks-off?amp=1",
        "https://harbour.example/2023/11/talks-off?outputType=amp",
        "https://harbour.example/2023/11/talks-off?amp_js_v=0.1&usqp=mq331AQGsAEggAID",
        "https://harbour-example.cdn.ampproject.org/c/s/harbour.example/2023/11/talks-off",
        "https://harbour-example.cdn.ampproject.org/v/s/harbour.example/2023/11/talks-off/amp?amp_js_v=0.1",
        "https://harbour-example.cdn.ampproject.org/c/harbour.example/2023/11/talks-off",
        "https://www.google.com/amp/s/harbour.example/2023/11/talks-off",
        "https://www.google.co.uk/amp/s/harbour.example/2023/11/talks-off/amp/",
        "https://www.google.com/amp/harbour.example/2023/11/talks-off",
        "https://www.google.com/url?q=https://harbour.example/2023/11/talks-off&sa=U&ved=2ah",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fharbour.example%2F2023%2F11%2Ftalks-off&usg=AOv",
        "https://www.bing.com/amp/s/harbour.example/2023/11/talks-off",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fharbour.example%2F2023%2F11%2Ftalks-off%3Ffbclid%3DIwAR&h=AT0",
        "https://web.archive.org/web/20231117101010/https://harbour.example/2023/11/talks-off",
        "https://web.archive.org/web/20231117101010id_/http://www.harbour.example/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off?utm_source=tw&utm_medium=social&utm_campaign=x&utm_id=1&utm_term=z&utm_content=q",
        "https://harbour.example/2023/11/talks-off?fbclid=IwAR0",
        "https://harbour.example/2023/11/talks-off?gclid=abc&gclsrc=aw.ds&wbraid=1&gbraid=2&gad_source=1&gad_campaignid=3",
        "https://harbour.example/2023/11/talks-off?msclkid=1&yclid=2&twclid=3&ttclid=4&dclid=5&igshid=6&igsh=7&srsltid=8&li_fat_id=9&epik=10&rdt_cid=11&sc_cid=2",
        "https://harbour.example/2023/11/talks-off?mc_cid=a&mc_eid=b",
        "https://harbour.example/2023/11/talks-off?at_medium=RSS&at_campaign=KARANGA",
        "https://harbour.example/2023/11/talks-off?ns_mchannel=social&ns_source=twitter",
        "https://harbour.example/2023/11/talks-off?CMP=share_btn_tw",
        "https://harbour.example/2023/11/talks-off?smid=tw-share&smtyp=cur&partner=rss&emc=rss",
        "https://harbour.example/2023/11/talks-off?__twitter_impression=true",
        "https://harbour.example/2023/11/talks-off?ref=rss",
        "https://harbour.example/2023/11/talks-off?ref_src=twsrc%5Etfw",
        "https://harbour.example/2023/11/talks-off?from=rss",
        "https://harbour.example/2023/11/talks-off?feature=share",
        "https://harbour.example/2023/11/talks-off?xtor=RSS-1",
        "https://harbour.example/2023/11/talks-off?share=facebook",
        "https://harbour.example/2023/11/talks-off?share=twitter&nb=1",
        "https://harbour.example/2023/11/talks-off?replytocom=8123",
        "https://harbour.example/2023/11/talks-off?PHPSESSID=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "https://harbour.example/2023/11/talks-off;jsessionid=0A1B2C3D4E5F60718293A4B5C6D7E8F9",
        "https://harbour.example/2023/11/talks-off;jsessionid=0A1B2C3D4E5F?utm_source=x",
        "https://harbour.example/2023/11/talks-off?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "https://harbour.example/2023/11/talks-off?print=1",
        "https://harbour.example/2023/11/talks-off?print",
        "https://harbour.example/2023/11/talks-off?print=true",
        "https://harbour.example/2023/11/talks-off/print",
        "https://harbour.example/2023/11/talks-off/print/",
        "https://harbour.example/print/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off?view=print",
        "https://harbour.example/2023/11/talks-off?mode=print",
        "https://harbour.example/2023/11/talks-off?page=1",
        "https://harbour.example//2023/11//talks-off",
        "https://harbour.example/2023/11/talks%2Doff",
        "https://harbour.example/2023/11/./talks-off",
        "https://harbour.example/x/../2023/11/talks-off",
        "https://user:secret@harbour.example/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off?_=1700211111",
        "https://harbour.example/2023/11/talks-off?output=amp",
        "https://harbour.example/2023/11/talks-off?mobile=1",
        "https://harbour.example/2023/11/talks-off?m=1",
        "https://harbour.example/2023/11/talks-off?traffic_source=rss",
        "https://harbour.example/2023/11/talks-off?wprov=sfla1",
        "https://harbour.example/2023/11/talks-off?mibextid=xyz",
        "https://harbour.example/2023/11/talks-off?leadSource=uverify%20wall",
        "https://harbour.example/2023/11/talks-off?src=rss",
        "https://harbour.example/2023/11/talks-off?source=rss",
        "https://harbour.example/2023/11/talks-off?via=rss",
        "https://harbour.example/2023/11/talks-off?feedType=RSS&feedName=topNews",
        "https://harbour.example/2023/11/talks-off?format=amp",
        "https://harbour.example/2023/11/talks-off?utm-source=x&amp;utm_medium=y",
        "https://harbour.example/(S(lit3py55t21z5v55))/2023/11/talks-off",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fharbour.example%2F2023%2F11%2Ftalks-off&data=05",
    ],
)
def test_one_page_has_one_identity_however_it_is_linked(url: str) -> None:
    cleaned = urls.clean(url)
    assert cleaned is not None
    assert urls.identity(cleaned) == urls.identity(SAME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pass.example/?p=17", "http://www.pass.example/index.php?p=17&utm_source=x"),
        ("https://pass.example/article.php?id=12", "https://m.pass.example/article.php?print=1&id=12"),
        ("https://pass.example/talks.html", "https://pass.example/talks.amp.html"),
        ("https://täst.example/a", "https://xn--tst-qla.example/a"),
        (
            "https://pass.example/новости/1",
            "https://pass.example/%d0%bd%d0%BE%d0%b2%d0%be%d1%81%d1%82%d0%b8/1",
        ),
        ("https://en.m.pass.example/wiki/Baku", "https://en.pass.example/wiki/Baku"),
    ],
)
def test_one_page_has_one_identity_whatever_names_it(one: str, other: str) -> None:
    assert urls.identity(one) == urls.identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://pass.example/a.php?id=12", "https://pass.example/a.php?id=13"),
        ("https://pass.example/story/1", "https://pass.example/story/2"),
        ("https://pass.example/story?page=2", "https://pass.example/story?page=3"),
        ("https://pass.example/story", "https://pass.example/story/page/2"),
        ("https://pass.example/?page=1", "https://pass.example/?page=2"),
        ("https://pass.example/index.php?page=1", "https://pass.example/"),
        ("https://pass.example/article.php?sid=1234", "https://pass.example/article.php?sid=1235"),
        ("https://pass.example/article.php?ref=1234", "https://pass.example/article.php?ref=1235"),
        ("https://pass.example/x?source=apa", "https://pass.example/x?source=turan"),
        ("https://pass.example/x?from=12", "https://pass.example/x?from=13"),
        ("https://pass.example/x?cid=12", "https://pass.example/x?cid=13"),
        ("https://pass.example/x?view=full&n=1", "https://pass.example/x?view=full&n=2"),
        ("https://pass.example/x?type=video", "https://pass.example/x?type=text"),
        ("https://pass.example/x?v=dQw4w9", "https://pass.example/x?v=9bZkp7"),
        ("https://pass.example/x?s=17", "https://pass.example/x?s=18"),
        ("https://pass.example/en/x", "https://pass.example/ru/x"),
        ("https://pass.example/x?lang=en", "https://pass.example/x?lang=ru"),
        ("https://en.pass.example/x", "https://ru.pass.example/x"),
        ("https://blog.pass.example/x", "https://pass.example/x"),
        ("https://pass.example:8080/x", "https://pass.example/x"),
        ("https://pass.example/2023/11/16/rates", "https://pass.example/2023/11/17/rates"),
        ("https://pass.example/A1b2", "https://pass.example/a1B2"),
        ("https://pass.example/amplifier", "https://pass.example/lifier"),
        ("https://pass.example/print", "https://pass.example/"),
        ("https://pass.example/print/edition", "https://pass.example/edition"),
        ("https://pass.example/#!/article/5", "https://pass.example/#!/article/6"),
        ("https://pass.example/x;a=1", "https://pass.example/x;a=2"),
        (
            "https://www.google.com/url?q=https://pass.example/1",
            "https://www.google.com/url?q=https://pass.example/2",
        ),
        (
            "https://a-b.cdn.ampproject.org/c/s/a-b.example/1",
            "https://a-b.cdn.ampproject.org/c/s/a-b.example/2",
        ),
    ],
)
def test_two_pages_are_never_taken_for_one(one: str, other: str) -> None:
    assert urls.identity(one) != urls.identity(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://harbour.example/2023/11/talks-on",
        "https://other.example/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off?page=2",
        "https://harbour.example/article.php?12345",
        "https://harbour.example/?p=17",
    ],
)
def test_other_pages_have_another(url: str) -> None:
    assert urls.identity(url) != urls.identity(SAME)


def test_pages_told_apart_by_their_parameters_alone_stay_apart() -> None:
    assert urls.identity("https://a.example/?p=17") != urls.identity("https://a.example/?p=18")
    assert urls.identity("https://a.example/x.php?17") != urls.identity("https://a.example/x.php?18")
    assert urls.identity("https://a.example/x?b=1&a=2") == urls.identity("https://a.example/x?a=2&b=1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "harbour",
        "ftp://a.example/x",
        "javascript:alert(1)",
        "https:///x",
        "http://[",
        "https://a b/x",
    ],
)
def test_what_is_no_web_address_is_none(text: str | None) -> None:
    assert urls.clean(text) is None


def test_an_address_without_a_scheme_gets_one() -> None:
    assert urls.clean("//a.example/x") == "https://a.example/x"
    assert urls.clean(" www.a.example/x ") == "https://www.a.example/x"


def test_addresses_in_a_line_leave_out_networks_and_front_pages() -> None:
    line = "See https://harbour.example/x, https://t.me/harbour, https://harbour.example/ (https://harbour.example/y)."
    assert urls.in_line(line) == ["https://harbour.example/x", "https://harbour.example/y"]


@pytest.mark.parametrize(
    ("name", "url", "may_be"),
    [
        ("Harbour Times", "https://harbourtimes.example/x", True),
        ("BBC News", "https://www.bbc.co.uk/x", True),
        ("The New York Times", "https://www.nytimes.com/x", True),
        ("Перевал", "https://pereval.example/x", True),
        ("Reuters", "https://harbourtimes.example/x", False),
    ],
)
def test_a_name_is_compared_with_an_address(name: str, url: str, may_be: bool) -> None:
    assert urls.names_the_same(name, url) is may_be


@pytest.mark.parametrize(
    ("publisher", "url", "is_same"),
    [
        ("Həqiqət", "https://heqiqet.example/1", True),
        ("Bizim Xəbər", "https://bizimxabar.example/1", True),
        ("Həqiqət", "https://caspiancourier.example/1", False),
        ("Nordlys Tromsø", "https://caspiancourier.example/1", False),
        ("Aydınlık", "https://aydinlik.example/1", True),
    ],
)
def test_a_name_in_latin_letters_of_any_kind_is_compared_with_the_host(
    publisher: str, url: str, is_same: bool
) -> None:
    assert urls.names_the_same(publisher, url) is is_same
