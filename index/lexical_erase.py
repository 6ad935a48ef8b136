"""Taking words out of the lexical index.

tantivy marks what is deleted; the words stay in their segment until it is merged, which its Python binding
can't ask for. A segment of which nothing is left is dropped, though: so all of its passages are deleted, and
those that are to stay are added again. That costs the segments touched, not the whole index.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from index.lexical import LEXICAL_FOLDER

if TYPE_CHECKING:
    from index.ledger import Writer

_AT_MOST = 0.7
"""Share of the passages from which on the index is rather built anew."""


def erase_from_lexical(writer: Writer) -> None:
    """Leaves no segment with words of a passage that the ledger doesn't hold."""
    folder = writer.data / LEXICAL_FOLDER
    if not _rewritten(writer) or not _is_clean(folder):
        writer.rebuild_lexical()


def _rewritten(writer: Writer) -> bool:
    """Whether the segments touched are replaced; False where it isn't worth it, or can't be told."""
    import tantivy

    if not _is_clean(writer.data / LEXICAL_FOLDER):
        return False
    index, into = writer._lexical._index, writer._lexical._open_writer()
    assert index is not None
    index.reload()
    searcher = index.searcher()
    if searcher.num_docs == 0:
        return False
    hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False).hits
    found = [address for _, address in hits]
    ids = [int(id_) for id_ in searcher.fast_field_values("id", found) if id_ is not None]
    if len(ids) != len(found):
        return False
    held = {passage.id for page in writer.iter_passages() for passage in page}
    touched = {address.segment_ord for address, id_ in zip(found, ids, strict=True) if id_ not in held}
    moved = [id_ for address, id_ in zip(found, ids, strict=True) if address.segment_ord in touched]
    if len(moved) > _AT_MOST * len(ids):
        return False
    if moved:
        into.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "id", moved))
        writer.index_words(sorted(held.intersection(moved)))
        into.commit()
        writer.reopen_lexical()  # waits for merges
        writer._lexical._open_writer().garbage_collect_files()
    return True


def _is_clean(folder: Path) -> bool:
    """Whether no segment holds a deleted passage, and no file lies there that belongs to no segment."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        if any(segment["deletes"] for segment in segments):
            return False
        known = {segment["segment_id"].replace("-", "") for segment in segments}
        return all(path.name.partition(".")[0] in known for path in folder.iterdir() if _is_of_segment(path))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _is_of_segment(path: Path) -> bool:
    return len(path.name.partition(".")[0]) == 32
