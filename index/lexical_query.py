"""What tantivy is asked: terms to a query, and the best of what may be answered from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.stems import asked
from index.text import fold

if TYPE_CHECKING:
    import tantivy

TITLE_WEIGHT = 0.5
RELATED_WEIGHT = 0.5
EXACT_WEIGHT = 0.3
"""A word in the very form that was asked for counts so much more."""
_DEEPEST = 20_000
"""Of the best, that are looked at to sift the allowed ones out of them."""
_LARGE = 100_000
"""Passages from which on an index is asked in ways that cost the same at any size."""
_SPARSE = 300
"""Passages to one allowed, from which on the allowed ones are looked up rather than gone by."""
_SIFTED = 100
"""Where the square of the number of allowed passages, divided by all in the index, is more than this, sifting
costs less than naming each: from 4,500 of 200,000, 10,000 of a million."""
_NAMED = 400
"""Allowed passages that are named one by one sooner than as a set: of a set tantivy goes through the ids that
are near one of it, 2 ms for a hundred where naming takes .4."""
_TELLING = 20_000
"""Passages of a large index that the other names of one thing may stand in, all told. A question that names
the United States would else look at half of a million passages, for names so common that they say little."""


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
    held = max(1, searcher.num_docs)
    if len(allowed) ** 2 <= _SIFTED * held:
        return None
    share = len(allowed) / held
    for times in (2, 12):
        depth = int(times * limit / share)
        if depth > _DEEPEST:
            return None
        of_all = best(searcher, query, depth)
        found = [pair for pair in of_all if pair[0] in allowed][:limit]
        if len(found) == limit or len(of_all) < depth:
            return found
    return None


def clauses_for(
    index: tantivy.Index, searcher: tantivy.Searcher, terms: Sequence[Term], *, turkic: bool
) -> list[tantivy.Query]:
    """What adds to a passage's score. Each term counts once, under whichever of its names scores best.
    `turkic` says whether the index holds anything in Turkish or Azerbaijani."""
    import tantivy

    clauses: list[tantivy.Query] = []
    for term in terms:
        own = _named(index, fold(term.word), turkic=turkic)
        if len(own) == 1 and not term.related:
            clauses += own[0]  # not one inside another, which takes tantivy half as long again
            continue
        options = [any_of(parts) for parts in own]
        for name in _telling(searcher, term.related, turkic=turkic):
            options += [
                tantivy.Query.boost_query(any_of(parts), RELATED_WEIGHT)
                for parts in _named(index, fold(name), turkic=turkic)
            ]
        if options:
            clauses.append(tantivy.Query.disjunction_max_query(options))
    return clauses


def _telling(searcher: tantivy.Searcher, names: Sequence[str], *, turkic: bool) -> Sequence[str]:
    """In a large index the rarest of the names, as many as together stand in few enough passages."""
    if searcher.num_docs < _LARGE:
        return names
    kept, passages = [], 0
    for count, name in sorted((_count(searcher, fold(name), turkic=turkic), name) for name in names):
        passages += count
        if passages > _TELLING:
            break
        kept.append(name)
    return kept


def _count(searcher: tantivy.Searcher, name: str, *, turkic: bool) -> int:
    """Passages in which the rarest word of a name stands, at most."""
    return max(
        (
            min(sum(searcher.doc_freq("text", token) for token in of_word) for of_word in way)
            for way in asked(name, turkic=turkic)
        ),
        default=0,
    )


def _named(index: tantivy.Index, name: str, *, turkic: bool) -> list[list[tantivy.Query]]:
    """The ways in which a name may stand in a passage, of each the scores that add up. A word is found by
    any of its bases, and counts for more in the form that it is asked for; several words are a phrase."""
    import tantivy

    ways = list(asked(name, turkic=turkic))
    if not ways:
        return []
    if len(ways[0]) > 1:
        phrases = {tuple(of[min(n, len(of) - 1)] for of in way) for way in ways for n in (0, 1)}
        return [_within(index, phrase) for phrase in sorted(phrases)]
    bases = dict.fromkeys(token for way in ways for of_word in way for token in of_word)
    by_base = [_within(index, [base]) for base in bases]
    itself = tantivy.Query.boost_query(tantivy.Query.term_query(index.schema, "words", name), EXACT_WEIGHT)
    if len(by_base) == 1:
        return [[*by_base[0], itself]]
    return [[tantivy.Query.disjunction_max_query([any_of(parts) for parts in by_base]), itself]]


def _within(index: tantivy.Index, tokens: Sequence[str]) -> list[tantivy.Query]:
    """In the text, and in the title."""
    import tantivy

    def field(name: str) -> tantivy.Query:
        if len(tokens) == 1:
            return tantivy.Query.term_query(index.schema, name, tokens[0])
        return tantivy.Query.phrase_query(index.schema, name, list(tokens))

    return [field("text"), tantivy.Query.boost_query(field("title"), TITLE_WEIGHT)]


def any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def restricted(
    index: tantivy.Index, searcher: tantivy.Searcher, clauses: Sequence[tantivy.Query], ids: Collection[int]
) -> tantivy.Query:
    """Scores of these passages only; one in which no term is may be found too, with the score 0."""
    import tantivy

    must, should = tantivy.Occur.Must, tantivy.Occur.Should
    if len(ids) <= _NAMED:
        among = any_of([tantivy.Query.term_query(index.schema, "id", id_, "basic") for id_ in ids])
    else:
        among = tantivy.Query.term_set_query(index.schema, "id", list(ids))
    found = tantivy.Query.const_score_query(among, 0.0)
    if searcher.num_docs < max(_LARGE, _SPARSE * len(ids)):
        return tantivy.Query.boolean_query([(must, any_of(clauses)), (must, found)])
    # One inside another, each clause is looked up at the ids alone; side by side, tantivy goes through all
    # passages that any of them finds.
    for clause in clauses:
        found = tantivy.Query.boolean_query([(must, found), (should, clause)])
    return found
