"""Bombs and traps: inputs that are malformed on purpose, of every format."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator

import seeds
from spoil import Input

MIB = 1024 * 1024


def _entities(levels: int) -> str:
    told = ['<!ENTITY a0 "ha ha ha ha">']
    told += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)]
    return "".join(told)


def _xml(doctype: str, text: str) -> bytes:
    item = f"<item><title>x</title><description>{text}</description></item>"
    head = f'<?xml version="1.0"?><!DOCTYPE rss [{doctype}]>'
    return f'{head}<rss version="2.0"><channel>{item}</channel></rss>'.encode()


def _pages(count: str, kids: str) -> bytes:
    return seeds.pdf_of(
        [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode()]
    )


def _pdf_of_forms(width: int, depth: int) -> bytes:
    """Each form draws the next one `width` times."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
        b"/Resources << /XObject << /F 5 0 R >> >> >>",
        b"<< /Length 5 >>\nstream\n/F Do\nendstream",
    ]
    for n in range(depth):
        content = b"/F Do " * width
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >> "
            b"/Length %d >>\nstream\n%s\nendstream" % (min(6 + n, 4 + depth), len(content), content)
        )
    return seeds.pdf_of(objects)


def _pdf_bomb(size: int) -> bytes:
    content = zlib.compress(zlib.compress(b"\0" * size, 9), 9)
    return seeds.pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
            b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
            % (len(content), content),
        ]
    )


