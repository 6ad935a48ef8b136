"""Old ways to lay out a page, made into blocks: tables without figures, paragraphs parted by line breaks."""

from __future__ import annotations

from itertools import islice
from typing import Any

_BREAKING = frozenset(("br", "p", "div", "table", "h1", "h2", "h3", "ul", "ol"))
_LONG_CELL = 250
"""Characters from which on a cell holds text of the page rather than an entry of a table."""


def flatten(root: Any) -> None:
    """Tables that lay out a page, as old ones do, become blocks; tables of figures stay."""
    for table in list(root.iter("table")):
        is_layout = next(table.iterdescendants("table"), None) is not None or any(
            len(cell.text_content()) > _LONG_CELL for cell in table.iter("td")
        )
        if not is_layout:
            is_outer = next(table.iterancestors("table"), None) is None
            if is_outer and sum(1 for _ in islice(table.iter("a"), 3)) < 3:
                continue
            if sum(1 for _ in islice(table.iter("tr"), 3)) > 2:
                continue
        for part in [table, *table.iter("tbody", "tr", "td")]:
            part.tag = "div"
    for br in list(root.iter("br")):
        following = br.getnext()
        if following is not None and following.tag == "br" and not (br.tail or "").strip():
            _split_at(br)


def _split_at(br: Any) -> None:
    """`text<br><br>text`: the text between such breaks becomes a paragraph of its own."""
    second = br.getnext()
    parent = br.getparent()
    if parent is None or second is None:
        return
    import lxml.html

    paragraph = lxml.html.Element("p")
    paragraph.text = second.tail
    second.tail = None
    following = second.getnext()
    parent.replace(second, paragraph)
    if not br.tail:
        parent.remove(br)
    while following is not None and following.tag not in _BREAKING:
        after = following.getnext()
        paragraph.append(following)
        following = after
