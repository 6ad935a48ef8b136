from __future__ import annotations

import pytest

from ingest.web.address import PRIVATE, parse, refusal
from ingest.web.errors import WebError


@pytest.mark.parametrize(
    "ip",
    """
    127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 0.0.0.0 0.1.2.3 169.254.1.1 169.254.169.254
    168.63.129.16 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1
    255.255.255.255 192.88.99.1 :: ::1 ::7f00:1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1
    2001:db8::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::10.0.0.1 2002:a00:1:: 2001:0:1:1:1:1:f5ff:fffe
    """.split(),
)
def test_nothing_is_fetched_from_what_is_not_public(ip: str) -> None:
    reason = refusal(ip)
    assert reason is not None
    assert ip in reason


@pytest.mark.parametrize(
    "ip", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_fetched_from(ip: str) -> None:
    assert refusal(ip) is None


def test_a_network_that_is_allowed_is_open_and_its_neighbours_are_not() -> None:
    assert refusal("127.0.0.1", ("127.0.0.0/8",)) is None
    assert refusal("::ffff:127.0.0.1", ("127.0.0.0/8",)) is None
    assert refusal("10.0.0.1", ("127.0.0.0/8",)) is not None


def test_metadata_services_need_to_be_allowed_by_name() -> None:
    assert refusal("169.254.169.254", (*PRIVATE, "169.254.0.0/16")) is not None
    assert refusal("fd00:ec2::254", PRIVATE) is not None
    assert refusal("169.254.169.254", ("169.254.169.254/32",)) is None


def test_everything_private_can_be_allowed_at_once() -> None:
    assert [
        ip for ip in ("127.0.0.1", "10.1.1.1", "192.168.0.1", "::1", "fd00::1") if refusal(ip, PRIVATE)
    ] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://①27.0.0.1/",
        "http://127.0.0.1./",
    ],
)
def test_odd_spellings_of_an_address_are_read_as_a_resolver_reads_them(url: str) -> None:
    assert (parse(url).raw_host or "").rstrip(".") == "127.0.0.1"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://courier.example/a", "ftp: only http and https"),
        ("gopher://courier.example", "gopher: only http"),
        ("courier.example/a", "only http and https are fetched"),
        ("http://desk:secret@courier.example/", "holds a user name or password"),
        ("http://desk@courier.example/", "holds a user name or password"),
        ("http://courier.example:22/", "port 22 is not one of the web's"),
        ("http://courier.example:6667/", "port 6667 is not"),
        ("http://courier.example:99999/", "not a web address"),
        ("http:///a", "names no host"),
        ("http://[::1/", "not a web address"),
        ("https://courier.example/" + "a" * 5000, "more than 4,096 characters"),
    ],
)
def test_other_addresses_are_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(WebError) as caught:
        parse(url)
    assert reason in str(caught.value)


def test_what_stands_after_the_number_sign_is_not_sent() -> None:
    assert str(parse("https://courier.example:8443/a?b=c#part")) == "https://courier.example:8443/a?b=c"
