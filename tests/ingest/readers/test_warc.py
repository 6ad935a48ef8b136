from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import brotli
import pytest

from ingest.raw import NotAnArticle, RawArticle, Record
from ingest.readers import Readers
from ingest.sources import Source

Outcomes = Callable[..., list[RawArticle | str]]


def titles(found: list[RawArticle | str]) -> list[str | None]:
    return [one.title if isinstance(one, RawArticle) else one for one in found]


@pytest.mark.parametrize("pack", [True, False])
def test_pages_are_articles_and_requests_are_passed_over(
    outcomes_of: Outcomes, seeds: ModuleType, pack: bool
) -> None:
    found = outcomes_of(seeds.warc([1, 2], pack=pack))
    assert titles(found) == [seeds.title(1), seeds.title(2)]
    assert isinstance(found[0], RawArticle)
    assert (found[0].url, found[0].published) == (seeds.address(1), "2024-03-02T10:00:00+00:00")


def test_the_day_of_the_crawl_is_no_day_of_publication(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    page = re.sub(r"<meta property[^>]*>", "", seeds.page(1)).encode()
    (article,) = outcomes_of(seeds.warc_record("https://courier.example/talks", seeds.http(page)))
    assert isinstance(article, RawArticle)
    assert article.published is None


def test_a_page_without_an_address_of_its_own_has_the_one_it_was_asked_for_at(
    outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    page = seeds.page(1).replace("canonical", "x").encode()
    (article,) = outcomes_of(seeds.warc_record("<https://courier.example/talks>", seeds.http(page)))
    assert isinstance(article, RawArticle)
    assert article.url == "https://courier.example/talks"


def chunked(data: bytes) -> bytes:
    parts = [data[at : at + 100] for at in range(0, len(data), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "pack"),
    [
        (["Transfer-Encoding: chunked"], chunked),
        (["Content-Encoding: gzip"], gzip.compress),
        (["Content-Encoding: br"], brotli.compress),
        (["Content-Encoding: deflate"], zlib.compress),
        (["Content-Encoding: deflate"], lambda data: zlib.compress(data)[2:-4]),
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], lambda data: chunked(gzip.compress(data))),
        (["Content-Encoding: gzip"], bytes),  # unpacked by the crawler, which kept the header
        (["Transfer-Encoding: chunked"], bytes),
    ],
)
def test_bodies_are_unpacked_from_what_they_were_sent_in(
    outcomes_of: Outcomes, seeds: ModuleType, headers: list[str], pack: Callable[[bytes], bytes]
) -> None:
    block = seeds.http(pack(seeds.page(1).encode()), *headers)
    assert titles(outcomes_of(seeds.warc_record(seeds.address(1), block))) == [seeds.title(1)]


def test_the_charset_of_the_header_is_used(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    page = (
        seeds.page(1)
        .replace('<meta charset="utf-8">', "")
        .replace("The minister", "Министр сообщила в четверг,")
    )
    block = seeds.http(page.encode("koi8-r"), kind="text/html; charset=koi8-r")
    (article,) = outcomes_of(seeds.warc_record(seeds.address(1), block))
    assert isinstance(article, RawArticle)
    assert "Министр сообщила" in article.text


def test_what_is_no_page_is_passed_over_and_a_page_without_a_story_is_named(
    outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    url = "https://courier.example/x"
    parts = [
        seeds.warc_record(url, seeds.http(b"gone", status="404 Not Found")),
        seeds.warc_record(url, seeds.http(b"\xff\xd8", kind="image/jpeg")),
        seeds.warc_record(url, b"HTTP/1.1 200 OK\r\n\r\n", "revisit"),
        seeds.warc_record(url, seeds.http(b"<html><body>Sign in</body></html>")),
    ]
    assert titles(outcomes_of(b"".join(parts))) == ["NotAnArticle: no article text found"]
    with pytest.raises(NotAnArticle, match="no page in it, 3 records of other kinds"):
        outcomes_of(b"".join(parts[:3]))


@pytest.mark.parametrize("pack", [True, False])
def test_a_damaged_record_costs_no_other(outcomes_of: Outcomes, seeds: ModuleType, pack: bool) -> None:
    parts = [seeds.warc([n], pack=pack) for n in range(5)]
    bad = parts[2].replace(b"Content-Length: ", b"Content-Lxngth: ") if not pack else bytearray(parts[2])
    if isinstance(bad, bytearray):
        bad[len(bad) - 300] ^= 0xFF
    found = titles(outcomes_of(b"".join([*parts[:2], bytes(bad), *parts[3:]])))
    assert [seeds.title(n) for n in (0, 1, 3, 4)] == [one for one in found if one and "damaged" not in one]
    assert any(one and "damaged at byte" in one for one in found)


def test_a_cut_off_page_is_named_with_its_address(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    found = titles(outcomes_of(seeds.warc([1, 2])[:-150]))
    assert found == [seeds.title(1), f"ReadError: {seeds.address(2)}: cut off"]


def test_the_raw_hash_is_known_without_reading_the_page(
    records_of: Callable[..., list[Record]], seeds: ModuleType
) -> None:
    one, again = records_of(seeds.warc([1])), records_of(seeds.warc([1], pack=False))
    assert one[0].raw_hash == again[0].raw_hash != records_of(seeds.warc([2]))[0].raw_hash


@pytest.mark.slow
def test_a_stream_of_any_size_takes_bounded_memory(tmp_path: Path, seeds: ModuleType) -> None:
    """Unpacked 60 MB, of which tracemalloc may not see more than a few records at once."""
    import random
    import tracemalloc

    dice = random.Random(1)
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as file:
        for n in range(300):
            noise = dice.randbytes(50_000).hex().encode()
            page = seeds.page(n).encode().replace(b"<nav>", b"<!-- " + noise * 2 + b" --><nav>")
            file.write(seeds.warc_record(seeds.address(n), seeds.http(page)))
    assert path.stat().st_size > 15_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in Readers(1 << 24).records(Source(str(path), path, path.stat().st_size)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 300
    assert peak < 10_000_000
