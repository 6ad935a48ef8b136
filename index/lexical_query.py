"""What tantivy is asked: terms to a query, and the best of what may be answered from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.text import fold

if TYPE_CHECKING:
    import tantivy

TITLE_WEIGHT = 0.5
RELATED_WEIGHT = 0.5
MANY, _DEEPEST = 5_000, 3_000
"""Allowed passages from which on the best are sifted, and how many are looked at for it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: a word, and the other names under which it may appear."""

    word: str
    related: tuple[str, ...] = ()
    """Words or phrases; they count for less than the asker's own word."""


def best(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[tuple[int, float]]:
    hits = searcher.search(query, limit, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return [(int(id_), float(score)) for id_, (score, _) in zip(ids, hits, strict=True) if id_ is not None]


def sifted(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int, allowed: Collection[int]
) -> list[tuple[int, float]] | None:
    """The same as with a query restricted to many ids, which costs a look at each: the best of all, and of
    these the allowed ones. None when too few of the best are allowed."""
    allowed = allowed if isinstance(allowed, frozenset) else frozenset(allowed)
    share = len(allowed) / max(1, searcher.num_docs)
    depth = min(_DEEPEST, int(2 * limit / max(share, 0.001)))
    of_all = best(searcher, query, depth)
    found = [pair for pair in of_all if pair[0] in allowed][:limit]
    return found if len(found) == limit or len(of_all) < depth else None


def query_for(index: tantivy.Index, terms: Sequence[Term]) -> tantivy.Query | None:
    """Any of the terms; each counts once, under whichever of its names scores best."""
    import tantivy

    tokens_of = analyzer().analyze
    clauses = []
    for term in terms:
        names = [(term.word, 1.0), *((name, RELATED_WEIGHT) for name in term.related)]
        options = [
            tantivy.Query.boost_query(_named(index, tokens), weight)
            for name, weight in names
            if (tokens := tokens_of(fold(name)))
        ]
        if options:
            clauses.append((tantivy.Occur.Should, tantivy.Query.disjunction_max_query(options)))
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _named(index: tantivy.Index, tokens: list[str]) -> tantivy.Query:
    import tantivy

    def within(field: str) -> tantivy.Query:
        if len(tokens) == 1:
            return tantivy.Query.term_query(index.schema, field, tokens[0])
        return tantivy.Query.phrase_query(index.schema, field, list(tokens))

    title = tantivy.Query.boost_query(within("title"), TITLE_WEIGHT)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, within("text")), (tantivy.Occur.Should, title)]
    )


def restricted(index: tantivy.Index, query: tantivy.Query, ids: Collection[int]) -> tantivy.Query:
    import tantivy

    among = tantivy.Query.term_set_query(index.schema, "id", list(ids))
    unscored = tantivy.Query.const_score_query(among, 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)])


def analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.stemmer("english")).filter(tantivy.Filter.stemmer("russian"))
    return builder.build()
