"""What an answer looks like in Discord: pure functions from an Answer to messages.

A card is a list of views, one a message: nearly always one. Sources that don't fit go on in the next
message, so that no claim loses its citation and no quote is shortened.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

from discord import ui

from bot.answer import told
from bot.answer.news import notes
from bot.answer.plain import host_of, outlet, unmarked
from bot.answer.types import Answer, Citation, Claim
from bot.answer.understood import can_be_taken_back, given_up, read_as
from bot.discord_app.escape import block_quote, inert, one_line
from bot.discord_app.links import button_url, file_name
from bot.discord_app.pages import TEXT_LIMIT, Block, pages, pieces, units
from bot.discord_app.ways import action, choice_actions, verdicts
from index.article import Hit
from index.text import sentences

INK = 0x2F5D8A
SEPIA = 0xA8977A
GREY = 0xB9B6AE
RED = 0xB03A2E

QUESTION_LIMIT, TITLE_LIMIT, OUTLET_LIMIT = 240, 140, 60
PIECE_LIMIT = 1000
"""Characters before escaping, which may triple them."""
NEAREST, NEAREST_LIMIT = 3, 240
NEAREST_HEADING = "-# Nearest passages"
CHANGED = "Changed by its publisher since"
NOTE_LIMIT = 120
OUTLETS = 3
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

Card = list[ui.LayoutView]


def answer_card(answer: Answer, *, links: bool = True) -> Card:
    """The answer with its sources; or that there is none, with the passages that come nearest.

    Without `links` there are no buttons: for when Discord refuses an address that looked right.
    """
    blocks = (_asks_back if answer.asks_back else _answer if answer.answered else _no_answer)(answer)
    return pages(
        blocks if links else (replace(b, url=None) for b in blocks), INK if answer.answered else SEPIA
    )


def _answer(answer: Answer) -> Iterator[Block]:
    yield _heading(answer.question)
    used = {n for claim in answer.claims for n in claim.citations}
    is_verbatim = _is_verbatim(answer.claims, [c for c in answer.citations if c.n in used])
    if answer.timeline:
        yield from _events(answer)
    elif is_verbatim and not answer.parts:
        verdict = f"**{told.SAID[answer.verdict]}**\n" if answer.verdict else ""
        yield Block(f"{verdict}-# In the articles' own words")
    else:
        yield from _claims(answer.claims, _verdicts(answer))
    yield from (
        Block(f"**{one_line(part.text, QUESTION_LIMIT)}**\n{said}") for part, said in told.unanswered(answer)
    )
    yield from _differences(answer)
    if not answer.timeline:
        yield from _sources(answer.citations, noted=is_verbatim and not answer.parts)
    yield _foot(
        one_line(notes.sources_line(answer)),
        _coverage(answer),
        *_understood(answer),
        _wording(answer),
        _remark(answer),
        answer=answer,
    )


def progress_card(
    question: str, status: str, claims: Sequence[Claim] = (), citations: Sequence[Citation] = ()
) -> ui.LayoutView:
    """What is known so far, with a status line; one message."""
    blocks = chain(
        [_heading(question)],
        _claims(claims),
        [_foot(one_line(status, QUESTION_LIMIT), ruled=bool(claims))],
        _sources(citations),
    )
    return pages(blocks, GREY)[0]


def notice_card(text: str, colour: int = RED) -> ui.LayoutView:
    """A plain message, such as an error; `text` is made inert and cut at 1,000 characters."""
    return pages([Block(inert(next(pieces(text, PIECE_LIMIT))) or "…")], colour)[0]


def help_card(name: str, ask: str = "`/ask`") -> ui.LayoutView:
    """How to ask; `ask` is the command's mention as Discord writes it."""
    text = (
        f"Ask the archive: {ask}, or mention me with a question, such as\n"
        f"> @{one_line(name, OUTLET_LIMIT)} why did Baku refuse Washington talks?\n"
        "-# Reply to one of my answers to ask further."
    )
    return pages([Block(text)], GREY)[0]


def _no_answer(answer: Answer) -> Iterator[Block]:
    coverage = answer.coverage
    if coverage.articles:
        said = told.silence(day(coverage.oldest), day(coverage.newest))
    elif coverage.window or answer.as_of:
        said = f"The archive holds no article {_span(answer)}."
    else:
        said = "The archive is empty. Whoever runs this bot can fill it with `dateline ingest`."
    yield _heading(answer.question)
    yield Block(said)
    nearest = answer.nearest[:NEAREST]
    if nearest:
        yield Block(NEAREST_HEADING, ruled=True)
    yield from map(_near, nearest)
    yield _foot(_coverage(answer), *_understood(answer), _remark(answer), answer=answer)


