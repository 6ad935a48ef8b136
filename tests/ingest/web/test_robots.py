from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from time import monotonic, time

import pytest
from yarl import URL

from ingest.web.errors import WebError
from ingest.web.pace import Pace
from ingest.web.robots import Robots
from ingest.web.state import RobotsState, WebState

from .conftest import Reply, Site, article, fetched

PAGE = article("Baku says no")


def refused(tmp_path: Path, url: str) -> str:
    with pytest.raises(WebError) as caught:
        fetched(tmp_path, url)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nAllow: /", "/a", True),
        ("User-agent: dateline\nDisallow: /", "/a", False),
        ("User-agent: otherbot\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /news\nAllow: /news/open", "/news/open/1", True),
        ("User-agent: *\nAllow: /\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("<html>not found, but 200</html>", "/a", True),
    ],
)
def test_the_longest_rule_for_our_name_decides(
    site: Site, tmp_path: Path, rules: str, path: str, allowed: bool
) -> None:
    site.pages |= {"/robots.txt": rules, path: PAGE}
    if allowed:
        assert fetched(tmp_path, site.url(path)).data
    else:
        assert refused(tmp_path, site.url(path)) == "robots.txt of courier.example forbids it"
        assert not site.asked(path)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_a_robots_txt_forbids_nothing(site: Site, tmp_path: Path, status: int) -> None:
    site.pages |= {"/robots.txt": Reply("", status), "/a": PAGE}
    assert fetched(tmp_path, site.url("/a")).data


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Site, tmp_path: Path, status: int) -> None:
    site.pages |= {"/robots.txt": Reply("", status), "/a": PAGE}
    reason = f"robots.txt of courier.example can't be had (answered {status})"
    assert refused(tmp_path, site.url("/a")) == f"{reason}; until it can, nothing is fetched there"
    assert not site.asked("/a")


def test_a_robots_txt_is_followed_through_redirects_and_kept_for_a_day(site: Site, tmp_path: Path) -> None:
    site.pages |= {
        "/robots.txt": Reply("", 301, {"Location": site.url("/rules", "mirror.example")}),
        "/rules": "User-agent: *\nDisallow: /b",
        "/a": PAGE,
    }
    assert fetched(tmp_path, site.url("/a")).data
    assert "forbids" in refused(tmp_path, site.url("/b"))
    assert len(site.asked("/robots.txt")) == 1


def test_an_older_copy_serves_while_there_is_no_newer_one(site: Site, tmp_path: Path) -> None:
    state = WebState(tmp_path / "web")
    rules = b"User-agent: *\nDisallow: /b"
    state.put_robots(site.url(""), RobotsState(rules, 200, time() - 3 * 24 * 3600))
    state.close()
    site.pages |= {"/robots.txt": Reply("", 503), "/a": PAGE, "/b": PAGE}
    assert fetched(tmp_path, site.url("/a")).data
    assert "forbids" in refused(tmp_path, site.url("/b"))


def test_a_robots_txt_of_any_length_is_read_to_a_limit(site: Site, tmp_path: Path) -> None:
    long = "User-agent: *\nDisallow: /b\n" + "# and so on\n" * 200_000
    site.pages |= {"/robots.txt": long, "/a": PAGE}
    assert fetched(tmp_path, site.url("/a")).data
    assert "forbids" in refused(tmp_path, site.url("/b"))


def test_the_rules_of_every_site_on_the_way_hold(site: Site, tmp_path: Path) -> None:
    site.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /shut",
        "/a": Reply("", 302, {"Location": site.url("/shut", "mirror.example")}),
    }
    assert refused(tmp_path, site.url("/a")) == "robots.txt of mirror.example forbids it"


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [("Crawl-delay: 7.5", 7.5), ("Request-rate: 1/30", 30.0), ("Crawl-delay: soon", 0.0), ("", 0.0)],
)
def test_a_site_says_how_often_it_may_be_asked(tmp_path: Path, rules: str, seconds: float) -> None:
    async def fetch(_url: URL) -> tuple[int, bytes]:
        return 200, f"User-agent: *\nDisallow: /x\n{rules}".encode()

    state = WebState(tmp_path)
    assert asyncio.run(Robots(fetch, state).delay(URL("https://courier.example/a"))) == seconds
    state.close()


def test_a_host_is_asked_one_request_at_a_time_with_a_pause_and_others_meanwhile() -> None:
    began: list[tuple[str, float]] = []
    running: set[str] = set()

    async def one(pace: Pace, host: str) -> None:
        async with pace.turn(host, 0.2):
            assert host not in running
            running.add(host)
            began.append((host, monotonic()))
            await asyncio.sleep(0.01)
            running.remove(host)

    async def all_of_them() -> None:
        pace = Pace(8, lambda host: 0.0)
        await asyncio.gather(*(one(pace, host) for host in ["a", "a", "a", "b"]))

    asyncio.run(all_of_them())
    at = [when for host, when in began if host == "a"]
    assert [host for host, _ in began[:2]] == ["a", "b"]
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(at))


def test_a_host_that_asks_for_an_hour_is_not_waited_for() -> None:
    async def ask() -> None:
        pace = Pace(1, lambda host: 0.0)
        pace.pause("a", 3600)
        async with pace.turn("a", 0):
            pass

    with pytest.raises(WebError, match="a asks for 3,600 s before the next request"):
        asyncio.run(ask())
