"""What site generators and notebooks add to Markdown: shortcodes, footnotes, links between notes."""

from __future__ import annotations

import re

_CODE = r"""
    (?P<code>^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n(?:[^\n]*\n)*?(?:[ ]{0,3}(?P=fence)[`~]*[ \t]*$|[^\n]*\Z)
    |(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,300}?(?<!`)(?P=ticks)(?!`))"""
_SHORTCODE = re.compile(
    _CODE
    + r"""
    # None of them spans the beginning of another, or many that aren't closed would take hours.
    |\{%-?\s?comment\s?-?%\}(?:(?!\{%-?\s?comment).){0,10000}?\{%-?\s?endcomment\s?-?%\}
    |\{\{[<%](?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}?[>%]\}\}             # Hugo
    |\{%(?:[^{%]|\{(?!%)|%(?!\})){0,1000}%\}                          # Jekyll's Liquid
    |\{\{-?[ ]?[\w.]+(?:[ ]?\|[^{}\n]{0,100})?[ ]?-?\}\}
    |\{:[^{}\n]{0,200}\}                                              # attributes of kramdown
    |[ \t]\{\#[\w:.-]{1,100}\}$                                       # a heading's anchor
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_DEFINED = re.compile(
    r"""^[ ]{0,3}\[\^(?P<label>[^\]\s]{1,60})\]:[^\n]*
    (?:\n(?:[ \t]*\n)*(?:[ ]{4}|\t)[^\n]+                             # indented, it goes on over blank lines
    |\n(?![ \t]*(?:\n|\[\^|\#|[-*>+][ ]|```|$))[^\n]+)*""",
    re.VERBOSE | re.MULTILINE,
)
_FOOTNOTE = re.compile(_CODE + r"|(?<!\\)\[\^(?P<label>[^\]\s]{1,60})\](?![(:])", re.VERBOSE | re.MULTILINE)
_NOTE_LINK = re.compile(
    _CODE + r"|(?P<embed>!?)\[\[(?P<note>[^\[\]|\n]{1,200})(?:\|(?P<shown>[^\[\]\n]{1,200}))?\]\](?!\()",
    re.VERBOSE | re.MULTILINE,
)


def without_marks(markdown: str) -> str:
    """Markdown without shortcodes (what a pair of them encloses stays) and footnotes, links between notes as
    they are shown. Code is left as it stands."""
    text = markdown.replace("\r\n", "\n")
    if "{" in text:
        text = _SHORTCODE.sub(lambda match: match["code"] or "", text)
    if "[^" in text:
        defined = {match["label"] for match in _DEFINED.finditer(text)}
        text = _DEFINED.sub("", text)
        text = _FOOTNOTE.sub(lambda match: _footnote(match, defined), text)
    if "[[" in text:
        text = _NOTE_LINK.sub(_note, text)
    return text


def _footnote(match: re.Match[str], defined: set[str]) -> str:
    is_mark = match["code"] is None and (match["label"] in defined or match["label"].isdigit())
    return "" if is_mark else match[0]


def _note(match: re.Match[str]) -> str:
    if match["code"] is not None:
        return match[0]
    if match["embed"]:
        return ""
    return match["shown"] or match["note"].rpartition("/")[2].partition("#")[0] or match["note"]