def _heading(question: str) -> Block:
    return Block(f"### {one_line(question, QUESTION_LIMIT) or '…'}")


def _verdicts(answer: Answer) -> dict[str, str]:
    """Yes or no, by the part of the question that it answers."""
    said = {part.text: part.verdict for part in answer.parts} | {"": answer.verdict}
    return {part: told.SAID[verdict] for part, verdict in said.items() if verdict}


def _asks_back(answer: Answer) -> Iterator[Block]:
    """What is asked of the asker, with a button for each thing that the archive has."""
    assert answer.asks_back is not None
    yield _heading(answer.question)
    yield Block(inert(answer.asks_back.text), actions=choice_actions(answer.asks_back.choices))
    yield _foot(_coverage(answer), *_understood(answer), _remark(answer), answer=answer)


def _claims(claims: Sequence[Claim], verdicts: Mapping[str, str] = MappingProxyType({})) -> Iterator[Block]:
    """Claims as paragraphs, as many in one block as stay well below a message's limit."""
    gathered: list[str] = []
    before: str | None = None
    for claim in claims:
        if claim.part != before:
            before = claim.part
            heads_of_part = filter(None, (one_line(claim.part, QUESTION_LIMIT), verdicts.get(claim.part)))
            gathered += [f"**{head}**" for head in heads_of_part]
        marks = "".join(f"[{n}]" for n in claim.citations)
        note = one_line(notes.claim_note(claim), NOTE_LIMIT)
        marks = f"*({note})* {marks}" if note else marks
        *heads, tail = pieces(notes.LEADS[claim.standing] + claim.text, PIECE_LIMIT)
        for text in (*map(inert, heads), f"{inert(tail)} {marks}"):
            if gathered and sum(map(units, gathered)) + units(text) > TEXT_LIMIT - PIECE_LIMIT:
                yield Block("\n".join(gathered))
                gathered = []
            gathered.append(text)
    if gathered:
        yield Block("\n".join(gathered))


def _is_verbatim(claims: Sequence[Claim], citations: Sequence[Citation]) -> bool:
    """Whether the claims are the quotes, in their order: then saying them twice tells nothing more."""
    said = [" ".join(claim.text.split()) for claim in claims]
    return said == [" ".join(citation.quote.split()) for citation in citations]


def _differences(answer: Answer) -> Iterator[Block]:
    """Reports that don't agree, a line each, which ends in its mark as a claim does."""
    for difference in answer.differences:
        lines = [f"{one_line(line)} [{n}]" for line, n in notes.side_by_side(difference, answer)]
        yield Block("\n".join([notes.heading(difference), *lines]), ruled=True)


def _events(answer: Answer) -> Iterator[Block]:
    """The events of a timeline. Each is headed as a source is, so that it leaves when its article does."""
    cited = {c.n: c for c in answer.citations}
    for place, (event, claim) in enumerate(zip(answer.timeline, answer.claims, strict=True)):
        first, *others = claim.citations
        citation = cited[first]
        lead = notes.LEADS[claim.standing].rstrip(": ")
        said = f"said by {claim.speaker}" if claim.speaker else ""
        also = "".join(f"[{n}]" for n in others)
        small = " · ".join(filter(None, (notes.event_line(answer, place), lead, said)))
        head = (
            f"**[{first}] {event.shown}**\n-# {one_line(small, 2 * NOTE_LIMIT)}{f' {also}' if also else ''}"
        )
        opening, *rest = pieces(citation.quote, PIECE_LIMIT)
        url = button_url(citation.link) or button_url(citation.url)
        yield Block(f"{head}\n{block_quote(opening)}", url)
        yield from (Block(block_quote(piece)) for piece in rest)


def _sources(citations: Sequence[Citation], *, noted: bool = False) -> Iterator[Block]:
    """The sources; `noted`, with what is said beside claims where no claims are shown."""
    first: dict[str, int] = {}
    for place, citation in enumerate(citations):
        url = button_url(citation.link) or button_url(citation.url)
        mark = f"[{citation.n}]"
        if citation.version in first:
            head = f"**{mark}** same article as [{first[citation.version]}]"
        else:
            first[citation.version] = citation.n
            head = _head(mark, citation, url or citation.link)
        opening, *rest = pieces(citation.quote, PIECE_LIMIT)
        note = _note(citation) if noted else ""
        yield Block(f"{head}{note}\n{block_quote(opening)}", url, ruled=place == 0)
        yield from (Block(block_quote(piece)) for piece in rest)


