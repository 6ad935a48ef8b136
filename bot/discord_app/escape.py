"""Makes text from outside inert in a Discord message: the same words, no markup, no mention, no link.

AllowedMentions.none() already stops pings at Discord's end; this stops text from *looking* like a ping,
a link, a heading or a quote of ours, and works the same wherever a message is copied to.
"""

from __future__ import annotations

import re

from index.text import visible

BREAK = "\u200b"
"""Zero-width space: keeps two characters from being read as one piece of markup."""

_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# Control characters, and lone surrogates (which JSON can't carry).
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_MARKUP = re.compile(r"[\\*_~|`\[\]<>]")
_ANGLE = re.compile(r"\\<(?=\S)")
_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_MENTION = re.compile(r"@(?=[!&]?\d)")
_LINK = re.compile(r"(?<=\w):(?=//)")
_INVITE = re.compile(r"(discord(?:app)?\.)(?=(?:gg|com)/)", re.IGNORECASE)
_EMOJI = re.compile(r":(?=[\w+-]+:)")
_LINE_START = re.compile(r"^[^\S\n]*(?:(?=[#+=-])|(\d+)(?=[.)]))", re.MULTILINE)
_SUBTEXT = re.compile(r"^\\-(?=#)", re.MULTILINE)


def clean(text: str) -> str:
    """Text without characters that reorder, hide or break a message; line ends become newlines."""
    return visible(_DROPPED.sub("", _LINE_ENDS.sub("\n", text)))


def inert(text: str) -> str:
    """Text that Discord shows as its plain words, at most about three times as long; keeps line ends."""
    text = _MARKUP.sub(r"\\\g<0>", clean(text))
    text = text.replace(r"\](", r"\]\(")
    text = _ANGLE.sub(rf"\\<{BREAK}", text)
    text = _EVERYONE.sub(f"@{BREAK}", text)
    text = _MENTION.sub(f"@{BREAK}", text)
    text = _LINK.sub(f":{BREAK}", text)
    text = _INVITE.sub(rf"\g<1>{BREAK}", text)
    text = _EMOJI.sub(r"\\:", text)
    text = _LINE_START.sub(lambda match: f"{match[1] or ''}\\", text)
    return _SUBTEXT.sub(rf"\-{BREAK}", text)


def one_line(text: str, limit: int | None = None) -> str:
    """Inert text on one line; with `limit` (characters before escaping), cut at a word and ended by `…`."""
    text = " ".join(clean(text).split())
    if limit is not None and len(text) > limit:
        head = text[: limit - 1]
        text = (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head) + "…"
    return inert(text)


def block_quote(text: str) -> str:
    """Inert text as a Discord block quote; empty lines are left out."""
    return "\n".join(f"> {line}" for line in inert(text).split("\n") if line.strip())
