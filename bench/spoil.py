"""Valid inputs spoilt at random; bench/traps.py has those that are malformed on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import seeds

MIB = 1024 * 1024


@dataclass(frozen=True)
class Input:
    format: str
    kind: str
    """How it was spoilt."""
    ending: str
    pieces: Callable[[], Iterator[bytes]]
    """Its bytes, in pieces, so that large ones are never held whole."""


def spoilt(count: int, seed: int) -> Iterator[Input]:
    """`count` inputs, formats and ways of spoiling taking turns."""
    dice = random.Random(seed)
    number = 0
    while number < count:
        for name, (ending, data) in seeds.all_formats(100 + number).items():
            kind, way = WAYS[dice.randrange(len(WAYS))]
            bad = way(data, dice)
            yield Input(name, kind, ending, lambda bad=bad: iter((bad,)))  # type: ignore[misc]
            number += 1
            if number >= count:
                return


def _truncated(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _beheaded(data: bytes, dice: random.Random) -> bytes:
    return data[dice.randrange(1, len(data)) :]


def _flipped(data: bytes, dice: random.Random) -> bytes:
    bad = bytearray(data)
    for _ in range(dice.choice((1, 3, 10, 100))):
        bad[dice.randrange(len(bad))] ^= 1 << dice.randrange(8)
    return bytes(bad)


def _overwritten(data: bytes, dice: random.Random) -> bytes:
    at, length = dice.randrange(len(data)), dice.choice((4, 64, 1024))
    filling = dice.choice((b"\0", b"\xff", b"A", b"\n", b"<", b"{", b'"'))
    return data[:at] + filling * length + data[at + length :]


def _doubled(data: bytes, dice: random.Random) -> bytes:
    first, last = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    return data[:last] + data[first:last] * dice.choice((1, 2, 20)) + data[last:]


def _cut_out(data: bytes, dice: random.Random) -> bytes:
    first, last = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    return data[:first] + data[last:]


def _with_noise(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + dice.randbytes(dice.choice((1, 16, 5000))) + data[at:]


def _with_nuls(data: bytes, dice: random.Random) -> bytes:
    bad = bytearray(data)
    for _ in range(20):
        bad.insert(dice.randrange(len(bad)), 0)
    return bytes(bad)


def _misencoded(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    way = dice.randrange(5)
    if way == 0:
        return text.encode("utf-16")
    if way == 1:
        return text.encode("utf-32-be")
    if way == 2:
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    if way == 3:
        return b"\xff\xfe" + data
    return text.replace("e", "\u00e9").encode("cp1252", "replace")


def _misdeclared(data: bytes, dice: random.Random) -> bytes:
    wrong = dice.choice(
        (b"utf-16", b"utf-7", b"ebcdic-cp-us", b"shift_jis", b"no-such", b"hex", b"idna", b"zip")
    )
    bad = data.replace(b"UTF-8", wrong).replace(b"utf-8", wrong)
    return bad if bad != data else b'<?xml version="1.0" encoding="' + wrong + b'"?>' + data


def _with_huge_number(data: bytes, dice: random.Random) -> bytes:
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if not digits:
        return _with_noise(data, dice)
    at = dice.choice(digits)
    return (
        data[:at]
        + dice.choice((b"9" * 5000, b"1e99999", b"-1", b"4294967295", b"18446744073709551616"))
        + data[at + 1 :]
    )


def _of_another_format(data: bytes, dice: random.Random) -> bytes:
    _, other = dice.choice(list(seeds.all_formats(dice.randrange(90)).values()))
    return dice.choice((other + data, data[: dice.randrange(1, 64)] + other, data + other))


def _surrogates(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return (
        data[:at] + dice.choice((b"\\ud800", b"\xed\xa0\x80", b"&#xD800;", b"&#0;", b"\\u0000")) + data[at:]
    )


WAYS: list[tuple[str, Callable[[bytes, random.Random], bytes]]] = [
    ("truncated", _truncated),
    ("beheaded", _beheaded),
    ("bits flipped", _flipped),
    ("overwritten", _overwritten),
    ("doubled", _doubled),
    ("cut out", _cut_out),
    ("noise", _with_noise),
    ("NULs", _with_nuls),
    ("mis-encoded", _misencoded),
    ("wrong encoding declared", _misdeclared),
    ("huge numbers", _with_huge_number),
    ("another format", _of_another_format),
    ("lone surrogates", _surrogates),
]
