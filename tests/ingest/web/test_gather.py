from __future__ import annotations

import asyncio
import gzip
import os
import pickle
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from index.article import Version
from index.ledger import Ledger
from ingest import job
from ingest.config import IngestConfig
from ingest.readers import Readers
from ingest.report import Report
from ingest.web import known
from ingest.web.gather import Gathering
from ingest.web.state import WebState

from .conftest import Reply, Request, Site, article, item, rss, sitemap, story, wire

Run = Callable[..., Report]


@pytest.fixture
def run(config: IngestConfig) -> Run:
    def ingest(*addresses: str, **web: Any) -> Report:
        return job.run(list(addresses), replace(config, web=replace(config.web, **web)))

    return ingest


def held(config: IngestConfig) -> dict[str, Version]:
    """Title -> latest version, of every article in the archive."""
    with Ledger(config.index.data) as ledger:
        ids = [row["latest"] for row in ledger._rows("SELECT latest FROM articles")]
        return {version.title: version for version in ledger.versions_by_id(ids).values()}


def reasons(report: Report) -> dict[str, str | None]:
    return {entry.origin: entry.reason for entry in (*report.failed, *report.skipped)}


# --- a page ---


def test_a_page_goes_in_under_its_address(site: Site, run: Run, config: IngestConfig) -> None:
    site.pages["/talks?utm_source=x"] = article("Baku says no", published="2023-11-16T10:00:00+04:00")
    report = run(site.url("/talks?utm_source=x"))
    assert (report.counts["new"], report.exit_code) == (1, 0)
    version = held(config)["Baku says no"]
    assert version.published == "2023-11-16T10:00:00+04:00"
    with Ledger(config.index.data) as ledger:
        found = ledger.article(version.article)
        assert found is not None
        assert found.url == site.url("/talks?utm_source=x")
    site.pages["/talks"] = site.pages["/talks?utm_source=x"]
    assert run(site.url("/talks")).counts["duplicate"] == 1


def test_the_canonical_address_counts_where_it_is_of_the_same_site(
    site: Site, run: Run, config: IngestConfig
) -> None:
    site.pages |= {
        "/own": article("Baku says no", head='<link rel="canonical" href="https://courier.example/talks">'),
        "/other": article(
            "Yerevan waits", "Ani Petrosyan", head='<link rel="canonical" href="https://elsewhere.example/x">'
        ),
    }
    run(site.url("/own"), site.url("/other"))
    with Ledger(config.index.data) as ledger:
        urls = {v.title: ledger.article(v.article).url for v in held(config).values()}  # type: ignore[union-attr]
    assert urls == {"Baku says no": "https://courier.example/talks", "Yerevan waits": site.url("/other")}


def test_what_has_not_changed_is_unchanged_by_304_and_by_hash(site: Site, run: Run) -> None:
    async def conditional(request: Request, writer: asyncio.StreamWriter) -> None:
        is_known = request.headers.get("if-none-match") == '"1"'
        reply = Reply(b"", 304) if is_known else Reply(article("Baku says no"), headers={"ETag": '"1"'})
        writer.write(wire(reply))
        await writer.drain()

    site.pages |= {"/a": conditional, "/b": article("Yerevan waits", "Ani Petrosyan")}
    assert run(site.url("/a"), site.url("/b")).counts["new"] == 2
    report = run(site.url("/a"), site.url("/b"))
    assert report.counts["unchanged"] == report.articles == 2
    assert site.asked("/a")[1].headers["if-none-match"] == '"1"'


def test_an_archive_that_lacks_the_article_asks_for_the_whole_page(
    site: Site, run: Run, config: IngestConfig
) -> None:
    site.pages["/a"] = Reply(article("Baku says no"), headers={"ETag": '"1"'})
    run(site.url("/a"))
    for file in config.index.data.glob("ledger.sqlite*"):
        file.unlink()
    assert run(site.url("/a")).counts["new"] == 1
    assert "if-none-match" not in site.asked("/a")[1].headers


def test_a_page_whose_run_was_killed_before_the_commit_is_sent_whole(
    site: Site, run: Run, config: IngestConfig
) -> None:
    site.pages["/a"] = Reply(article("Baku says no"), headers={"ETag": '"1"'})
    run(site.url("/b"))  # makes the ledger
    gathering = Gathering([site.url("/a")], config, Readers(config.max_file_bytes))
    assert any(gathering.records())  # fetched, and never taken in
    assert run(site.url("/a")).counts["new"] == 1
    assert [request.headers.get("if-none-match") for request in site.asked("/a")] == [None, None]


