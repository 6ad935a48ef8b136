"""A small valid file of every format that Dateline reads, written here; bench/malformed.py spoils them.

Each tells of other talks, so that no two are taken for the same article.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

PLACES = "Baku Tbilisi Yerevan Ankara Moscow Tehran Vienna Geneva Brussels Washington".split()
Placed = tuple[float, float, float, str]
"""x, y and font size in points, and the words that stand there."""


def title(n: int) -> str:
    return f"Talks in {PLACES[n % len(PLACES)]} are put off for the {n}th time"


def body(n: int) -> str:
    place = PLACES[n % len(PLACES)]
    return (
        f"The minister said on Thursday that round {n} of the talks in {place} was off. Nobody had expected "
        f"another answer after {n + 3} weeks of silence.\n\n"
        f"Envoys left {place} by the night train; their {n + 2} papers were left unsigned. "
        f'"We shall meet again when there is something to say," one of them told reporters at gate {n}.'
    )


def address(n: int) -> str:
    return f"https://courier.example/news/{n}-talks-put-off"


def day(n: int) -> str:
    return f"2024-03-{n % 28 + 1:02}"


def record(n: int) -> dict[str, object]:
    return {
        "title": title(n), "text": body(n), "published": day(n), "url": address(n),
        "publisher": "Caspian Courier",
    }  # fmt: skip


def markup(n: int) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in body(n).split("\n\n"))


def page(n: int, encoding: str = "utf-8") -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{encoding}"><title>{title(n)}</title>'
        f'<meta property="article:published_time" content="{day(n)}T10:00:00Z">'
        f'<link rel="canonical" href="{address(n)}"></head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title(n)}</h1>{markup(n)}</article></body></html>"
    )


def json_lines(numbers: Iterable[int]) -> bytes:
    return "".join(json.dumps(record(n), ensure_ascii=False) + "\n" for n in numbers).encode()


def csv(numbers: Iterable[int], delimiter: str = ",") -> bytes:
    rows = ["title,text,published,url".replace(",", delimiter)]
    for n in numbers:
        cells = (title(n), body(n).replace('"', '""'), day(n), address(n))
        rows.append(delimiter.join(f'"{cell}"' for cell in cells))
    return "\r\n".join(rows).encode()


def parquet(numbers: Sequence[int], compression: str = "zstd") -> bytes:
    import pyarrow
    from pyarrow import parquet as writer

    table = pyarrow.table(
        {
            "headline": [title(n) for n in numbers],
            "content": [body(n) for n in numbers],
            "published_at": [datetime.fromisoformat(f"{day(n)}T09:30").replace(tzinfo=UTC) for n in numbers],
            "meta": [{"lang": "en", "site_name": "Caspian Courier"} for _ in numbers],
        }
    )
    out = io.BytesIO()
    writer.write_table(table, out, compression=compression, row_group_size=3)
    return out.getvalue()


def rss(numbers: Iterable[int]) -> bytes:
    items = "".join(
        f"<item><title>{title(n)}</title><link>{address(n)}</link>"
        "<pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[{markup(n)}]]></content:encoded></item>"
        for n in numbers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Caspian Courier</title>'
        f"<link>https://courier.example/</link>{items}</channel></rss>"
    ).encode()


def atom(numbers: Iterable[int]) -> bytes:
    entries = "".join(
        f'<entry><id>tag:{n}</id><title>{title(n)}</title><link href="{address(n)}"/>'
        f'<published>{day(n)}T10:00:00Z</published><content type="html">{escape(markup(n))}</content></entry>'
        for n in numbers
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Caspian Courier</title>{entries}</feed>"
    ).encode()


def wxr(numbers: Iterable[int]) -> bytes:
    items = "".join(
        f"<item><title>{title(n)}</title><link>{address(n)}</link><content:encoded><![CDATA[{body(n)}]]>"
        f"</content:encoded><wp:post_id>{n}</wp:post_id>"
        f"<wp:post_date_gmt>{day(n)} 10:00:00</wp:post_date_gmt>"
        "<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
        for n in numbers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">'
        f"<channel><title>Caspian Courier</title><wp:wxr_version>1.2</wp:wxr_version>{items}</channel></rss>"
    ).encode()


def sitemap(numbers: Iterable[int]) -> bytes:
    urls = "".join(
        f"<url><loc>{address(n)}</loc><news:news><news:publication><news:name>Caspian Courier</news:name>"
        f"<news:language>en</news:language></news:publication><news:publication_date>{day(n)}"
        f"</news:publication_date><news:title>{title(n)}</news:title></news:news></url>"
        for n in numbers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def nitf(n: int) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><nitf><head><title>{title(n)}</title><docdata>'
        f'<date.issue norm="{day(n).replace("-", "")}T100000Z"/><doc-id id-string="courier-{n}"/>'
        f"</docdata></head>"
        f"<body><body.head><hedline><hl1>{title(n)}</hl1></hedline></body.head>"
        f"<body.content>{markup(n)}</body.content></body></nitf>"
    ).encode()


def newsml_g2(n: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" '
        f'guid="urn:newsml:courier.example:{n}" version="1" standard="NewsML-G2" standardversion="2.30">'
        f"<itemMeta><itemClass qcode='ninat:text'/><versionCreated>{day(n)}T10:00:00Z</versionCreated>"
        "</itemMeta>"
        f"<contentMeta><headline>{title(n)}</headline></contentMeta><contentSet>"
        f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"{markup(n)}</body></html></inlineXML></contentSet></newsItem>"
    ).encode()


def ninjs(n: int) -> bytes:
    return json.dumps(
        {
            "uri": address(n), "type": "text", "versioncreated": f"{day(n)}T10:00:00Z", "language": "en",
            "headline": title(n), "body_text": body(n), "pubstatus": "usable",
        }
    ).encode()  # fmt: skip


def reuters(numbers: Iterable[int]) -> bytes:
    items = "".join(
        f'<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="{n}" NEWID="{n}">\n'
        f"<DATE>26-FEB-1987 15:01:{n % 60:02}.00</DATE>\n<TOPICS><D>ship</D></TOPICS>\n<TEXT>&#2;\n"
        f"<TITLE>{title(n).upper()}</TITLE>\n<DATELINE>    BAKU, Feb 26 - </DATELINE>"
        f"<BODY>{escape(body(n))}\n"
        " Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n"
        for n in numbers
    )
    return f'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n{items}'.encode()


def warc_record(url: str, block: bytes, kind: str = "response", *, pack: bool = True) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{zlib.crc32((url + kind).encode()):032x}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    data = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(data, mtime=0) if pack else data


def http(
    content: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", "")
    return "\r\n".join(lines).encode() + content


def warc(numbers: Iterable[int], *, pack: bool = True) -> bytes:
    """As news crawls are shipped: each record packed by itself, a request and an answer for each page."""
    parts = []
    for n in numbers:
        parts.append(warc_record(address(n), b"GET / HTTP/1.1\r\n\r\n", "request", pack=pack))
        parts.append(warc_record(address(n), http(page(n).encode()), pack=pack))
    return b"".join(parts)


def pdf(pages: Sequence[Sequence[Placed]], info: dict[str, str] | None = None, *, pack: bool = True) -> bytes:
    """A PDF of words placed on A4 pages, in Helvetica."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for words in pages:
        content = b"".join(
            b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, y, _escaped(text)) for x, y, size, text in words
        )
        said = b""
        if pack:
            content, said = zlib.compress(content), b" /Filter /FlateDecode"
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), said, content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(len(objects))
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    said = b" ".join(b"/%s (%s)" % (name.encode(), _escaped(value)) for name, value in (info or {}).items())
    objects.append(b"<< %s >>" % said)
    return pdf_of(objects, info=len(objects))


