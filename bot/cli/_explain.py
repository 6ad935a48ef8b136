"""Why each passage was found: what added to its score, where the question's words stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import DatelineError

if TYPE_CHECKING:
    from rich.text import Text

    from bot.terminal import Terminal
    from index.article import Hit
    from index.query import Query
    from index.search import Hits, Index

NAMES_SHOWN = 6


def why(index: Index, query: Query, hit: Hit) -> dict[str, Any]:
    """`score` is the sum of what the `signals` add. `cosine` is -1 to 1, null where the passage has no vector
    yet; `bm25` null where no word of the question stands in it. The words' offsets are the version's."""
    from index.matches import matches

    return {
        "score": round(hit.score, 6),
        "signals": [{"name": name, "adds": round(added, 6)} for name, added in hit.signals],
        "cosine": None if hit.dense is None else round(hit.dense, 6),
        "bm25": None if hit.lexical is None else round(hit.lexical, 6),
        "compared_in": _compared_in(index, hit),
        "words": [
            {
                "start": hit.start + match.start,
                "end": hit.start + match.end,
                "text": hit.text[match.start : match.end],
                "term": match.term,
                "as": match.kind,
            }
            for match in matches(hit.text, query.terms(), hit.language)
        ],
        "title_words": [
            hit.title[match.start : match.end] for match in matches(hit.title, query.terms(), hit.language)
        ],
        "copies": max(0, len(hit.outlets) - 1),
    }


def asked_for(index: Index, query: Query) -> dict[str, Any]:
    """What was looked for, and in how much of the archive."""
    passages = index.ledger.stats()["passages"]
    return {
        "terms": [{"word": term.word, "names": list(term.related)} for term in query.terms()],
        "passages": passages,
        "passages_allowed": index.count_allowed(query),
        "window": query.window.as_json(),
        "as_of": query.as_of.isoformat() if query.as_of else None,
        "publishers": list(query.publishers),
        "publishers_left_out": list(query.left_out),
        "authors": list(query.authors),
        "languages": list(query.languages),
        "leans_to": query.lean.as_json(),
        "about_the_moment": query.recent,
        "model": _model(index),
    }


def _model(index: Index) -> str | None:
    """Identity of the embedding model; None where it can't be had, and words alone were searched."""
    try:
        return index.embedder.identity
    except DatelineError:
        return None


def _compared_in(index: Index, hit: Hit) -> str | None:
    """Where the passage's vector was found: a base's name, `delta` beside it, `server`; None without one."""
    from index.dense.base import current_manifest, current_name

    if hit.dense is None:
        return None
    if index.config.has_server:
        return "server"
    base = current_manifest(index.config.data)
    if base is not None and hit.passage <= base.upto and base.model == _model(index):
        return current_name(index.config.data)
    return "delta"


def show(terminal: Terminal, index: Index, query: Query, result: Hits) -> None:
    """The hits with their words marked, and under each what it was ranked by."""
    from bot.terminal import counted, one_line

    terminal.hits(
        result.hits, marked=lambda hit: _marked(hit, query), why=lambda hit: _lines(index, query, hit)
    )
    told = asked_for(index, query)
    names = "; ".join(_term(term) for term in told["terms"])
    terminal.print(f"Looked for: {one_line(names) or 'no word, the meaning alone'}", "dim")
    if told["passages_allowed"] is not None:
        total = counted(told["passages"], "passage")
        terminal.print(f"Looked in {told['passages_allowed']:,} of {total}", "dim")


def _lines(index: Index, query: Query, hit: Hit) -> list[str]:
    found = why(index, query, hit)
    lines = []
    if hit.signals:
        parts = [f"{name} {added:+.2f}" for name, added in hit.signals if abs(added) >= 0.005]
        lines.append(f"score {hit.score:.2f} = {' '.join(parts)}")
    else:
        lines.append(f"score {hit.score:.2f}")
    where = {"delta": "beside the base", "server": "on the server"}.get(
        found["compared_in"] or "", f"in {found['compared_in']}"
    )
    cosine = "no vector yet" if hit.dense is None else f"cosine {hit.dense:.3f} {where}"
    bm25 = "none of the words" if hit.lexical is None else f"BM25 {hit.lexical:.2f}"
    lines.append(f"{cosine}; {bm25}")
    if found["words"]:
        lines.append("words: " + _words_told(found["words"]))
    if found["title_words"]:
        lines.append("in the title: " + ", ".join(dict.fromkeys(found["title_words"])))
    return lines


def _words_told(words: list[dict[str, Any]]) -> str:
    """`Baku ×2, refused (refusing), Azerbaijan (baku)`: what stands there, and what it was asked for as."""
    counts: dict[str, int] = {}
    for word in words:
        told = word["text"] if word["as"] == "word" else f"{word['text']} ({word['term']})"
        counts[told] = counts.get(told, 0) + 1
    return ", ".join(f"{told} ×{n}" if n > 1 else told for told, n in counts.items())


def _term(term: dict[str, Any]) -> str:
    names = term["names"]
    if not names:
        return str(term["word"])
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return f"{term['word']} (also {', '.join(names[:NAMES_SHOWN])}{more})"


def _marked(hit: Hit, query: Query) -> Text:
    """The passage, cleaned, with the question's words in bold; in italics where they stand in another form,
    underlined where another name does."""
    from rich.text import Text

    from bot.terminal import clean
    from index.matches import matches

    styles = {"word": "bold", "form": "bold italic", "name": "bold underline"}
    marked, at = Text(), 0
    for match in matches(hit.text, query.terms(), hit.language):
        if match.start >= at:
            marked.append(clean(hit.text[at : match.start]))
            marked.append(clean(hit.text[match.start : match.end]), styles[match.kind])
            at = match.end
    marked.append(clean(hit.text[at:]))
    return marked