def test_a_correction_is_a_new_version_and_a_page_that_is_gone_stays(
    site: Site, run: Run, config: IngestConfig
) -> None:
    site.pages["/a"] = article("Baku says no")
    run(site.url("/a"))
    site.pages["/a"] = article("Baku says no", "Jeyhun Bayramov")
    assert run(site.url("/a")).counts["changed"] == 1
    site.pages["/a"] = Reply("", 410)
    report = run(site.url("/a"))
    assert reasons(report) == {site.url("/a"): "answered 410: the page is gone"}
    assert report.exit_code == 1
    assert "Jeyhun Bayramov" in held(config)["Baku says no"].text


def test_a_page_without_an_article_names_its_feeds(site: Site, run: Run) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
    site.pages |= {
        "/": article("Caspian Courier", head=link),
        "/menu": f"<html><head>{link}</head><body><a href=/x>World</a></body></html>",
        "/bare": "<html><body><a href=/x>World</a></body></html>",
    }
    report = run(site.url("/"), site.url("/menu"), site.url("/bare"))
    hint = f"it links a feed: dateline ingest {site.url('/feed.xml')}"
    found = reasons(report)
    assert found[site.url("/")] == f"a site's front page, no article; {hint}"
    assert (found[site.url("/menu")] or "").endswith(hint)
    assert "feed" not in (found[site.url("/bare")] or "")
    assert report.counts["failed"] == 3


def test_a_wrong_content_type_does_not_hide_an_article_or_a_feed(site: Site, run: Run) -> None:
    feed = rss(item(site.url("/b"), "Yerevan waits"))
    site.pages |= {
        "/a": Reply(article("Baku says no"), headers={"Content-Type": "application/octet-stream"}),
        "/feed": Reply(feed.body, headers={"Content-Type": "text/html"}),
        "/b": article("Yerevan waits", "Ani Petrosyan"),
        "/png": Reply(b"\x89PNG\r\n\x1a\n\0\0\0", headers={"Content-Type": "text/html"}),
    }
    report = run(site.url("/a"), site.url("/feed"), site.url("/png"))
    assert report.counts["new"] == 2
    assert reasons(report) == {site.url("/png"): "not text: PNG image"}


def test_every_failure_is_named_and_the_rest_goes_in(
    site: Site, run: Run, names: dict[str, list[str]]
) -> None:
    names["inside.example"] = ["10.0.0.1"]
    site.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /shut",
        "/loop": Reply("", 302, {"Location": "/loop"}),
        "/large": "x" * 2_000_000,
        "/a": article("Baku says no"),
    }
    wanted = {
        site.url("/shut"): "robots.txt of courier.example forbids it",
        site.url("/none"): "answered 404: no such page",
        site.url("/loop"): "redirected more than 5 times",
        site.url("/large"): "larger than 1 MiB (WEB_MAX_MIB)",
        "http://inside.example/a": "leads to a private address (10.0.0.1); allow it with WEB_ALLOW_PRIVATE",
        "https://unknown.example/a": "no host unknown.example is known",
        "http://…@courier.example/a": "an address that holds a user name or password: write it without",
    }
    typed = (name.replace("…", "me:pw") for name in wanted)
    report = run(*typed, site.url("/a"))
    assert reasons(report) == wanted
    assert (report.counts["new"], report.exit_code) == (1, 3)


# --- a feed ---


def test_a_feed_brings_full_texts_itself_and_pages_for_summaries(
    site: Site, run: Run, config: IngestConfig
) -> None:
    full = f"<content:encoded><![CDATA[{story('Baku says no', 'Aykhan Hajizade')}]]></content:encoded>"
    site.pages |= {
        "/feed": rss(
            item(site.url("/full"), "Baku says no", full),
            item(site.url("/summary"), "Yerevan waits", "<dc:creator>Lusine Adamyan</dc:creator>"),
        ),
        "/summary": article("Yerevan waits", "Ani Petrosyan"),
    }
    report = run(site.url("/feed"))
    assert (report.counts["new"], report.exit_code) == (2, 0)
    assert not site.asked("/full")
    articles = held(config)
    assert "walked there from the station" in articles["Baku says no"].text
    # The page gives neither day nor author; the feed does.
    waits = articles["Yerevan waits"]
    assert (waits.published, waits.author) == ("2023-11-16T10:00:00+04:00", "Lusine Adamyan")
    again = run(site.url("/feed"))
    assert again.counts["unchanged"] == again.articles == 2
    assert len(site.asked("/summary")) == 1


