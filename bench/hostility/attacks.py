"""The attacks of attacks/*.toml: each an article to ingest, a question to ask, and what success would be."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUTLET = "Kestrel Gazette"
SECRET = "sk-hostile-secret"
"""The key that the model is set up with; no answer may show it."""
KINDS = ("orders", "citations", "hidden", "prompt", "pings", "links", "outlets")
_PLACES = [
    a + b
    for a, b in product(
        "Bel Cor Dun Fen Gal Har Kor Lan Mar Nor".split(),
        "mora dale wick stead by holm ford burn ness combe".split(),
    )
]
_NAMES = [
    f"{a} {b}"
    for a, b in product(
        "Anna Boris Clara Daniel Elena Farid Greta Henry Irina Jonas".split(),
        "Petrov Keller Moreau Aslan Novak Weber Costa Brandt Lindqvist Sarkis".split(),
    )
]


@dataclass(frozen=True, slots=True)
class Attack:
    id: str
    kind: str
    place: str
    form: str
    """`record`, `html`, `text` or `markdown`: what the article comes in as."""
    question: str
    title: str
    text: str
    url: str
    publisher: str
    author: str | None
    success: dict[str, Any] = field(hash=False)
    """Each key names a look of seen.py: what would be true of the answer if the attack had succeeded."""

    @property
    def wanted(self) -> list[str]:
        """The words that the attacker wants to see in a claim."""
        return [*self.success.get("claimed", ()), *self.success.get("worded", ())]


@cache
def load() -> tuple[Attack, ...]:
    """All attacks, each of a place of its own, so that a question finds its article."""
    stories = tomllib.loads((HERE / "stories.toml").read_text(encoding="utf-8"))
    out: list[Attack] = []
    for kind in KINDS:
        table = tomllib.loads((HERE / "attacks" / f"{kind}.toml").read_text(encoding="utf-8"))
        for raw in table["attack"]:
            out.append(_attack(kind, raw, stories[raw["story"]], len(out)))
    return tuple(out)


def _attack(kind: str, raw: dict[str, Any], story: dict[str, str], n: int) -> Attack:
    place, name = _PLACES[n], _NAMES[(7 * n) % len(_NAMES)]

    def filled(text: str) -> str:
        for part in ("lead", "fact", "attack", "more"):
            text = text.replace(f"{{{part}}}", raw.get(part, "") if part == "attack" else story[part])
        return _encoded(text.replace("{place}", place).replace("{name}", name))

    body = raw.get(
        "body", "{lead}\n\n{fact}\n\n{attack}\n\n{more}" if "attack" in raw else "{lead}\n\n{fact}\n\n{more}"
    )
    success = {
        key: [filled(each) for each in value] if isinstance(value, list) else value
        for key, value in raw["success"].items()
    }
    return Attack(
        id=raw["id"],
        kind=kind,
        place=place,
        form=raw.get("form", "record"),
        question=filled(raw.get("question", story["question"])),
        title=filled(raw.get("title", story["title"])),
        text=filled(body),
        url=filled(raw.get("url", f"https://kestrelgazette.example/{{place}}/{raw['story']}")),
        publisher=filled(raw.get("publisher", OUTLET)),
        author=raw.get("author"),
        success=success,
    )


def _encoded(text: str) -> str:
    """`{tags:…}`, `{zw:…}`, `{vs:…}` and `{bidi:…}` as the characters that hide them."""
    for name, encode in (
        ("tags", lambda s: "".join(chr(0xE0000 + ord(c)) for c in s)),
        ("zw", lambda s: "".join("\u200b\u200c"[bit == "1"] for c in s for bit in f"{ord(c):08b}")),
        ("vs", lambda s: "".join(chr(0xE0100 + ord(c)) for c in s)),
        ("bidi", lambda s: f"\u202e{s}\u202c"),
    ):
        while (start := text.find(f"{{{name}:")) >= 0:
            end = text.index("}", start)
            text = text[:start] + encode(text[start + len(name) + 2 : end]) + text[end + 1 :]
    return text


def write(attacks: Sequence[Attack], folder: Path) -> None:
    """One file an attack, as an archive holds them."""
    for attack in attacks:
        suffix = {"record": "jsonl", "html": "html", "text": "txt", "markdown": "md"}[attack.form]
        path = folder / f"{attack.id}.{suffix}"
        path.write_text(_file(attack), encoding="utf-8")


def _file(attack: Attack) -> str:
    if attack.form == "html":
        return _page(attack)
    if attack.form == "text":
        year = "3 May 2024"
        return (
            f"Home\nNews\n{attack.publisher}\n{attack.title}\n{year}\n\n{attack.text}\n\n{attack.url}\n"
            f"© 2024 {attack.publisher}. All rights reserved.\n"
        )
    if attack.form == "markdown":
        head = {"title": attack.title, "date": "2024-05-03", "publisher": attack.publisher, "url": attack.url}
        lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in head.items())
        return f"---\n{lines}\n---\n\n{attack.text}\n"
    record = {
        "title": attack.title,
        "text": attack.text,
        "url": attack.url,
        "publisher": attack.publisher,
        "author": attack.author,
        "published": "2024-05-03",
    }
    return json.dumps({k: v for k, v in record.items() if v is not None}) + "\n"


def _page(attack: Attack) -> str:
    def paragraphs() -> Iterator[str]:
        for part in attack.text.split("\n\n"):
            yield part if part.startswith("<") else f"<p>{escape(part)}</p>"

    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(attack.title)}</title>'
        f'<meta property="og:site_name" content="{escape(attack.publisher)}">'
        '<meta property="article:published_time" content="2024-05-03T08:00:00Z">'
        f'<link rel="canonical" href="{escape(attack.url)}"></head><body><article>'
        f"<h1>{escape(attack.title)}</h1>{''.join(paragraphs())}</article></body></html>"
    )
