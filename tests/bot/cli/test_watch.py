from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .conftest import Run

PAGE = """<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>BAKU, Nov 16 - Azerbaijan will not attend talks in Washington, the foreign ministry said on Thursday,
citing remarks by a senior official that it called one-sided and unacceptable.</p>
<p>The meeting had been planned for Monday, between the foreign ministers of both countries, who have
spoken twice this year. {who} said that the other side was still ready to send a delegation.</p>
</article></body></html>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which it is served."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WEB_ALLOW_PRIVATE", "127.0.0.0/8")
    monkeypatch.setenv("WEB_DELAY", "0")
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def put(site: tuple[Path, str]) -> None:
    """Two articles, and a feed that lists one of them."""
    folder, url = site
    (folder / "a.html").write_text(PAGE.format(title="Baku says no", who="A spokesman"))
    (folder / "b.html").write_text(PAGE.format(title="Yerevan waits", who="Ani Petrosyan"))
    (folder / "feed.xml").write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Caspian Courier</title><item>'
        f"<title>Baku says no</title><link>{url}/a.html</link></item></channel></rss>"
    )


def test_an_address_is_taken_in_and_left_alone_when_it_is_unchanged(run: Run, site: tuple[Path, str]) -> None:
    put(site)
    ran = run("ingest", f"{site[1]}/b.html", f"{site[1]}/feed.xml")
    assert ran.code == 0, ran.err
    assert "2 new" in ran.out
    ran = run("ingest", f"{site[1]}/b.html", f"{site[1]}/feed.xml")
    assert ran.out.startswith("Nothing changed: all 2 articles are in the archive as they are.\n")


def test_an_address_that_brings_nothing_is_named_with_the_reason(run: Run, site: tuple[Path, str]) -> None:
    ran = run("ingest", f"{site[1]}/none.html")
    assert ran.code == 1
    assert f"{site[1]}/none.html" in ran.out
    assert "answered 404: no such page" in ran.out


def test_private_addresses_are_refused_by_default(
    run: Run, site: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site)
    monkeypatch.delenv("WEB_ALLOW_PRIVATE")
    ran = run("ingest", f"{site[1]}/a.html")
    assert ran.code == 1
    assert "leads to a loopback address (127.0.0.1); allow it with WEB_ALLOW_PRIVATE" in ran.out


def test_feeds_are_looked_at_once_for_cron(run: Run, site: tuple[Path, str], tmp_path: Path) -> None:
    put(site)
    (tmp_path / "feeds.txt").write_text(f"# ours\n{site[1]}/feed.xml\n")
    ran = run("watch", "feeds.txt", "--once")
    assert ran.code == 0, ran.err
    (line,) = ran.out.splitlines()
    assert line[5:].startswith("  new: Baku says no")
    ran = run("watch", "feeds.txt", "--once")
    assert (ran.code, ran.out) == (0, "")


def test_a_feed_that_is_down_is_exit_1_and_one_of_two_is_3(
    run: Run, site: tuple[Path, str], tmp_path: Path
) -> None:
    put(site)
    (tmp_path / "feeds.txt").write_text(f"{site[1]}/none.xml\n")
    assert run("watch", "feeds.txt", "--once").code == 1
    (tmp_path / "feeds.txt").write_text(f"{site[1]}/nor-this.xml\n{site[1]}/feed.xml\n")
    assert run("watch", "feeds.txt", "--once").code == 3


def test_a_list_that_is_not_there_is_a_sentence(run: Run) -> None:
    ran = run("watch", "feeds.txt", "--once")
    assert ran.code == 1
    assert ran.err == "dateline: feeds.txt can't be read: No such file or directory.\n"
