from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from ingest.encoding import decode
from ingest.web.errors import WebError
from ingest.web.fetch import Client, Validators
from ingest.web.state import WebState

from .conftest import WEB, Misbehaviour, Reply, Request, Site, article, fetched, gzipped, wire

PAGE = article("Baku says no")


def refused(tmp_path: Path, url: str, **changes: object) -> str:
    """The reason for which nothing is fetched."""
    with pytest.raises(WebError) as caught:
        fetched(tmp_path, url, **changes)
    return str(caught.value)


def sends(*parts: bytes, every: float = 0.0, again: bool = False, reset: bool = False) -> Misbehaviour:
    """Writes `parts` with `every` seconds between, for ever with `again`, then ends or resets."""

    async def write(_request: Request, writer: asyncio.StreamWriter) -> None:
        while True:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(every)
            if not again:
                break
        if reset:
            writer.transport.abort()

    return write


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


# --- asking ---


def test_a_page_is_asked_for_once_by_get_under_an_honest_name(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = PAGE
    page = fetched(tmp_path, site.url("/a"))
    assert page.data == PAGE.encode()
    assert [(r.method, r.path) for r in site.requests] == [("GET", "/robots.txt"), ("GET", "/a")]
    agent = site.requests[1].headers["user-agent"]
    assert agent.startswith("dateline/")
    assert agent.endswith(" (+desk@x.example)")


def test_what_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = Reply(PAGE, headers={"ETag": '"7"', "Last-Modified": "Thu, 16 Nov 2023 10:00:00 GMT"})
    given = fetched(tmp_path, site.url("/a")).validators
    assert given == Validators('"7"', "Thu, 16 Nov 2023 10:00:00 GMT")
    site.pages["/a"] = Reply(b"", 304)
    assert fetched(tmp_path, site.url("/a"), given).data is None
    headers = site.asked("/a")[1].headers
    assert headers["if-none-match"] == '"7"'
    assert headers["if-modified-since"] == "Thu, 16 Nov 2023 10:00:00 GMT"


def test_a_304_that_nobody_asked_for_is_no_answer(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = Reply(b"", 304)
    assert refused(tmp_path, site.url("/a")) == "answered 304"


def test_a_keep_alive_connection_that_was_closed_is_made_anew(site: Site, tmp_path: Path) -> None:
    async def closes_after(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(wire(Reply("User-agent: *\nAllow: /", headers={"Connection": "keep-alive"})))
        await writer.drain()

    site.pages |= {"/robots.txt": closes_after, "/a": PAGE}
    assert fetched(tmp_path, site.url("/a")).data == PAGE.encode()


# --- time ---


def test_a_server_that_sends_no_header_is_given_up(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/robots.txt": Reply("", 404), "/a": sends(b"", every=30)}
    assert refused(tmp_path, site.url("/a"), timeout=0.4) in (
        "was silent for 0.4 s",
        "took longer than 0.4 s (WEB_TIMEOUT)",
    )


def test_a_body_that_drips_is_given_up_when_the_time_is_over(site: Site, tmp_path: Path) -> None:
    drip = sends(HEAD + b"\r\n", *[b"<p>word</p>"] * 1000, every=0.02)
    site.pages |= {"/robots.txt": Reply("", 404), "/a": drip}
    assert refused(tmp_path, site.url("/a"), timeout=0.6) == "took longer than 0.6 s (WEB_TIMEOUT)"
    assert len(site.asked("/a")) == 1


# --- size ---


def test_a_body_without_end_is_cut_off_at_the_limit(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = sends(HEAD + b"\r\n", *[b"x" * 65536] * 1000, again=True)
    assert refused(tmp_path, site.url("/a")) == "larger than 1 MiB (WEB_MAX_MIB)"


def test_a_length_beyond_the_limit_is_not_even_begun(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = sends(HEAD + b"Content-Length: 99999999\r\n\r\n", every=30)
    assert refused(tmp_path, site.url("/a")) == "larger than 1 MiB (WEB_MAX_MIB)"


def test_a_gzip_bomb_is_stopped_at_the_limit(site: Site, tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 9)
    assert len(bomb) < 100_000
    site.pages["/a"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    assert refused(tmp_path, site.url("/a")) == "larger than 1 MiB (WEB_MAX_MIB)"


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
        ("identity", bytes),
    ],
)
def test_a_packed_body_is_unpacked(
    site: Site, tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    site.pages["/a"] = Reply(pack(PAGE.encode()), headers={"Content-Encoding": encoding})
    assert fetched(tmp_path, site.url("/a")).data == PAGE.encode()


def test_a_gzip_without_its_end_is_a_failure(site: Site, tmp_path: Path) -> None:
    whole = gzipped(PAGE * 50)
    site.pages["/a"] = Reply(bytes(whole.body[:-40]), headers=whole.headers)
    assert refused(tmp_path, site.url("/a")) == "broke off: what was sent is packed, and its end is missing"
    assert len(site.asked("/a")) == 3


def test_bytes_that_are_no_gzip_are_a_failure(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = Reply(PAGE, headers={"Content-Encoding": "gzip"})
    assert refused(tmp_path, site.url("/a")).startswith("damaged on the way: ")


def test_a_packing_that_was_not_asked_for_is_named(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = Reply(PAGE, headers={"Content-Encoding": "br"})
    assert refused(tmp_path, site.url("/a")) == "packed as br, which was not asked for"


# --- what comes ---


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "audio/mpeg"])
def test_pictures_and_sounds_are_named_for_what_they_are(site: Site, tmp_path: Path, kind: str) -> None:
    site.pages["/a"] = Reply(b"\x89PNG", headers={"Content-Type": kind})
    assert refused(tmp_path, site.url("/a")) == f"no article but {kind}"


RUSSIAN = "<p>Переговоры в порту перенесены, сообщили в министерстве.</p>"


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("text/html; charset=koi8-r", RUSSIAN.encode("koi8-r")),
        ("text/html; charset=windows-1251", RUSSIAN.encode()),
        ("text/html; charset=utf-8", b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251")),
        ("text/html; charset=iso-8859-1", b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251")),
        ("text/html; charset=nonsense", RUSSIAN.encode()),
        ("text/html", RUSSIAN.encode()),
    ],
    ids=["header only", "header wrong", "header wrong, page right", "header of any", "unknown", "none"],
)
def test_a_page_is_read_in_its_encoding_whatever_the_header_says(
    site: Site, tmp_path: Path, said: str, body: bytes
) -> None:
    site.pages["/a"] = Reply(body, headers={"Content-Type": said})
    data = fetched(tmp_path, site.url("/a")).data
    assert data is not None
    assert "Переговоры в порту" in decode(data)


@pytest.mark.parametrize(
    ("status", "reason", "times"),
    [
        (404, "answered 404: no such page", 1),
        (410, "answered 410: the page is gone", 1),
        (403, "answered 403", 1),
        (500, "answered 500", 1),
        (503, "answered 503", 3),
        (429, "answered 429", 3),
    ],
)
def test_a_status_is_the_reason_and_a_passing_one_is_tried_again(
    site: Site, tmp_path: Path, status: int, reason: str, times: int
) -> None:
    site.pages["/a"] = Reply("sorry", status)
    assert refused(tmp_path, site.url("/a")) == reason
    assert len(site.asked("/a")) == times


def test_a_server_that_asks_to_wait_is_waited_for(site: Site, tmp_path: Path) -> None:
    async def busy_once(request: Request, writer: asyncio.StreamWriter) -> None:
        is_first = len(site.asked("/a")) == 1
        reply = Reply("", 503, {"Retry-After": "1"}) if is_first else Reply(PAGE)
        writer.write(wire(reply))
        await writer.drain()

    site.pages["/a"] = busy_once
    began = datetime.now(UTC)
    assert fetched(tmp_path, site.url("/a")).data == PAGE.encode()
    assert datetime.now(UTC) - began >= timedelta(seconds=1)


@pytest.mark.parametrize("seconds", [True, False], ids=["seconds", "date"])
def test_a_server_that_asks_for_an_hour_is_left_alone(site: Site, tmp_path: Path, seconds: bool) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(hours=1, seconds=1), usegmt=True)
    site.pages["/a"] = Reply("", 429, {"Retry-After": "3600" if seconds else at})
    reason = refused(tmp_path, site.url("/a"))
    assert reason.startswith("answered 429, and asks to come back in 3,")
    assert len(site.asked("/a")) == 1


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "ended"])
def test_a_connection_that_breaks_off_in_the_body_is_tried_again(
    site: Site, tmp_path: Path, reset: bool
) -> None:
    site.pages["/a"] = sends(HEAD + b"Content-Length: 5000\r\n\r\n", b"<p>Half", reset=reset)
    assert refused(tmp_path, site.url("/a")) == "the connection broke off"
    assert len(site.asked("/a")) >= 3


def test_what_is_no_http_is_named(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/robots.txt": Reply("", 404), "/a": sends(b"220 mail.example ESMTP\r\n\r\n")}
    assert refused(tmp_path, site.url("/a")).startswith("answers with what is no HTTP: ")


def test_headers_of_any_bytes_are_borne(site: Site, tmp_path: Path) -> None:
    site.pages |= {
        "/a": sends(HEAD + b'ETag: "\xff"\r\nSet-Cookie: \xff=;;=\r\nContent-Length: 2\r\n\r\nhi'),
        "/b": sends(HEAD + b"Content-Encoding: \xff\xfe\r\nContent-Length: 2\r\n\r\nhi"),
        "/c": sends(b"HTTP/1.1 302 X\r\nLocation: http://\xff\xfe:1/\r\nContent-Length: 0\r\n\r\n"),
    }
    assert fetched(tmp_path, site.url("/a")).validators == Validators(None, None)
    for path in ("/b", "/c"):
        assert refused(tmp_path, site.url(path)).encode()


# --- where it leads ---


def test_redirects_are_followed_and_the_last_address_kept(site: Site, tmp_path: Path) -> None:
    site.pages |= {
        "/a": Reply("", 301, {"Location": "/b"}),
        "/b": Reply("", 302, {"Location": site.url("/c", "mirror.example")}),
        "/c": PAGE,
    }
    assert fetched(tmp_path, site.url("/a")).url == site.url("/c", "mirror.example")


def test_a_redirect_loop_ends(site: Site, tmp_path: Path) -> None:
    site.pages |= {"/a": Reply("", 302, {"Location": "/b"}), "/b": Reply("", 302, {"Location": "/a"})}
    assert refused(tmp_path, site.url("/a")) == "redirected more than 5 times"
    assert len(site.asked("/a")) + len(site.asked("/b")) == 6


def test_a_cookie_goes_back_to_the_site_that_set_it_and_to_no_other(site: Site, tmp_path: Path) -> None:
    to = {"Location": "/b", "Set-Cookie": "consent=yes; Path=/"}
    site.pages |= {
        "/a": Reply("", 302, to),
        "/b": Reply("", 302, {"Location": site.url("/c", "mirror.example")}),
        "/c": PAGE,
    }

    async def twice() -> None:
        state = WebState(tmp_path)
        async with Client(WEB, state) as client:
            await client.get(site.url("/a"))
            await client.get(site.url("/a"))
        state.close()

    asyncio.run(twice())
    assert [r.headers.get("cookie") for r in site.asked("/b")] == ["consent=yes", "consent=yes"]
    assert [r.headers.get("cookie") for r in (*site.asked("/a"), *site.asked("/c"))] == [None] * 4


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://10.0.0.1/x", "leads to a private address (10.0.0.1); allow it with WEB_ALLOW_PRIVATE"),
        ("http://169.254.169.254/latest/", "leads to a cloud's metadata service (169.254.169.254)"),
        ("http://[::ffff:10.0.0.1]/", "leads to a private address (::ffff:a00:1, that is 10.0.0.1)"),
        ("http://167772161/", "leads to a private address (10.0.0.1)"),
        ("http://inside.example/", "leads to a private address (10.1.2.3)"),
        ("file:///etc/passwd", "redirected to file:///etc/passwd: file: only http and https are fetched"),
        (
            "http://user:pw@courier.example/",
            "redirected to http://user:pw@courier.example/: holds a user name",
        ),
        ("http://courier.example:25/", "redirected to http://courier.example:25/: port 25 is not one"),
    ],
)
def test_a_redirect_to_where_nothing_may_be_fetched_is_refused(
    site: Site, names: dict[str, list[str]], tmp_path: Path, to: str, reason: str
) -> None:
    names["inside.example"] = ["10.1.2.3"]
    site.pages["/a"] = Reply("", 302, {"Location": to})
    assert refused(tmp_path, site.url("/a")).startswith(reason)


def test_loopback_is_refused_unless_it_is_allowed(site: Site, tmp_path: Path) -> None:
    site.pages["/a"] = PAGE
    reason = "leads to a loopback address (127.0.0.1); allow it with WEB_ALLOW_PRIVATE"
    assert refused(tmp_path, site.url("/a"), allow=()) == reason
    assert refused(tmp_path, site.url("/a", "127.0.0.1"), allow=()) == reason
    assert refused(tmp_path, site.url("/a", "2130706433"), allow=()) == reason
    assert site.requests == []


def test_a_name_that_resolves_otherwise_a_moment_later_gains_nothing(
    site: Site, names: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.web import resolve

    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])

    async def lookup(_host: str) -> list[str]:
        return next(answers)

    monkeypatch.setattr(resolve, "lookup", lookup)
    site.pages["/a"] = PAGE
    assert fetched(tmp_path, site.url("/a")).data == PAGE.encode()  # connected to what was vetted


def test_of_several_addresses_only_those_that_may_be_are_connected_to(
    site: Site, names: dict[str, list[str]], tmp_path: Path
) -> None:
    names["courier.example"] = ["10.0.0.1", "127.0.0.1"]
    site.pages["/a"] = PAGE
    assert fetched(tmp_path, site.url("/a")).data == PAGE.encode()


def test_an_unknown_host_is_named(site: Site, tmp_path: Path) -> None:
    assert refused(tmp_path, "https://nowhere.example/a") == "no host nowhere.example is known"


def test_a_host_where_nobody_listens_is_named(names: dict[str, list[str]], tmp_path: Path) -> None:
    reason = refused(tmp_path, "http://courier.example:9/a")
    assert reason == "port 9 is not one of the web's"
    reason = refused(tmp_path, "http://courier.example:59999/a")
    assert "can't be connected to: " in reason


def test_a_certificate_that_nobody_vouches_for_is_refused(
    names: dict[str, list[str]], tmp_path: Path
) -> None:
    secure = Site(_own_certificate(tmp_path))
    try:
        secure.pages["/a"] = PAGE
        reason = refused(tmp_path, secure.url("/a"))
        assert "its certificate doesn't hold: self-signed certificate" in reason
        plain = secure.url("/a").replace("https", "http")
        assert "the connection broke off" in refused(tmp_path, plain)
    finally:
        secure.close()
    assert secure.requests == []


def test_https_to_a_server_without_it_is_named(site: Site, tmp_path: Path) -> None:
    assert "no secure connection can be made: " in refused(
        tmp_path, site.url("/a").replace("http:", "https:")
    )


def _own_certificate(folder: Path) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "courier.example")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("courier.example")]), False)
    file = folder / "own.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
