"""PDFium in a process of its own: what a malformed file does to it, it does to nobody else.

Takes PDFs on standard input and answers each on standard output; both ways eight bytes of length come
first. An answer is a JSON object: `error`, or `text`, `title`, `author`, `characters`, `pages`.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from ctypes import c_double
from statistics import median
from time import process_time
from typing import Any, BinaryIO

from ingest.readers.pdf_layout import SOFT, Line, Piece, lines_of, paragraphs, without_running_heads

MAX_PAGES = 3000
MAX_CHARACTERS = 20_000_000
_MEMORY = 400 * 1024 * 1024
"""Address space, most of it never touched."""
_SECONDS = 120
"""Of the processor, for one file; `pdf` gives up on it long before, and ends this process."""


def main() -> None:
    given, answers = sys.stdin.buffer, sys.stdout.buffer
    while length := given.read(8):
        data = given.read(int.from_bytes(length, "big"))
        _limit()
        try:
            answer = read(data)
        except MemoryError:
            answer = {"error": "it takes too much memory"}
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer = {"error": str(error) or type(error).__name__}
        _send(answers, answer)


def _limit() -> None:
    """Whoever asked may be gone before a file without end is done with."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(process_time()) + _SECONDS, most))


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def read(data: bytes) -> dict[str, Any]:
    """The answer for one PDF."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            return {"error": "encrypted: save it without a password first"}
        return {"error": f"a damaged PDF: {str(error).replace(' (PDFium: Success)', '').rstrip('.')}"}
    pages: list[list[Line]] = []
    characters = undecoded = 0
    with document:
        count = len(document)
        if count > MAX_PAGES:
            return {"error": f"{count:,} pages, more than {MAX_PAGES:,}: split it"}
        for number in range(count):
            try:
                page = document[number]
                text = page.get_textpage()
            except pdfium.PdfiumError:
                continue  # a broken page; the others are read
            pieces, bad = _pieces(text, raw)
            text.close()
            page.close()
            characters += sum(len(piece.text) for piece in pieces)
            undecoded += bad
            if characters > MAX_CHARACTERS:
                return {"error": f"more than {MAX_CHARACTERS:,} characters: split it"}
            pages.append(lines_of(pieces))
        said = document.get_metadata_dict(skip_empty=True)
    if not pages:
        return {"error": "a damaged PDF: no page in it can be read"}
    heads, pages = without_running_heads(pages)
    title = _title(pages, said.get("Title"))
    text_ = "\n".join(heads) + "\n\n" + "\n\n".join(paragraphs(pages))
    return {
        "text": text_.strip(),
        "title": title,
        "author": _author(text_, said.get("Author")),
        "characters": characters,
        "undecoded": undecoded,
        "pages": len(pages),
    }


def _pieces(page: Any, raw: Any) -> tuple[list[Piece], int]:
    """Runs of characters between PDFium's own line ends and wide gaps, and how many it can't name. Places
    are asked for at the words' ends only: to ask for each character's takes five times as long."""
    handle = page.raw
    found: list[Piece] = []
    bad = 0
    run: list[str] = []
    left = bottom = size = 0.0
    last = 0
    begins_word = True

    def end() -> None:
        text = "".join(run).strip()
        text = text[:-1].replace(SOFT, "") + text[-1:]
        if text:
            found.append(Piece(text, left, box(last)[1], bottom, size))
        run.clear()

    def box(i: int) -> tuple[float, float, float, float]:
        """Left, right, bottom, top."""
        raw.FPDFText_GetCharBox(handle, i, x0, x1, y0, y1)
        return x0.value, x1.value, y0.value, y1.value

    x0, x1, y0, y1 = c_double(), c_double(), c_double(), c_double()
    for i in range(min(raw.FPDFText_CountChars(handle), MAX_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(handle, i)
        character = _character(code)
        if code in (10, 13):
            end()
        if code in _UNKNOWN or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF:
            bad += 1
        elif code == 0x2D and raw.FPDFText_IsHyphen(handle, i) == 1:
            character = SOFT
        if not character or (character == SOFT and run and run[-1] == SOFT):
            continue
        if character.isspace():
            begins_word = True
            if run:
                run.append(" ")
            continue
        if begins_word or not run:
            x, _, y, top = box(i)
            own = raw.FPDFText_GetFontSize(handle, i)
            if run:
                gap, drop = x - box(last)[1], abs(y - bottom)
                is_other = abs(own - size) > 0.3 * size
                if gap > 1.5 * size or gap < -2 * size or drop > 1.5 * size or is_other:
                    end()
            if not run:
                left, size = x, own if 1 <= own <= 300 else max(1.0, top - y)
                bottom = _baseline(raw, handle, i, y)
        last = i
        run.append(character)
        begins_word = character == SOFT  # PDFium puts it in the place of the line's end
    end()
    return found, bad


_UNKNOWN = frozenset((0, 0xFFFD))


def _character(code: int) -> str:
    """Empty for one that is to be passed over."""
    if code in (2, 0xAD, 0xFFFE):
        return SOFT
    if code in (9, 0xA0):
        return " "
    if code < 32 or code > 0x10FFFF or 0xD800 <= code <= 0xF8FF or code == 0xFFFD:
        return ""
    return chr(code)


def _baseline(raw: Any, handle: Any, i: int, fallback: float) -> float:
    x, y = c_double(), c_double()
    return float(y.value) if raw.FPDFText_GetCharOrigin(handle, i, x, y) else fallback


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _title(pages: list[list[Line]], said: str | None) -> str | None:
    """The stated title where the first page holds it too, as those that programs make up seldom do; else
    what is set largest at the top of the first page."""
    first = next((lines for lines in pages if lines), [])
    if not first:
        return None
    if said and len(_words(said)) >= 2 and len(said) <= 250:
        wanted, here = _words(said), _words(" ".join(line.text for line in first))
        if any(here[i : i + len(wanted)] == wanted for i in range(len(here) - len(wanted) + 1)):
            return " ".join(said.split())
    usual = median(line.size for line in first)
    top = max(first, key=lambda line: line.size)
    if top.size < 1.25 * usual:
        return None
    largest = [line for line in first if line.size > 0.95 * top.size and line.block == top.block]
    title = " ".join(line.text for line in largest[:4]).replace(SOFT, "-")
    return title if len(_words(title)) >= 2 and len(title) <= 250 else None


def _author(text: str, said: str | None) -> str | None:
    """The stated author where the text names them too: else it is whoever sat at the machine."""
    if not said or not 2 <= len(_words(said)) <= 8:
        return None
    wanted = " ".join(_words(said))
    edges = " ".join(_words(text[:3000])) + " | " + " ".join(_words(text[-2000:]))
    return " ".join(said.split()) if f" {wanted} " in f" {edges} " else None


if __name__ == "__main__":
    main()
