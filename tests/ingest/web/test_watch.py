from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.ledger import Ledger, Writer
from ingest import job
from ingest.config import IngestConfig
from ingest.web import crawl, known, watch
from ingest.web.feedlist import FeedListError, read_list
from ingest.web.state import WebState
from ingest.web.watch import Watch

from .conftest import Reply, Site, article, item, rss, sitemap, story

Look = Callable[..., list[str]]


@pytest.fixture
def feeds(tmp_path: Path, site: Site) -> Path:
    file = tmp_path / "feeds.txt"
    file.write_text(f"# ours\n{site.url('/feed')}\n", encoding="utf-8")
    return file


@pytest.fixture
def look(feeds: Path, config: IngestConfig) -> Look:
    """Looks at the feeds once; the lines said."""

    def once(**options: Any) -> list[str]:
        said: list[str] = []
        Watch(feeds, config, said.append, once=True, **options).run()
        return said

    return once


def runs(config: IngestConfig) -> int:
    with Ledger(config.index.data) as ledger:
        found = ledger.last_run()
        return int(found["id"]) if found else 0


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Puts the clock forward for what watches and crawls."""
    from time import time

    monkeypatch.setattr(watch, "time", lambda: time() + seconds)
    monkeypatch.setattr(known, "time", lambda: time() + seconds)


def test_what_is_new_comes_in_and_is_said_and_nothing_else_is_asked_for(
    site: Site, look: Look, config: IngestConfig
) -> None:
    site.pages |= {
        "/feed": rss(item(site.url("/a"), "Baku says no")),
        "/a": article("Baku says no"),
        "/b": article("Yerevan waits", "Ani Petrosyan"),
    }
    (line,) = look()
    assert line.startswith("new: Baku says no")
    assert look() == []
    assert runs(config) == 1  # nothing new: the writer was not even asked for
    site.pages["/feed"] = rss(item(site.url("/b"), "Yerevan waits"), item(site.url("/a"), "Baku says no"))
    (line,) = look()
    assert line.startswith("new: Yerevan waits")
    assert len(site.asked("/a")) == 1


def test_a_feeds_own_texts_come_in_once(site: Site, look: Look, config: IngestConfig) -> None:
    full = f"<content:encoded><![CDATA[{story('Baku says no', 'Aykhan')}]]></content:encoded>"
    site.pages["/feed"] = rss(item(site.url("/a"), "Baku says no", full))
    assert len(look()) == 1
    assert look() == []
    assert runs(config) == 1


def test_a_feed_that_has_not_changed_is_asked_for_by_its_validators(site: Site, look: Look) -> None:
    feed = rss(item(site.url("/a"), "Baku says no"))
    site.pages |= {"/feed": Reply(feed.body, headers={**feed.headers, "ETag": '"1"'}), "/a": article("Baku")}
    look()
    site.pages["/feed"] = Reply(b"", 304)
    assert look() == []
    assert site.asked("/feed")[1].headers["if-none-match"] == '"1"'


def test_a_page_that_failed_is_tried_again_though_its_feed_stays_the_same(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = rss(item(site.url("/a"), "Baku says no"))
    site.pages |= {"/feed": Reply(feed.body, headers={**feed.headers, "ETag": '"1"'}), "/a": Reply("", 500)}
    (line,) = look()
    assert line == f"failed: {site.url('/a')}: answered 500"
    assert look() == []  # it waits, and the failure is told once
    assert len(site.asked("/a")) == 1
    assert "if-none-match" not in site.asked("/feed")[1].headers
    later(monkeypatch, 3600)
    assert look() == []
    assert len(site.asked("/a")) == 2
    site.pages["/a"] = article("Baku says no")
    later(monkeypatch, 3 * 3600)
    assert look()[0].startswith("new: Baku says no")


def test_a_page_that_is_not_there_is_told_once_and_not_asked_for_again(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/feed"] = rss(item(site.url("/a"), "Baku says no"))
    assert look() == [f"failed: {site.url('/a')}: answered 404: no such page"]
    later(monkeypatch, 7 * 24 * 3600)
    assert look() == []
    assert len(site.asked("/a")) == 1


def test_a_feed_that_is_down_is_told_once_left_alone_longer_and_told_when_it_is_back(
    site: Site, look: Look, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {
        "/feed": Reply("", 500),
        "/other": rss(item(site.url("/a"), "Baku")),
        "/a": article("Baku no"),
    }
    feeds.write_text(f"{site.url('/feed')}\n{site.url('/other')}\n")
    said = look()
    assert f"down: {site.url('/feed')}: answered 500" in said
    assert any(line.startswith("new: ") for line in said)  # the other feed is none the worse for it
    assert look() == ["1 feed that failed before not asked again yet"]
    later(monkeypatch, 20 * 60)
    assert look() == []
    later(monkeypatch, 40 * 60)
    assert look() == ["1 feed that failed before not asked again yet"]  # twice as long now
    site.pages["/feed"] = rss(item(site.url("/b"), "Yerevan waits"))
    site.pages["/b"] = article("Yerevan waits", "Ani Petrosyan")
    later(monkeypatch, 90 * 60)
    said = look()
    assert f"back: {site.url('/feed')}, after 2 looks" in said


def test_a_feed_that_asks_for_a_pause_gets_it(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/feed"] = Reply("", 429, {"Retry-After": "36000"})
    look()
    later(monkeypatch, 8 * 3600)
    assert look() == ["1 feed that failed before not asked again yet"]


def test_a_host_that_asks_for_a_pause_gets_it_for_all_its_pages_in_later_looks_too(
    site: Site, look: Look, feeds: Path
) -> None:
    site.pages |= {
        "/feed": rss(item(site.url("/a"), "Baku")),
        "/a": Reply("", 429, {"Retry-After": "7200"}),
        "/other": rss(item(site.url("/b"), "Yerevan")),
        "/b": article("Yerevan waits"),
    }
    look()
    feeds.write_text(f"{site.url('/other')}\n")
    said = look()
    assert said[0].startswith(f"down: {site.url('/other')}: courier.example asks for 7,")
    assert site.asked("/other") == site.asked("/b") == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (article("Baku says no"), "neither a feed nor a sitemap"),
        ("<?xml version='1.0'?><rss><channel>", ""),
        ("", ""),
    ],
)
def test_what_is_no_feed_is_down(site: Site, look: Look, body: str, reason: str) -> None:
    site.pages["/feed"] = body
    (line,) = look()
    assert line.startswith(f"down: {site.url('/feed')}: {reason}")


def test_a_sitemap_is_watched_like_a_feed(site: Site, look: Look) -> None:
    site.pages |= {
        "/feed": sitemap(f"<loc>{site.url('/a')}</loc><lastmod>2023-11-16</lastmod>"),
        "/a": article("Baku says no"),
    }
    assert len(look()) == 1
    assert look() == []
    site.pages |= {
        "/feed": sitemap(f"<loc>{site.url('/a')}</loc><lastmod>2023-11-17</lastmod>"),
        "/a": article("Baku says no", "Jeyhun Bayramov"),
    }
    assert look()[0].startswith("changed: Baku says no")


def test_a_correction_that_could_not_be_fetched_is_not_forgotten(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no")), "/a": article("Baku says no")}
    look()
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no (corrected)")), "/a": Reply("", 500)}
    assert look() == [f"failed: {site.url('/a')}: answered 500"]
    site.pages["/a"] = article("Baku says no", "Jeyhun Bayramov")
    later(monkeypatch, 3600)
    assert look()[0].startswith("changed: Baku says no")


def test_of_a_watched_index_only_sitemaps_that_may_have_changed_are_fetched(site: Site, look: Look) -> None:
    site.pages |= {
        "/feed": sitemap(
            f"<loc>{site.url('/old.xml')}</loc><lastmod>2023-11-16</lastmod>",
            f"<loc>{site.url('/new.xml')}</loc><lastmod>2123-11-16</lastmod>",
            root="sitemapindex",
            entry="sitemap",
        ),
        "/old.xml": sitemap(f"<loc>{site.url('/a')}</loc>"),
        "/new.xml": sitemap(f"<loc>{site.url('/b')}</loc>"),
        "/a": article("Baku says no"),
        "/b": article("Yerevan waits", "Ani Petrosyan"),
    }
    assert len(look()) == 2
    assert look() == []
    assert (len(site.asked("/old.xml")), len(site.asked("/new.xml"))) == (1, 2)


def test_a_page_of_many_articles_comes_in_once(site: Site, look: Look, config: IngestConfig) -> None:
    text = "The ministry said on Thursday that no delegation would travel to the talks next week. " * 3
    two = [{"title": f"Talks {n}", "text": f"{n}. {text}", "url": f"https://x.example/{n}"} for n in (1, 2)]
    page = Reply(json.dumps(two), headers={"Content-Type": "application/json"})
    site.pages |= {"/feed": rss(item(site.url("/list.json"), "Both")), "/list.json": page}
    assert look()
    assert look() == []
    assert len(site.asked("/list.json")) == 1


def test_a_feed_with_very_much_new_is_taken_in_portions(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl, "_AT_ONCE", 2)
    site.pages["/feed"] = rss(*(item(site.url(f"/{n}"), f"Talks, day {n}") for n in range(3)))
    site.pages |= {f"/{n}": article(f"Talks, day {n}", f"Speaker {n}") for n in range(3)}
    assert len(look()) == 2
    assert len(look()) == 1
    assert look() == []


def test_nothing_is_lost_when_the_writing_fails(
    site: Site, look: Look, monkeypatch: pytest.MonkeyPatch, config: IngestConfig
) -> None:
    from index.errors import LedgerError

    feed = rss(item(site.url("/a"), "Baku says no"))
    site.pages |= {
        "/feed": Reply(feed.body, headers={**feed.headers, "ETag": '"1"'}),
        "/a": article("Baku no"),
    }
    right = job.run

    def full(*_: object, **__: object) -> None:
        raise LedgerError("The ledger can't be written: the disk is full.")

    monkeypatch.setattr(job, "run", full)
    assert look() == [
        "1 fetched and not taken in, to be fetched again: The ledger can't be written: the disk is full."
    ]
    monkeypatch.setattr(job, "run", right)
    assert look()[0].startswith("new: ")


def test_another_process_that_writes_is_waited_for(
    site: Site, look: Look, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no")), "/a": article("Baku says no")}
    monkeypatch.setattr(watch, "_BUSY", 0.2)
    held, free = threading.Event(), threading.Event()

    def write() -> None:
        with Writer(config.index.data):
            held.set()
            free.wait(10)

    thread = threading.Thread(target=write)
    thread.start()
    assert held.wait(10)
    threading.Timer(1.0, free.set).start()
    said = look()
    thread.join()
    assert said[0].startswith("1 fetched and waiting: Another Dateline process")
    assert said[1].startswith("new: ")
    assert len(said) == 2


def test_it_goes_on_until_it_is_told_to_stop_and_reads_the_list_again(
    site: Site, feeds: Path, config: IngestConfig
) -> None:
    site.pages |= {
        "/feed": rss(item(site.url("/a"), "Baku says no")),
        "/more": rss(item(site.url("/b"), "Yerevan waits")),
        "/a": article("Baku says no"),
        "/b": article("Yerevan waits", "Ani Petrosyan"),
    }
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("new: Baku"):
            feeds.write_text(f"{site.url('/feed')}\n{site.url('/more')}\nnonsense\n")
        if line.startswith("new: Yerevan"):
            feeds.unlink()
        if "can't be read" in line:
            os.kill(os.getpid(), signal.SIGTERM)

    assert Watch(feeds, config, say).run() == 0
    assert "feeds.txt: not an address, passed over: line 3: nonsense" in said
    assert "feeds.txt has changed: 2 feeds" in said
    assert said[-2].endswith("No such file or directory. The 2 feeds of before are watched on.")
    assert said[-1] == "stopped: SIGTERM received"


def test_a_disk_that_is_full_for_a_while_is_told_once_and_waited_for(
    site: Site, feeds: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/feed": rss(item(site.url("/a"), "Baku says no")), "/a": article("Baku says no")}
    monkeypatch.setattr(watch, "_PAUSE", 0.0)
    right, tries = watch.WebState, []

    def full(*where: Any) -> WebState:
        tries.append(where)
        if len(tries) < 4:
            raise sqlite3.OperationalError("database or disk is full")
        return right(*where)

    monkeypatch.setattr(watch, "WebState", full)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("new: "):
            os.kill(os.getpid(), signal.SIGINT)

    Watch(feeds, config, say).run()
    data = config.index.data
    assert said[0] == f"{data} can't be written to, and is tried again: database or disk is full"
    assert [line.partition(":")[0] for line in said[1:]] == ["new", "stopped"]


def test_a_feed_that_brings_much_is_looked_at_more_often(
    site: Site, feeds: Path, config: IngestConfig
) -> None:
    from ingest.web.gather import FeedResult
    from ingest.web.state import FeedState

    watching = Watch(feeds, config, print, every=900)
    busy, quiet = FeedResult(fresh=3), FeedResult()
    assert watching._interval(FeedState(), busy) < 900 < watching._interval(FeedState(), quiet)
    assert watching._interval(FeedState(interval=300), busy) == 300
    assert watching._interval(FeedState(interval=7200), quiet) == 7200
    assert watching._interval(FeedState(), FeedResult(fresh=3, ttl=3600)) == 3600


# --- the list ---


def test_a_list_has_an_address_a_line_and_comments(tmp_path: Path) -> None:
    file = tmp_path / "feeds.txt"
    file.write_text(
        "\ufeff# ours\nhttps://courier.example/feed  # daily\n\nhttps://courier.example/feed\n"
        "https://kura.example/#news\nnot one\n",
        encoding="utf-8",
    )
    assert read_list(file) == (
        ["https://courier.example/feed", "https://kura.example/#news"],
        ["line 6: not one"],
    )


def test_a_list_may_be_opml(tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><body><outline text="News">'
        '<outline type="rss" text="Courier" xmlUrl="https://courier.example/feed"/>'
        '<outline text="Broken" xmlUrl="nowhere"/></outline></body></opml>'
    )
    assert read_list(file) == (["https://courier.example/feed"], ["outline nowhere"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# nothing yet\n", "names no feed"),
        ("<opml><body>", "is neither a list of addresses nor OPML"),
        ('<!DOCTYPE opml [<!ENTITY a "aaaa">]><opml>&a;</opml>', "declares a document type"),
    ],
)
def test_a_list_of_no_use_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "feeds.txt"
    file.write_text(text)
    with pytest.raises(FeedListError, match=reason):
        read_list(file)
    with pytest.raises(FeedListError, match=r"missing\.txt can't be read"):
        read_list(tmp_path / "missing.txt")