def _note(citation: Citation) -> str:
    lead = notes.LEADS[citation.standing].rstrip(": ")
    said = "; ".join(filter(None, (lead, notes.citation_note(citation))))
    return f"\n-# {one_line(said, NOTE_LIMIT)}" if said else ""


def _near(hit: Hit) -> Block:
    url = button_url(hit.url)
    return Block(f"{_head('', hit, url or hit.origin)}\n{block_quote(_opening(hit.text))}", url)


def _head(mark: str, source: Citation | Hit, link: str | None) -> str:
    """Number, outlet and date; below them title, where the button goes or the file, and other outlets."""
    whose = one_line(outlet(source.publisher, source.url)) or "Outlet unknown"
    title = one_line(unmarked(source.title), TITLE_LIMIT) or "Untitled"
    place = one_line(host_of(link) or file_name(link) or "", OUTLET_LIMIT)
    lines = [f"**{f'{mark} {whose}'.strip()}** · {day(source.published) or 'undated'}"]
    lines.append(f"-# {title} · {place}" if place and place not in whose else f"-# {title}")
    others = [one_line(name, OUTLET_LIMIT) for name in source.outlets if name != source.publisher]
    if others:
        more = f" and {len(others) - OUTLETS} more" if len(others) > OUTLETS else ""
        lines.append(f"-# Also in {', '.join(others[:OUTLETS])}{more}")
    if isinstance(source, Citation) and source.changed:
        lines.append(f"-# {CHANGED}")
    return "\n".join(lines)


def _opening(text: str) -> str:
    """The passage's first whole sentences, with `…` where it goes on."""
    end = 0
    for start, stop in sentences(text):
        if end and stop > NEAREST_LIMIT:
            return text[:end] + "\u00a0…"
        end = stop
        if stop - start > PIECE_LIMIT:
            return next(pieces(text, PIECE_LIMIT)) + "\u00a0…"
    return text


def day(iso: str | None) -> str | None:
    """`8 Apr 2024` of an ISO date or timestamp, anything else as it is; None for None."""
    if not iso:
        return None
    try:
        date = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return one_line(iso, OUTLET_LIMIT)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _coverage(answer: Answer) -> str:
    coverage = answer.coverage
    count = f"{coverage.articles:,} article{'' if coverage.articles == 1 else 's'}"
    line = f"Searched {count}"
    oldest, newest = day(coverage.oldest), day(coverage.newest)
    if oldest and newest:
        line += f", {oldest}" if oldest == newest else f", {oldest} – {newest}"
    if coverage.window or answer.as_of:
        line += f" ({_span(answer)})"
        if coverage.undated:
            line += f"; {coverage.undated:,} undated left out"
    return line


def _span(answer: Answer) -> str:
    """The window asked for, in words."""
    window = answer.coverage.window
    since, until = (day(d.isoformat()) if d else None for d in (window.since, window.until))
    if since and until:
        said = f"of {since}" if since == until else f"from {since} to {until}"
    elif since or until:
        said = f"since {since}" if since else f"until {until}"
    else:
        said = ""
    as_of = f"as of {day(answer.as_of.isoformat())}" if answer.as_of else ""
    return ", ".join(filter(None, (said, as_of)))


def _wording(answer: Answer) -> str:
    written = any(claim.origin == "model" for claim in answer.claims)
    return f"Worded by {one_line(answer.model, OUTLET_LIMIT)}, checked against the quotes" if written else ""


def _remark(answer: Answer) -> str:
    said = " ".join(filter(None, (answer.note, answer.degraded)))
    return one_line(said, 2 * QUESTION_LIMIT)


def _understood(answer: Answer) -> Iterator[str]:
    """What was read out of the question's words; and what of it left nothing to be found."""
    if answer.read_as:
        yield one_line(told.read_as(answer), QUESTION_LIMIT)
    if answer.understood:
        yield one_line(f"Understood: {'; '.join(read_as(answer.understood))}", QUESTION_LIMIT)
    if answer.taken_back:
        yield one_line(given_up(answer.taken_back), QUESTION_LIMIT)


def _foot(*lines: str, ruled: bool = True, answer: Answer | None = None) -> Block:
    """The small print; of an answer, with buttons that ask again without what was understood, and that say
    whether it is right."""
    actions = (*map(action, can_be_taken_back(answer)), *verdicts(answer)) if answer else ()
    return Block("\n".join(f"-# {line}" for line in lines if line), ruled=ruled, actions=actions)