def test_what_the_page_says_counts_for_more_than_the_feed(site: Site, run: Run, config: IngestConfig) -> None:
    site.pages |= {
        "/feed": rss(item(site.url("/a"), "Shouted headline!", day="Fri, 17 Nov 2023 10:00:00 GMT")),
        "/a": article("Baku says no", published="2023-11-16T08:00:00+00:00"),
    }
    run(site.url("/feed"))
    assert held(config)["Baku says no"].published == "2023-11-16T08:00:00+00:00"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<content:encoded>In short, the first words of it, and then …</content:encoded>",
        f"<content:encoded><![CDATA[{story('X', 'Y')}<p>… <a>Continue reading</a></p>]]></content:encoded>",
    ],
    ids=["none", "short", "cut off"],
)
def test_a_feed_with_less_than_the_article_has_its_page_fetched(site: Site, run: Run, content: str) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no", content)), "/a": article("Baku says no")}
    assert run(site.url("/feed")).counts["new"] == 1
    assert site.asked("/a")


def test_a_feed_that_breaks_off_gives_what_came_before(site: Site, run: Run) -> None:
    whole = rss(item(site.url("/a"), "Baku says no"), item(site.url("/b"), "Yerevan waits"))
    body = str(whole.body)
    site.pages |= {
        "/feed": Reply(body[: body.rindex("<pubDate>")], headers=whole.headers),
        "/no-feed": Reply("<?xml version='1.0'?><rss><channel><item><title>x</tit", headers=whole.headers),
        "/a": article("Baku says no"),
    }
    report = run(site.url("/feed"), site.url("/no-feed"))
    assert report.counts["new"] == 1
    assert set(reasons(report)) == {site.url("/feed"), site.url("/no-feed")}


def test_an_entry_that_changes_in_the_feed_is_fetched_again(site: Site, run: Run) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no")), "/a": article("Baku says no")}
    run(site.url("/feed"))
    site.pages |= {
        "/feed": rss(item(site.url("/a"), "Baku says no again")),
        "/a": article("Baku says no", "Jeyhun Bayramov"),
    }
    assert run(site.url("/feed")).counts["changed"] == 1