def _overlapping_zip(copies: int, size: int) -> bytes:
    """Many entries of one and the same data."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b"talks off. \n" * (size // 12)) + packed.flush()
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(data), size, 1, 0) + b"a" + data
    listed = b"".join(
        struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(data), size, 5, 0, 0, 0, 0, 0, 0
        )
        + f"{n:05}".encode()
        for n in range(copies)
    )
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies, copies, len(listed), len(local), 0)
    return local + listed + end


def _nested(pack: Callable[[bytes], bytes], depth: int) -> bytes:
    data = seeds.json_lines(range(2))
    for _ in range(depth):
        data = pack(data)
    return data


def _zip_in_zip(data: bytes) -> bytes:
    return seeds.zipped({"inner.zip": data})


def _broadened(depth: int, width: int, size: int) -> bytes:
    data = seeds.zipped({f"{n}.txt": b"talks off.\n" * (size // 11) for n in range(width)})
    for _ in range(depth):
        data = seeds.zipped({f"{n}.zip": data for n in range(width)})
    return data


def _tar_with(**fields: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        for name, value in fields.items():
            setattr(entry, name, value)
        archive.addfile(entry)
    return out.getvalue() + seeds.tarred({"b.txt": seeds.body(3).encode()})


def _tar_claiming(size: bytes, kind: bytes = b"0") -> bytes:
    block = bytearray(tarfile.TarInfo("a.txt").tobuf())
    block[124:136], block[156:157] = size, kind
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + seeds.tarred({"b.txt": seeds.body(3).encode()})


def _zip_claiming(find: bytes, put: bytes) -> bytes:
    return seeds.zipped({"a.txt": seeds.body(1).encode(), "b.txt": seeds.body(2).encode()}).replace(find, put)


def _encrypted_zip() -> bytes:
    data = bytearray(seeds.zipped({"a.txt": seeds.body(1).encode()}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _parquet_bomb(rows: int) -> bytes:
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    shape = pyarrow.schema([("title", pyarrow.string()), ("text", pyarrow.string())])
    with parquet.ParquetWriter(out, shape, compression="zstd", use_dictionary=False) as writer:
        for _ in range(max(1, rows // 100)):
            texts = ["talks off. " * 50_000] * min(rows, 100)
            writer.write_table(pyarrow.table([["x"] * len(texts), texts], schema=shape))
    return out.getvalue()


def _warc_claiming(length: str) -> bytes:
    data = seeds.warc([1, 2], pack=False)
    at = data.index(b"Content-Length: ") + 16
    return data[:at] + length.encode() + data[data.index(b"\r", at) :]


TRAVERSALS = (
    *("../../escaped.txt", "/tmp/../escaped.txt", "..\\..\\escaped.txt", "C:\\escaped.txt", "~/escaped.txt"),
    *("a/../../../escaped.txt", "a\0b.txt", "\x1b[2Jx.txt", "con.txt", "-rf.txt"),
    *("." * 300 + ".txt", "x" * 5000 + ".txt"),
)


def made(*, large: bool = True) -> Iterator[Input]:
    """Bombs and traps; `large` has those of 100 MB and more too."""

    def one(format_: str, kind: str, ending: str, data: bytes) -> Input:
        return Input(format_, kind, ending, lambda: iter((data,)))

    deep = 100_000
    yield one("JSON", "nested bomb", ".json", b"[" * deep)
    yield one("JSON", "nested bomb", ".json", b'{"text":' * deep + b"1" + b"}" * deep)
    yield one("JSON", "nested bomb", ".json", b'[{"text": "x", "a": ' + b"[" * 900 + b"]" * 900 + b"}]")
    yield one("JSON Lines", "nested bomb", ".jsonl", b'{"a":' * deep + b"\n" + seeds.json_lines([1]))
    yield one("JSON", "huge numbers", ".json", b'{"text": ' + b"9" * 100_000 + b', "date": 1e400}')
    yield one(
        "JSON",
        "huge numbers",
        ".json",
        b'{"text": "talks", "date": ' + b"9" * 4000 + b', "title": -Infinity}',
    )
    yield one(
        "JSON",
        "duplicated keys",
        ".json",
        b'{"text": "a", "text": ["b"], "text": {"text": 1}, "date": [], "date": {}}',
    )
    yield one(
        "JSON",
        "lone surrogates",
        ".json",
        json.dumps({"title": "\ud800 x", "text": "\udfff" + seeds.body(5)}).encode(),
    )
    yield one(
        "JSON",
        "odd types",
        ".json",
        json.dumps([1, None, [], {}, "x", {"text": {"text": {"text": []}}}, [[[]]]]).encode(),
    )
    yield one("JSON", "empty", ".json", b"[]")
    yield one("JSON", "empty", ".json", b"{}")
    for levels in (3, 6, 10):
        yield one("RSS", "entity bomb", ".rss", _xml(_entities(levels), f"&a{levels - 1};"))
    long = "x" * 100_000
    yield one("RSS", "entity bomb", ".rss", _xml(f'<!ENTITY a "{long}">', "&a;" * 20_000))
    yield one("RSS", "cyclic entities", ".rss", _xml('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"))
    for target in ("file:///etc/passwd", "http://127.0.0.1:9/x", "file:///dev/zero"):
        yield one("RSS", "external entity", ".rss", _xml(f'<!ENTITY a SYSTEM "{target}">', "&a;"))
        yield one(
            "NITF",
            "external entity",
            ".xml",
            seeds.nitf(4).replace(b"<nitf>", f'<!DOCTYPE nitf SYSTEM "{target}"><nitf>'.encode()),
        )
        yield one("RSS", "external entity", ".rss", _xml(f'<!ENTITY % p SYSTEM "{target}"> %p;', "x"))
    for ending, root in (
        (".xml", b"nitf"),
        (".rss", b"rss"),
        (".xml", b"newsItem"),
        (".html", b"div"),
        (".xml", b"a"),
    ):
        yield one(
            "HTML" if root == b"div" else "XML",
            "nested bomb",
            ending,
            b"<" + root + b">" + b"<b>" * deep + b"talks off",
        )
        attributes = b"".join(b' a%d="x"' % n for n in range(deep))
        yield one(
            "HTML" if root == b"div" else "XML",
            "many attributes",
            ending,
            b"<" + root + attributes + b"><p>talks off</p></" + root + b">",
        )
    yield one("HTML", "many elements", ".html", b"<html><body>" + b"<p>a<br>" * 300_000)
    yield one("HTML", "many tables", ".html", b"<html><body>" + b"<table><tr><td>talks " * 3000)
    yield one(
        "HTML",
        "long style",
        ".html",
        b"<html><style>" + b"a{" * deep + b"</style><body>" + seeds.markup(1).encode(),
    )
    yield one(
        "HTML",
        "long script",
        ".html",
        b"<html><script type='application/ld+json'>" + b"[" * deep + b"</script>" + seeds.page(1).encode(),
    )
    yield one(
        "HTML", "open comment", ".html", seeds.page(1).encode().replace(b"<article>", b"<!-- " * 50_000)
    )
    yield one(
        "Markdown",
        "YAML bomb",
        ".md",
        b"---\na: &a [x,x,x]\n"
        + b"".join(
            b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c]\n" % (c, c, c - 1, c - 1, c - 1, c - 1, c - 1, c - 1)
            for c in range(98, 110)
        )
        + b"title: *m\n---\ntext",
    )
    yield one("Markdown", "YAML nested", ".md", b"---\ntitle: " + b"[" * 20_000 + b"\n---\ntext")
    yield one(
        "Markdown",
        "YAML object",
        ".md",
        b"---\ntitle: !!python/object/apply:os.system ['touch escaped']\n---\n" + seeds.body(7).encode(),
    )
    yield one(
        "Markdown",
        "nested bomb",
        ".md",
        b"---\ntitle: x\n---\n" + b"> " * 20_000 + b"x\n" + b"* " * 5000 + b"[" * 20_000,
    )
    yield one("CSV", "unclosed quote", ".csv", b'title,text\n"' + seeds.csv(range(3)) * 50)
    yield one("CSV", "many columns", ".csv", b"title,text," + b"x," * 200_000 + b"\n" + b"a," * 200_000)
    yield one(
        "CSV", "ragged", ".csv", b"title,text\n" + b"".join(b"a" + b"," * n + b"\n" for n in range(500))
    )
    yield one("CSV", "only quotes", ".csv", b'"' * 500_000)
    yield one("CSV", "unclosed quotes", ".csv", b"title,text\n" + b'"talks\n' * 100_001)
    yield one("text", "no line ends", ".txt", b"talks off " * 400_000)
    yield one("text", "short lines", ".txt", b"a\n" * 1_000_000)
    yield one("text", "combining marks", ".txt", ("talks o" + "\u0301" * 200_000 + "ff.\n").encode() * 3)
    yield one("text", "control characters", ".txt", bytes(range(1, 32)) * 1000 + seeds.body(3).encode())
    yield one("text", "only space", ".txt", b" \n\t" * 100_000)
    yield one("text", "empty", ".txt", b"")
    # 1 GiB and more, out of one packed piece put down many times: unpackers go on from piece to piece.
    for plain in (b"\0", b"\n", b"talks off.\n", b'{"text": "'):
        block = (plain * MIB)[:MIB] * 64
        for name, ending, pack in (
            ("gzip", ".txt.gz", lambda d: gzip.compress(d, 9)),
            ("bzip2", ".txt.bz2", bz2.compress),
            ("xz", ".txt.xz", lzma.compress),
            ("zstandard", ".jsonl.zst", seeds.zstandard),
        ):
            if large or plain == b"\n":
                yield one(name, "bomb", ending, pack(block) * (40 if large else 2))
    yield one(
        "xz",
        "huge dictionary",
        ".txt.xz",
        lzma.compress(b"talks" * 99, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
        if large
        else b"\xfd7zXZ\0\0\0",
    )
    for depth in (3, 5, 12, 100):
        yield one("zip", "nested bomb", ".zip", _nested(_zip_in_zip, depth))
        yield one("gzip", "nested bomb", ".gz", _nested(gzip.compress, depth))
        yield one(
            "tar", "nested bomb", ".tar", _nested(lambda data: seeds.tarred({"a.tar": data}, "w:gz"), depth)
        )
    yield one("zip", "bomb", ".zip", _broadened(2, 6, 70 * MIB if large else 20_000))
    yield one("zip", "overlapping bomb", ".zip", _overlapping_zip(3000, 20 * MIB))
    yield one("zip", "overlapping", ".zip", _overlapping_zip(20, 20_000))
    for n, name in enumerate(TRAVERSALS):
        yield one(
            "zip",
            "path traversal",
            ".zip",
            seeds.zipped({name.replace("\0", "?"): seeds.body(200 + n).encode()}).replace(
                b"a?b.txt", b"a\0b.txt"
            ),
        )
        yield one("tar", "path traversal", ".tar", seeds.tarred({name: seeds.body(220 + n).encode()}))
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
        yield one("tar", "link or device", ".tar", _tar_with(type=kind, linkname="/etc/passwd"))
    for size in (
        b"77777777777\0",
        b"\x80" + b"\0" * 10 + b"\xff",
        b"\xff" * 12,
        b"\x80" + b"\xff" * 11,
        b"nonsense    ",
    ):
        for flag in (b"0", b"x", b"L", b"g", b"S"):
            yield one("tar", "wrong sizes", ".tar", _tar_claiming(size, flag))
    yield one(
        "tar",
        "pax header bomb",
        ".tgz",
        gzip.compress(
            _tar_claiming(b"%011o\0" % (300 * MIB), b"x")[:512] + b"\0" * (300 * MIB if large else MIB)
        ),
    )
    yield one("zip", "encrypted", ".zip", _encrypted_zip())
    yield one(
        "zip",
        "unknown method",
        ".zip",
        _zip_claiming(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00"),
    )
    yield one(
        "zip",
        "wrong checksum",
        ".zip",
        _zip_claiming(struct.pack("<I", zlib.crc32(seeds.body(1).encode())), b"\1\2\3\4"),
    )
    yield one("zip", "same name twice", ".zip", _zip_claiming(b"b.txt", b"a.txt"))
    yield one(
        "zip",
        "office document",
        ".docx.zip",
        seeds.zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    )
    yield one("zip", "zip64", ".zip", _zip64())
    for count, kids in (
        ("1", "2 0 R"),
        ("99999999", "2 0 R " * 500),
        ("-1", "3 0 R"),
        ("4000", "1 0 R " * 4000),
    ):
        yield one("PDF", "cyclic pages", ".pdf", _pages(count, kids))
    for width, depth in ((2, 60), (40, 12), (1, 2)):
        yield one("PDF", "nested bomb", ".pdf", _pdf_of_forms(width, depth))
    yield one("PDF", "bomb", ".pdf", _pdf_bomb((500 if large else 5) * MIB))
    yield one("PDF", "without text", ".pdf", seeds.pdf([[]]))
    yield one("PDF", "many pages", ".pdf", seeds.pdf([[]] * 3500))
    yield one("Parquet", "bomb", ".parquet", _parquet_bomb(4000 if large else 20))
    yield one("Parquet", "no text", ".parquet", seeds.parquet([1]).replace(b"content", b"xontent"))
    for length in ("-1", "99999999999999999999", "0", "x", "18446744073709551615", "5"):
        yield one("WARC", "wrong lengths", ".warc", _warc_claiming(length))
    yield one("WARC", "header bomb", ".warc", b"WARC/1.0\r\n" + b"A: b\r\n" * 500_000)
    yield one("WARC", "header bomb", ".warc", b"WARC/1.0\r\nWARC-Type: " + b"a" * 5_000_000)
    for coding in ("gzip", "br", "deflate", "zstd", "gzip, gzip, br", "nonsense"):
        block = seeds.http(
            gzip.compress(b"\0" * (200 if large else 1) * MIB),
            f"Content-Encoding: {coding}",
            "Transfer-Encoding: chunked",
        )
        yield one("WARC", "bomb", ".warc.gz", seeds.warc_record("https://courier.example/bomb", block))
    yield one(
        "WARC",
        "bomb",
        ".warc.gz",
        gzip.compress(seeds.warc([1], pack=False) + b"\r\n" * (100 if large else 1) * MIB) * 3,
    )
    if large:
        yield from _of_100_mb()


def _zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(seeds.body(9).encode())
    return out.getvalue().replace(b"PK\x05\x06\0\0\0\0\x01\0\x01\0", b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff")


def _of_100_mb() -> Iterator[Input]:
    def long(start: bytes, filling: bytes, end: bytes) -> Callable[[], Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            yield start
            for _ in range(110):
                yield (filling * (MIB // len(filling) + 1))[:MIB]
            yield end

        return pieces

    row = seeds.json_lines([3])
    yield Input("text", "100 MB line", ".txt", long(b"", b"talks off, ", b"\n"))
    yield Input("JSON Lines", "100 MB line", ".jsonl", long(b'{"text": "', b"talks off, ", b'"}\n' + row))
    yield Input("JSON", "100 MB line", ".json", long(b'{"text": "', b"talks off, ", b'"}'))
    yield Input(
        "CSV",
        "100 MB line",
        ".csv",
        long(
            b"title,text\nx,",
            b"talks off ",
            b"\ny," + seeds.body(5).split("\n")[0].replace(",", "").encode() + b"\n",
        ),
    )
    yield Input("CSV", "100 MB quote", ".csv", long(b'title,text\nx,"', b"talks off \n", b"\ny,z\n"))
    yield Input("HTML", "100 MB line", ".html", long(b"<html><body><p>", b"talks off ", b"</p></html>"))
    yield Input(
        "RSS",
        "100 MB line",
        ".rss",
        long(
            b'<rss version="2.0"><channel><item><title>x</title><description>',
            b"talks off ",
            b"</description></item></channel></rss>",
        ),
    )
    yield Input(
        "NITF",
        "100 MB line",
        ".xml",
        long(b"<nitf><body><body.content><p>", b"talks off ", b"</p></body.content></body></nitf>"),
    )
    yield Input(
        "Reuters SGML",
        "100 MB line",
        ".sgm",
        long(
            b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS NEWID="1"><BODY>',
            b"talks off ",
            b"</BODY></REUTERS>",
        ),
    )
    yield Input("Markdown", "100 MB line", ".md", long(b"---\ntitle: ", b"talks off ", b"\n---\ntext"))
    yield Input(
        "WARC",
        "100 MB line",
        ".warc",
        long(
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 115343360\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            b"talks off ",
            b"\r\n\r\n",
        ),
    )
    yield Input(
        "news sitemap",
        "100 MB line",
        ".xml",
        long(
            b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>',
            b"talks",
            b"</loc></url></urlset>",
        ),
    )
