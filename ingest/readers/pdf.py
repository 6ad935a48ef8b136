"""PDF with a text layer: its columns in order, paragraphs whole, running heads and page numbers dropped.

The day on which a file was made (CreationDate) is no day of publication: scans are made decades later.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any

from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, raw_hash
from ingest.readers.reader import Document, Head

FORMAT = "PDF"
_SECONDS = 40.0
"""For one file. A newspaper of 100 pages takes about one."""
_LEAST = 80
"""Characters without which there is no text layer to speak of, over all pages."""


def recognises(head: Head) -> bool:
    """The mark may stand behind some rubbish."""
    at = head.data.find(b"%PDF-", 0, 1024)
    return at == 0 or (at > 0 and not head.text)


def records(document: Document) -> Iterator[Record]:
    data = document.data()
    digest = raw_hash(data)
    yield Record(document.origin, digest, partial(read, document.origin, digest, data))


def read(origin: str, digest: str, data: bytes) -> RawArticle:
    """NotAnArticle where the PDF has no text layer, ReadError where it can't be read."""
    answer = _ask(data)
    if "error" in answer:
        raise ReadError(answer["error"])
    if answer["characters"] < _LEAST and answer["undecoded"] < _LEAST:
        raise NotAnArticle("a PDF without a text layer: run OCR first")
    if answer["undecoded"] > answer["characters"]:
        raise NotAnArticle("a PDF whose letters can't be told from its font: run OCR first")
    return RawArticle(origin, digest, answer["text"], title=answer["title"], author=answer["author"])


class _Child:
    """The process that PDFium runs in; kept for the next file."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            # -P: whatever is called `ingest` in the folder that one stands in is none of ours.
            [sys.executable, "-P", "-m", "ingest.readers.pdf_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the run, which ends it
        )

    def ask(self, data: bytes) -> dict[str, Any]:
        """EOFError where it died of the file, TimeoutError where it doesn't come to an end."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(len(data).to_bytes(8, "big"))
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise EOFError from error
        until = monotonic() + _SECONDS
        length = int.from_bytes(self._read(8, until), "big")
        answer: dict[str, Any] = json.loads(self._read(length, until))
        return answer

    def _read(self, size: int, until: float) -> bytes:
        assert self.process.stdout is not None
        data = b""
        while len(data) < size:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, until - monotonic()))
            if not ready:
                raise TimeoutError
            more = os.read(self.process.stdout.fileno(), min(size - len(data), 1 << 20))
            if not more:
                raise EOFError
            data += more
        return data

    def end(self) -> None:
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


_child: _Child | None = None


_one_at_a_time = Lock()


def _ask(data: bytes) -> dict[str, Any]:
    with _one_at_a_time:
        return _asked(data)


def _asked(data: bytes) -> dict[str, Any]:
    global _child
    if _child is None or _child.owner != os.getpid() or _child.process.poll() is not None:
        _child = _Child()
    try:
        return _child.ask(data)
    except EOFError:
        reason = "a damaged PDF: the program that reads it came to grief over it"
    except TimeoutError:
        reason = f"a damaged PDF: reading it took more than {_SECONDS:.0f} s"
    except BaseException:
        _child.end()  # its answer must not be taken for the next file's
        _child = None
        raise
    _child.end()
    _child = None
    raise ReadError(reason)
