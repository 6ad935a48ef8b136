"""Addresses: one identity for the many ways in which one page is linked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"""utm_\w+|fb(?:clid|_\w+)|gcl(?:id|src)|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igsh(?:id)?|li_fat_id
        |mc_[ce]id|_hs(?:enc|mi)|mkt_tok|vero_\w+|oly_\w+|ref_?(?:src|url)?|referr?er|cmp(?:id)?|ncid|ocid|icid|xtor
        |at_(?:medium|campaign|format|link_\w+|ptr_name|bbc_team)|smid|sr_share|guccounter|guce_\w+|_ga|_gl
        |ns_(?:mchannel|source|campaign|linkname|fee)|intcmp|itm_\w+|pk_\w+|piwik_\w+|mtm_\w+|hootpostid|s_cid
        |amp|amp_\w+|outputtype|__twitter_impression|nocache|tpcc|ito|soc_\w+|taid|wt_?mc\w*|_openstat""",
    re.VERBOSE | re.IGNORECASE,
)
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|mob|amp)\.(?=[^.]+\.)")
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp|\.amp|/amp\.html)$|^/amp(?=/)", re.IGNORECASE)
_WRAPPED = re.compile(
    r"""^(?:web\.archive\.org/web/\d+[a-z_]*/
         |[^/]*\.?cdn\.ampproject\.org/[a-z]/s?/?
         |(?:www\.)?google\.[a-z.]+/amp/s?/?
        )(?P<inner>.+)$""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_TEXT = re.compile(r"https?://[^\s<>\"'«»“”|]+", re.IGNORECASE)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|instagram|youtube|youtu|t|telegram|whatsapp|wa|linkedin|pinterest|vk|ok|tiktok"
    r"|reddit|threads|bsky|google)\.(?:com|me|be|org|ru|net|app)$"
)


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
    bare = f"{parts.netloc}{parts.path}"
    if wrapped := _WRAPPED.match(bare):
        inner = re.sub(r"(?i)^https?:/{1,2}", "", wrapped["inner"])
        return identity(f"https://{inner}" + (f"?{parts.query}" if parts.query else ""))
    host = _HOST_PREFIX.sub("", (parts.hostname or "").rstrip("."))
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=-._~")
    path = _AMP_PATH.sub("", _INDEX_FILE.sub("/", path).rstrip("/"))
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    kept = sorted(
        (k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)
    )
    # `?p=123` and `?id=7` are the whole address of a page; a lone path is not.
    return f"{host}{port}{path}" + (f"?{urlencode(kept)}" if kept else "")


def host(url: str) -> str:
    """Host without `www.` and the like, as a publisher's name of last resort."""
    return _HOST_PREFIX.sub("", urlsplit(url).hostname or "")


def is_front_page(url: str) -> bool:
    """Whether the address names a site and no page of it, so that it can't be an article's."""
    return "/" not in identity(url) and "?" not in identity(url)


def in_line(line: str) -> list[str]:
    """Addresses of pages in a line of text, without those of social networks and front pages."""
    found = (clean(match.group().rstrip(".,;:!?)]}…")) for match in _IN_TEXT.finditer(line))
    return [url for url in found if url and not _SOCIAL.search(host(url)) and not is_front_page(url)]


def names_the_same(publisher: str, url: str) -> bool:
    """Whether a publisher's name and an address may belong together. Where the name has no Latin
    letters there is nothing to compare, and they may."""
    from index.text import words

    name = words(publisher)
    if not name or not all(word.isascii() for word in name):
        return True
    labels = re.sub(r"[^a-z0-9.]", "", host(url)).split(".")[:-1]
    joined = "".join(name)
    initials = "".join(word[0] for word in name)
    significant = [word for word in name if len(word) >= 4] or name
    return any(
        label in (joined, initials, *name)
        or (len(label) >= 4 and (label in joined or any(word in label for word in significant)))
        for label in labels
    )
