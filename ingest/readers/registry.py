"""Every reader there is: those of other installed packages first, then ours, the most particular first."""

from __future__ import annotations

import logging
from functools import cache
from importlib.metadata import entry_points

from ingest.readers import (
    compressed,
    csv_,
    feed,
    gzip_,
    html,
    json_,
    json_lines,
    json_stream,
    markdown,
    newsml_g2,
    ninjs,
    nitf,
    parquet,
    pdf,
    reuters,
    sitemap,
    tar,
    text,
    warc,
    wxr,
    xml,
    zip_,
)
from ingest.readers.reader import Reader

ENTRY_POINTS = "dateline.readers"
"""Group under which an installed package names its readers: `name = "package.module"`."""

_BUILT_IN: tuple[Reader, ...] = (
    warc,
    gzip_,
    compressed,
    zip_,
    tar,
    parquet,
    pdf,
    wxr,
    feed,
    sitemap,
    nitf,
    newsml_g2,
    reuters,
    xml,
    html,
    ninjs,
    json_stream,
    json_lines,
    json_,
    csv_,
    markdown,
    text,
)

log = logging.getLogger(__name__)


@cache
def readers() -> tuple[Reader, ...]:
    """In the order in which they are asked; the first that recognises a document reads it."""
    return (*_installed(), *_BUILT_IN)


def _installed() -> list[Reader]:
    found: list[Reader] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            found.append(point.load())
        except Exception as error:  # noqa: BLE001 - a broken plug-in must not keep ours from reading
            log.warning("The reader %s can't be loaded: %s", point.value, error)
    return found
