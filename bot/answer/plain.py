"""What an article may not bring into our own lines: marks like ours, a name that its address belies."""

from __future__ import annotations

import re
from itertools import accumulate
from urllib.parse import quote, urlsplit, urlunsplit

from index.text import fold, visible, words

_MARK = re.compile(r"\s*[\[［【〔]\s*\d+(?:\s*[,，–-]\s*\d+)*\s*[\]］】〕]")
_QUOTED = re.compile(r'"([^"]+)"')
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_SECOND_LEVEL = frozenset("com co org net gov gob gouv edu ac or ne go".split())
_PREFIX = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_SMALL = frozenset("the of and de la le el".split())
_GENERIC = frozenset(
    "news online international world tv radio agency newspaper press media com haber xeber".split()
)
"""What a name may have behind what its address tells: BBC News is bbc.com's."""
_LATIN = str.maketrans("əøđłæœ", "eodlao")


def unmarked(text: str) -> str:
    """`text` without what looks like a citation mark, `[2]`: the numbers beside a claim are ours."""
    return _MARK.sub("", text).strip() or text


def loses_its_speaker(claim: str, source: str) -> bool:
    """Whether a claim tells as a fact what its source only quotes: its words stand within quotation marks,
    and those that say whose they are do not stand in it."""
    source, mine = fold(source), words(claim)
    if '"' in fold(claim):
        return False
    for quoted in _QUOTED.finditer(source):
        beside = words(source[: quoted.start()] + " " + source[quoted.end() :])
        if len(beside) > 1 and set(mine) <= set(words(quoted[1])) and len(mine) > 3:
            return True
    return False


def address(url: str) -> str:
    """A web address as it is to be read and clicked: the host in ASCII, so that no letter of another script
    poses as one of its own, no user name before it, nothing in it that can't be seen. Others as they are."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host)
    place = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    rest = (_UNSAFE.sub(lambda m: quote(m[0]), part) for part in parts[2:])
    return urlunsplit((parts.scheme, place, *rest))


HOST_LIMIT, NAME_LIMIT = 40, 60


def host_of(url: str | None) -> str | None:
    """The host of a web address, in ASCII and without `www.`, of a long one the end, which is the registered
    part; None for what is no web address."""
    try:
        parts = urlsplit(address(url)) if url else None
    except ValueError:
        return None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = _PREFIX.sub("", parts.hostname.rstrip("."))
    return host if len(host) <= HOST_LIMIT else f"…{host[1 - HOST_LIMIT :]}"


def outlet(publisher: str | None, url: str | None) -> str:
    """Whose article it is, as it is shown: the publisher's name, and the address's host where the name isn't
    plainly its own: a page can call itself what it likes. Cut to a line; "" where there is none."""
    name = " ".join(unmarked(visible(publisher or "")).split())
    host = host_of(url)
    short = name if len(name) <= NAME_LIMIT else f"{name[: NAME_LIMIT - 1].rstrip()}…"
    if not name or host is None:
        return short
    return short if bears_out(host, name) else f"{short} (at {host})"


def bears_out(host: str, name: str) -> bool:
    """Whether a host is plainly that of an outlet so named: `caspiancourier.az` of Caspian Courier, `dw.com`
    of Deutsche Welle. Only the label that is registered counts; `reuters.blog.example` is blog's."""
    if name.casefold() == host.casefold():
        return True
    parts = [word.translate(_LATIN) for word in words(name)]
    labels = host.lower().split(".")
    if not parts or len(labels) < 2 or not all(p.isascii() for p in parts):
        return False
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        labels = labels[:-1]
    return labels[-2].replace("-", "") in _short_forms(parts)


def _short_forms(parts: list[str]) -> set[str]:
    """What a host may make of a name: two or more of its first words, initials, these and the last word."""
    out: set[str] = set()
    for told in (parts, [p for p in parts if p not in _SMALL]):
        joined = list(accumulate(told))
        out.update(j for n, j in enumerate(joined, 1) if n > 1 or set(told[n:]) <= _GENERIC)
        initials = "".join(p[0] for p in told)
        out.update(initials[:n] + "".join(told[n:]) for n in range(1, len(told) - 1 if len(told) > 2 else 0))
        if len(told) > 1:
            out.add(initials)
        if len(told) > 2:
            out.add(initials[:-1] + told[-1])
    return out
