"""Addresses: one identity for the many ways in which one page is linked."""

from __future__ import annotations

import re
from posixpath import normpath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"""utm[_-]\w+|fb(?:clid|_\w+)|gcl(?:id|src)|gad_\w+|srsltid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|ymclid
        |ttclid|twclid|igsh(?:id)?|mibextid|li_fat_id|epik|rdt_cid|s[cm]_cid|s_(?:kwc)?id|ef_id|_branch_\w+|trk\w*
        |mc_[ce]id|_hs(?:enc|mi)|hsa_\w+|mkt_tok|vero_\w+|oly_\w+|ref_(?:src|url)|referr?er|cmp(?:id)?|ncid|ocid
        |icid|xtor|at_(?:medium|campaign|format|link_\w+|ptr_name|bbc_team)|smid|smtyp|emc|sr_share|wprov
        |guccounter|guce_\w+|_ga|_gl|leadsource|traffic_source|feed(?:type|name)
        |ns_(?:mchannel|source|campaign|linkname|fee)|intcmp|itm_\w+|pk_\w+|piwik_\w+|mtm_\w+|hootpostid|s_cid
        |amp|amp_\w+|usqp|outputtype|__twitter_impression|nocache|tpcc|ito|soc_\w+|taid|wt[._]?mc\w*|_openstat
        |replytocom|phpsessid|jsessionid|aspsessionid\w*|cftoken|session_?id|print|printable|print_?view""",
    re.VERBOSE | re.IGNORECASE,
)
# Of no account with such a value only; with another it may say which article is meant.
_TRACKING_VALUES = (
    (
        re.compile(r"from|source|src|via|feature|partner|origin|ref|rss", re.IGNORECASE),
        re.compile(
            r"(?:rss|feed|atom|news-?letter|e?mail|facebook|fb|twitter|tw|x|telegram|tg|whats-?app|linkedin|insta\w*"
            r"|social|shar\w+|app|g(?:oogle)?-?news|google|yahoo|flipboard|push|home(?:page)?|top(?:news|stories)?"
            r"|related|search|amp|mobile)(?:[-_.]\w+)*|",
            re.IGNORECASE,
        ),
    ),
    (re.compile("ref", re.IGNORECASE), re.compile(r"(?!\d+$).*")),
    (
        re.compile("format|output|view|mode|version|layout|action|type", re.IGNORECASE),
        re.compile("amp|mobile|print\\w*", re.IGNORECASE),
    ),
    (
        re.compile("share", re.IGNORECASE),
        re.compile(
            r"(?:facebook|twitter|x|e-?mail|pinterest|linkedin|reddit|telegram|tumblr|pocket|jetpack|skype"
            r"|whatsapp|mastodon|bluesky|threads|print|custom)[-\w]*",
            re.IGNORECASE,
        ),
    ),
    (re.compile("m|mobile|nb", re.IGNORECASE), re.compile("|0|1|true", re.IGNORECASE)),
    (re.compile("_|cb|rnd|rand", re.IGNORECASE), re.compile(r"[\d.]*")),
    (re.compile("s|sid|cfid", re.IGNORECASE), re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{20,}", re.IGNORECASE)),
)
_HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|mobile|mob|touch|amp)\.)+(?=[^.]+\.)")
_LANGUAGE_ON_MOBILE = re.compile(r"^([a-z]{2,3})\.m\.(?=[^.]+\.)")
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:php|aspx?|jsp|cgi|pl)$", re.IGNORECASE)
# The same page for small screens or for paper, and the visitor's session.
_OTHER_PATH = re.compile(
    r"(?<=.)/(?:amp|print)$|\.amp(?=\.html?$)|\.amp$|/amp\.html$|^/amp(?=/)|^/print(?=/[^/]+/)", re.IGNORECASE
)
_SESSION_PATH = re.compile(r";jsessionid=[^/]*|/\(S\(\w+\)\)(?=/)", re.IGNORECASE)
_WRAPPED = re.compile(
    r"""^(?:web\.archive\.org/web/\d+[a-z_]*/
         |[^/]*\.?cdn\.ampproject\.org/[a-z]/s?/?
         |(?:www\.)?(?:google|bing)\.[a-z.]+/amp/s?/?
        )(?P<inner>.+)$""",
    re.VERBOSE | re.IGNORECASE,
)
_FORWARDS = re.compile(
    r"""^(?:(?:www\.)?google\.[a-z.]+/url|lm?\.(?:facebook|instagram)\.com/(?:l\.php)?|vk\.com/away\.php
         |[a-z0-9.]*safelinks\.protection\.outlook\.com/|out\.reddit\.com/.*)$""",
    re.VERBOSE | re.IGNORECASE,
)
_FORWARDED = ("url", "q", "u", "to")
_IN_TEXT = re.compile(r"https?://[^\s<>\"'«»“”|]+", re.IGNORECASE)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|instagram|youtube|youtu|t|telegram|whatsapp|wa|linkedin|pinterest|vk|ok|tiktok"
    r"|reddit|threads|bsky|google)\.(?:com|me|be|org|ru|net|app)$"
)