def pdf_of(objects: Sequence[bytes], info: int | None = None) -> bytes:
    """A PDF of these objects, numbered from 1, the first of them its catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    said = b" /Info %d 0 R" % info if info else b""
    out += b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, said, start)
    return bytes(out)


def _escaped(text: str) -> bytes:
    data = text.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def column(x: float, y: float, lines: Sequence[str], size: float = 10, step: float = 12) -> list[Placed]:
    return [(x, y - step * n, size, line) for n, line in enumerate(lines)]


def printed(n: int) -> bytes:
    """An article as a PDF of one page."""
    import textwrap

    lines = [line for part in body(n).split("\n\n") for line in textwrap.wrap(part, 80)]
    return pdf(
        [[(50, 780, 20, title(n)), *column(50, 740, [f"{PLACES[n % 10].upper()}, March 4 -", *lines])]]
    )


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def zstandard(data: bytes) -> bytes:
    from backports import zstd

    return zstd.compress(data)


def all_formats(n: int) -> dict[str, tuple[str, bytes]]:
    """Format -> the ending of its files, and one that tells of talks n and after (at most ten)."""
    some = range(n, n + 4)
    text = f"{title(n)}\n\n{day(n)}\n\n{body(n)}\n"
    front = f"---\ntitle: {title(n)}\ndate: {day(n)}\nurl: {address(n)}\n---\n\n{body(n)}\n"
    members = {
        f"news/{n}.txt": text.encode(),
        f"news/{n + 1}.html": page(n + 1).encode(),
        "more/dump.jsonl": json_lines(range(n + 2, n + 4)),
    }
    return {
        "text": (".txt", text.encode()),
        "HTML": (".html", page(n).encode()),
        "Markdown": (".md", front.encode()),
        "JSON": (".json", json.dumps({"articles": [record(k) for k in some]}).encode()),
        "JSON Lines": (".jsonl", json_lines(some)),
        "CSV": (".csv", csv(some)),
        "TSV": (".tsv", csv(some, "\t")),
        "Parquet": (".parquet", parquet(list(some))),
        "RSS": (".rss", rss(some)),
        "Atom": (".atom", atom(some)),
        "WordPress export": (".xml", wxr(some)),
        "news sitemap": (".xml", sitemap(some)),
        "NITF": (".xml", nitf(n)),
        "NewsML-G2": (".xml", newsml_g2(n)),
        "ninjs": (".json", ninjs(n)),
        "Reuters SGML": (".sgm", reuters(some)),
        "WARC": (".warc", warc(some, pack=False)),
        "WARC, gzipped": (".warc.gz", warc(some)),
        "PDF": (".pdf", printed(n)),
        "zip": (".zip", zipped(members)),
        "tar": (".tar", tarred(members)),
        "tar, gzipped": (".tgz", tarred(members, "w:gz")),
        "gzip": (".jsonl.gz", gzip.compress(json_lines(some), mtime=0)),
        "bzip2": (".jsonl.bz2", bz2.compress(json_lines(some))),
        "xz": (".jsonl.xz", lzma.compress(json_lines(some))),
        "zstandard": (".jsonl.zst", zstandard(json_lines(some))),
    }