def test_a_page_is_looked_at_again_after_a_day_though_the_feed_says_nothing(
    site: Site, run: Run, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no")), "/a": article("Baku says no")}
    run(site.url("/feed"))
    site.pages["/a"] = article("Baku says no", "Jeyhun Bayramov")
    now = known.time()
    for days, changed in ((0.5, 0), (1.5, 1)):
        monkeypatch.setattr(known, "time", lambda days=days: now + days * 24 * 3600)
        assert run(site.url("/feed")).counts["changed"] == changed


# --- sitemaps ---


def test_a_news_sitemap_gives_the_dates_and_titles_that_pages_lack(
    site: Site, run: Run, config: IngestConfig
) -> None:
    news = (
        "<news:news><news:publication><news:name>Caspian Courier</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2023-11-16T10:00:00+04:00</news:publication_date>"
        "<news:title>Baku says no</news:title></news:news>"
    )
    site.pages |= {
        "/news.xml": sitemap(f"<loc>{site.url('/a')}</loc>{news}"),
        "/a": article("Baku says no"),
    }
    assert run(site.url("/news.xml")).counts["new"] == 1
    version = held(config)["Baku says no"]
    assert (version.publisher, version.published) == ("Caspian Courier", "2023-11-16T10:00:00+04:00")


def test_sitemaps_within_sitemaps_are_followed_packed_or_not_and_never_in_a_circle(
    site: Site, run: Run
) -> None:
    inner = sitemap(f"<loc>{site.url('/a')}</loc>")
    index = sitemap(
        *(f"<loc>{site.url(path)}</loc>" for path in ("/index.xml", "/inner.xml.gz", "/none.xml")),
        root="sitemapindex",
        entry="sitemap",
    )
    site.pages |= {
        "/index.xml": index,
        "/inner.xml.gz": Reply(
            gzip.compress(str(inner.body).encode()), headers={"Content-Type": "application/gzip"}
        ),
        "/a": article("Baku says no"),
    }
    report = run(site.url("/index.xml"))
    assert report.counts["new"] == 1
    assert reasons(report) == {site.url("/none.xml"): "answered 404: no such page"}
    assert len(site.asked("/index.xml")) == 1


def listing(site: Site, days: int) -> Reply:
    return sitemap(
        *(f"<loc>{site.url(f'/{d}')}</loc><lastmod>2023-11-{d:02}</lastmod>" for d in range(1, days + 1))
    )


def test_of_a_long_sitemap_the_newest_are_taken_and_the_rest_is_counted(site: Site, run: Run) -> None:
    site.pages["/sitemap.xml"] = listing(site, 28)
    site.pages |= {f"/{d}": article(f"Day {d} of the talks") for d in range(1, 29)}
    report = run(site.url("/sitemap.xml"), max_pages=3)
    assert {r.path for r in site.requests} == {"/robots.txt", "/sitemap.xml", "/28", "/27", "/26"}
    remark = "lists 25 more than the newest 3, which were looked at (WEB_MAX_PAGES)"
    assert reasons(report)[site.url("/sitemap.xml")] == remark


def test_since_leaves_out_what_is_older(site: Site, run: Run) -> None:
    site.pages["/sitemap.xml"] = listing(site, 28)
    run(site.url("/sitemap.xml"), since="2023-11-27")
    assert {r.path for r in site.requests} == {"/robots.txt", "/sitemap.xml", "/28", "/27"}


@pytest.mark.slow
def test_a_sitemap_of_a_hundred_thousand_is_capped(site: Site, run: Run) -> None:
    urls = (f"<loc>{site.url(f'/{n}')}</loc>" for n in range(100_000))
    site.pages["/sitemap.xml"] = sitemap(*urls)
    report = run(site.url("/sitemap.xml"), max_pages=10, max_bytes=50 * 1024 * 1024)
    assert (reasons(report)[site.url("/sitemap.xml")] or "").startswith("lists 99,990 more")
    assert len(site.requests) == 12


# --- how ---


def test_records_can_be_read_in_another_process(site: Site, config: IngestConfig) -> None:
    site.pages |= {
        "/feed": rss(
            item(site.url("/a"), "Baku says no"),
            item(site.url("/b"), "B", f"<content:encoded><![CDATA[{story('B', 'C')}]]></content:encoded>"),
        ),
        "/a": article("Baku says no"),
    }
    gathering = Gathering([site.url("/feed")], config, Readers(config.max_file_bytes))
    records = [record for record in gathering.records() if record is not None]
    assert len(records) == 2
    assert {pickle.loads(pickle.dumps(record)).read().title for record in records} == {"Baku says no", "B"}


def test_a_host_gets_its_pause_between_two_pages(site: Site, run: Run) -> None:
    at: list[float] = []

    async def notes_when(_request: Request, writer: asyncio.StreamWriter) -> None:
        at.append(monotonic())
        writer.write(wire(Reply(article("Baku says no"))))
        await writer.drain()

    site.pages |= {"/robots.txt": "User-agent: *\nCrawl-delay: 0.3", "/a": notes_when, "/b": notes_when}
    run(site.url("/a"), site.url("/b"), delay=0.1)
    assert at[1] - at[0] > 0.25


def test_hosts_are_fetched_from_at_the_same_time(site: Site, run: Run) -> None:
    both = threading.Barrier(2, timeout=5)

    async def meets_the_other(_request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(both.wait)
        writer.write(wire(Reply(article("Baku says no"))))
        await writer.drain()

    site.pages |= {"/a": meets_the_other}
    report = run(site.url("/a"), site.url("/a", "mirror.example"))
    assert not report.failed


def test_an_interrupt_while_the_network_is_waited_for_keeps_what_came(
    site: Site, run: Run, config: IngestConfig
) -> None:
    async def hangs(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)  # the other page has been read by then, on a slow machine too
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(30)

    site.pages |= {"/a": article("Baku says no"), "/b": hangs}
    report = run(site.url("/a"), site.url("/b"), timeout=30.0)
    assert report.stopped == "SIGINT received"
    assert list(held(config)) == ["Baku says no"]


def test_nothing_of_an_articles_words_or_address_is_kept_beside_the_ledger(
    site: Site, run: Run, config: IngestConfig
) -> None:
    path = "/baku-says-no-to-talks-in-washington-over-a-bill"
    site.pages |= {"/feed": rss(item(site.url(path), "Baku says no")), path: article("Baku says no")}
    run(site.url("/feed"))
    kept = b"".join(file.read_bytes() for file in config.index.data.glob("web.sqlite*"))
    assert kept
    assert b"washington" not in kept.lower()


def test_a_damaged_state_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "web.sqlite").write_bytes(b"no database at all" * 100)
    state = WebState(tmp_path)
    assert state.page("https://courier.example/a") is None
    state.close()
