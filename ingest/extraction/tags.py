"""How elements show: which break lines, and which hold nothing that a reader sees."""

from __future__ import annotations


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS = _listed("""
    address article aside blockquote body br center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol option p pre section summary table tbody td
    tfoot th thead tr ul""")
UNSEEN = _listed("""
    script style noscript template head title meta link iframe object embed svg canvas audio video select
    textarea button input datalist""")
