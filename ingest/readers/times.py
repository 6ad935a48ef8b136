"""The dates that a page marks up as such."""

from __future__ import annotations

import re
from typing import Any

from ingest import dates

_ELSEWHERE = re.compile(
    r"relat|recirc|recommend|comment|\breply|popular|trending|teaser|sidebar|also|most-?read|more-|latest|widget"
)


def of_page(root: Any) -> tuple[str | None, str | None]:
    """When the article appeared and was changed, as the `<time>` elements say that stand with it: named ones
    first, else the one and only day."""
    modified: str | None = None
    published: list[tuple[str, bool]] = []
    for element in root.iter("time"):
        iso = dates.parse(element.get("datetime") or element.text_content())
        if iso is None or _is_elsewhere(element):
            continue
        beside = element.getparent()
        named = f"{element.get('class')} {element.get('itemprop')} {list(element.keys())}"
        around = f"{beside.get('class')} {beside.text or ''}" if beside is not None else ""
        # WordPress says "published updated" of an article that was never changed.
        if re.search(r"publish|pubdate", named, re.IGNORECASE):
            published.append((iso, True))
        elif re.search(r"updat|modif|güncel|yenilən|обновл|թարմաց", f"{named} {around}", re.IGNORECASE):
            modified = modified or iso
        else:
            published.append((iso, bool(re.search(r"entry-date|post-date", named, re.IGNORECASE))))
    chosen = next((iso for iso, is_named in published if is_named), None)
    if chosen is None and len({iso[:10] for iso, _ in published}) == 1:
        chosen = published[0][0]
    return chosen, modified


def _is_elsewhere(element: Any) -> bool:
    """Whether an element stands among other articles, comments, or in the page's foot."""
    for _, outer in zip(range(12), element.iterancestors(), strict=False):
        if outer.tag in ("html", "body"):
            return False
        if outer.tag in ("aside", "footer", "nav"):
            return True
        if _ELSEWHERE.search(f"{outer.get('class') or ''} {outer.get('id') or ''}".lower()):
            return True
    return False