_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that folding leaves, as hosts write them."""


def clean(url: str | None) -> str | None:
    """`url` fit to be shown and clicked: absolute http(s), trimmed; None when it is not one."""
    if not url:
        return None
    url = url.strip().strip("<>")
    if url.startswith("//"):
        url = "https:" + url
    elif re.match(r"(?i)www\.[^\s/]+\.[a-z]{2,}(?:/|$)", url):
        url = "https://" + url
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        return None
    return url


def identity(url: str) -> str:
    """What two links to one article share: host without `www.`, `m.` or `amp.`, path, and the parameters
    that aren't tracking. Without the scheme; `url` must be one that `clean` passes."""
    parts = urlsplit(url)
    asked = [
        (key.removeprefix("amp;"), value) for key, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    bare = f"{parts.netloc}{parts.path}"
    if wrapped := _WRAPPED.match(bare):
        inner = re.sub(r"(?i)^https?:/{1,2}", "", wrapped["inner"])
        return identity(f"https://{inner}" + (f"?{parts.query}" if parts.query else ""))
    if _FORWARDS.match(bare):
        inside = next((clean(v) for name in _FORWARDED for k, v in asked if k == name and clean(v)), None)
        if inside is not None:
            return identity(inside)
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    path = _path(parts.path)
    kept = sorted({(k, v) for k, v in asked if not _is_tracking(k, v, path)})
    # Where a page is drawn by a script, what follows "#!" is its address.
    route = f"#{parts.fragment}" if re.match("!?/.", parts.fragment) else ""
    # `?p=123` and `?id=7` are the whole address of a page; a lone path is not.
    return f"{_ascii(host(url))}{port}{path}" + (f"?{urlencode(kept)}" if kept else "") + route


def _path(path: str) -> str:
    path = _SESSION_PATH.sub("", quote(unquote(path), safe="/:@!$&'()*+,;=-._~"))
    path = re.sub("/{2,}", "/", normpath(path)) if path else ""
    path = _INDEX_FILE.sub("/", path).rstrip("/")
    while (shorter := _OTHER_PATH.sub("", path).rstrip("/")) != path:
        path = shorter
    return path


def _is_tracking(key: str, value: str, path: str) -> bool:
    if key.lower() == "page" and value == "1":
        return bool(path) and _SCRIPT.search(path) is None
    return _TRACKING.fullmatch(key) is not None or any(
        name.fullmatch(key) and values.fullmatch(value) for name, values in _TRACKING_VALUES
    )


def host(url: str) -> str:
    """Host without `www.` and the like, as a publisher's name of last resort."""
    name = _HOST_PREFIX.sub("", (urlsplit(url).hostname or "").rstrip("."))
    return _LANGUAGE_ON_MOBILE.sub(r"\1.", name)


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def is_social(url: str) -> bool:
    """Whether an address is a social network's."""
    return _SOCIAL.search(host(url)) is not None


def is_front_page(url: str) -> bool:
    """Whether the address names a site and no page of it, so that it can't be an article's."""
    return "/" not in identity(url) and "?" not in identity(url)


def in_line(line: str) -> list[str]:
    """Addresses of pages in a line of text, without those of social networks and front pages."""
    found = (clean(match.group().rstrip(".,;:!?)]}…")) for match in _IN_TEXT.finditer(line))
    return [url for url in found if url and not is_social(url) and not is_front_page(url)]


def names_the_same(publisher: str, url: str) -> bool:
    """Whether a publisher's name and an address may belong together. Where the name has no Latin
    letters there is nothing to compare, and they may."""
    from index.text import fold, words

    labels = re.sub(r"[^a-z0-9.]", "", fold(host(url)).translate(_PLAIN).replace("ə", "e")).split(".")[:-1]
    name = words(publisher)
    # Azerbaijani hosts write ə as e, now and then as a.
    spelled = {tuple(word.translate(_PLAIN).replace("ə", vowel) for word in name) for vowel in "ea"}
    return any(_names_the_same(list(each), labels) for each in spelled)


def _names_the_same(name: list[str], labels: list[str]) -> bool:
    if not name or not all(word.isascii() for word in name):
        return True
    joined = "".join(name)
    initials = "".join(word[0] for word in name)
    significant = [word for word in name if len(word) >= 4] or name
    return any(
        label in (joined, initials, *name)
        or (len(label) >= 4 and (label in joined or any(word in label for word in significant)))
        for label in labels
    )
