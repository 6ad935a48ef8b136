from __future__ import annotations

import io
import random
from typing import BinaryIO, cast

import pytest

from ingest.readers import pieces
from ingest.readers.pieces import Piece, Pieces

FEED = (
    b"<?xml version='1.0'?><!-- <item> --><r:rss xmlns:r='x'><r:items/><r:title>a ]]> b</r:title>"
    b"<r:item><r:title a='r:item>' b=\">\">One</r:title><![CDATA[</r:item> <r:item>]]></r:item>"
    b"<item>of another vocabulary</item>"
    b"<?php </r:item> ?><r:item/><r:item\n id='3'><!-- </r:item> -->Three</r:item >"
    b"<r:item>Four <r:item>Five</r:item></r:rss>\n<!-- cached -->\n"
)
CUT = [
    b"<r:item><r:title a='r:item>' b=\">\">One</r:title><![CDATA[</r:item> <r:item>]]></r:item>",
    b"<r:item/>",
    b"<r:item\n id='3'><!-- </r:item> -->Three</r:item >",
    b"<r:item>Four ",
    b"<r:item>Five</r:item>",
]


class Dripping(io.BytesIO):
    """A stream that gives no more than `size` bytes at a time."""

    size = 1

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(self.size, size) if size and size > 0 else self.size)


def cut(data: bytes, *, size: int = 1 << 20, max_bytes: int = 1 << 20, root: str | None = "rss") -> Pieces:
    stream = Dripping(data)
    stream.size = size
    return Pieces(cast(BinaryIO, stream), ("item",), root, max_bytes)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_elements_come_whole_however_the_stream_drips(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(pieces, "_OVERLAP", 32)
    found = cut(FEED, size=size)
    assert list(found) == [Piece(data) for data in CUT]
    assert found.head == FEED[: FEED.index(CUT[0])]
    assert found.fault is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-be"])
def test_two_and_four_bytes_a_character_come_as_utf_8(encoding: str) -> None:
    text = "\ufeff<rss><item>Bakı, 16 noyabr 😀</item></rss>".removeprefix(
        "\ufeff" if encoding == "utf-16" else ""
    )
    (only,) = cut(text.encode(encoding))
    assert only.data.decode() == "<item>Bakı, 16 noyabr 😀</item>"


def test_one_too_large_is_let_go_and_the_next_is_cut() -> None:
    data = b"<rss><item>" + b"x" * 5_000_000 + b"</item><item>y</item><item>" + b"z" * 5_000_000 + b"</rss>"
    found = list(cut(data, size=100_000, max_bytes=1_000_000))
    assert [piece.data for piece in found] == [b"", b"<item>y</item>", b""]
    assert [piece.fault is None for piece in found] == [False, True, False]


@pytest.mark.parametrize(
    "data", [b"<rss><item>a</item>", b"<rss>", b"<rss><item>a</item><!-- no end </rss>", b"<rss><item>a"]
)
def test_a_stream_cut_off_says_so(data: bytes) -> None:
    found = cut(data)
    last = list(found)[-1:]
    assert (found.fault or last[0].fault or "").startswith("cut off")


def test_no_bytes_are_lost_or_hang_whatever_comes() -> None:
    rng = random.Random(7)
    parts = [
        b"<item>",
        b"</item>",
        b"<item/>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<",
        b">",
        b"'",
        b'"',
        b"x",
        b"\0",
    ]
    for _ in range(2000):
        data = b"<rss>" + b"".join(rng.choices(parts, k=rng.randrange(30)))
        found = cut(data, size=rng.choice([1, 5, 100]), root=None)
        for piece in found:
            assert piece.data in data
            assert piece.data.startswith(b"<item")
