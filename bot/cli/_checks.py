"""What `dateline doctor` looks at, one function a thing; each says the fix for each fault."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Literal

from index.errors import DatelineError, SearchIndexError

if TYPE_CHECKING:
    from bot.settings import Settings

LITTLE_ROOM = 1_000_000_000
"""Bytes free under which a new base may not fit beside the old one."""
GET_TOKEN = (
    "Make a bot at https://discord.com/developers/applications (Bot, Reset Token) and put its token "
    "into .env as DISCORD_TOKEN=…; the README tells how, step by step."
)
TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    state: Literal["fine", "warning", "fault"]
    what: str
    said: str
    fix: str = ""

    def as_json(self) -> dict[str, str]:
        return {"state": self.state, "what": self.what, "said": self.said, "fix": self.fix}


Check = Callable[["Settings"], Iterator[Finding]]


def settings_file(_settings: Settings) -> Iterator[Finding]:
    from bot.settings import ENV_FILE, unknown_names

    where = (
        f"read from {ENV_FILE.absolute()} and the environment"
        if ENV_FILE.is_file()
        else "from the environment"
    )
    yield Finding("fine", "Settings", where)
    for name in unknown_names():
        yield Finding(
            "warning", "Settings", f"{name} in {ENV_FILE} is no setting", "See .env.example for the names."
        )


def data_folder(settings: Settings) -> Iterator[Finding]:
    from bot.terminal import size

    folder = settings.data.absolute()
    standing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(standing, os.W_OK | os.X_OK):
        yield Finding(
            "fault",
            "Data folder",
            f"{standing} can't be written to",
            "Give yourself the right to write there, or choose another folder with DATELINE_DATA or --data.",
        )
        return
    free = shutil.disk_usage(standing).free
    said = f"{folder}, {size(free)} free"
    if free < LITTLE_ROOM:
        yield Finding("warning", "Data folder", said, "Make room: a new base is built beside the old one.")
    else:
        yield Finding("fine", "Data folder", said)


def ledger(settings: Settings) -> Iterator[Finding]:
    from bot.cli._open import open_ledger
    from bot.terminal import counted
    from index.database import Database

    with open_ledger(settings) as opened:
        stats, is_erasing = opened.stats(), opened.is_erasing()
        db = Database(opened.path)
        try:
            broken = [row[0] for row in db.rows("PRAGMA quick_check(3)") if row[0] != "ok"]
            broken += [f"a row of {row[0]} leads nowhere" for row in db.rows("PRAGMA foreign_key_check")][:3]
        except sqlite3.DatabaseError as error:
            broken = [str(error)]
        finally:
            db.close()
    if broken:
        yield Finding(
            "fault",
            "Ledger",
            f"{opened.path} is damaged: {'; '.join(broken)}",
            "Restore it from a backup, or move the data folder away and run `dateline ingest` again.",
        )
    else:
        held = f"{counted(stats['articles'], 'article')}, {counted(stats['passages'], 'passage')}"
        yield Finding("fine", "Ledger", f"whole; {held}")
    if is_erasing:
        yield Finding(
            "warning",
            "Taking out",
            "it was cut off: nobody finds what was taken out, but words of it may still lie in files",
            "Run `dateline ingest` on any path: it begins by writing those files anew.",
        )


def words(settings: Settings) -> Iterator[Finding]:
    from bot.cli._open import open_ledger
    from index.lexical import LEXICAL_FOLDER, Lexical, Term, open_index

    with open_ledger(settings) as opened:
        passages = opened.stats()["passages"]
    lexical = Lexical(settings.data)
    lexical.search([Term("the")], 1)
    lexical.check()
    indexed = open_index(settings.data / LEXICAL_FOLDER).searcher().num_docs
    if indexed < passages:
        yield Finding(
            "fault",
            "Words",
            f"{indexed:,} of {passages:,} passages are found by words",
            "Run `dateline ingest` again on any path; it puts the word index right.",
        )
    else:
        yield Finding("fine", "Words", f"all {passages:,} passages are found by words")


def embedding_model(settings: Settings) -> Iterator[Finding]:
    from index.embedder import chosen, load_embedder, prompts_of

    config = settings.index_config()
    started = monotonic()
    embedder = load_embedder(config)
    embedder.encode(["Is anybody there?"], "query")
    seconds = f"{monotonic() - started:.1f} s"
    if config.embedding_base_url:
        yield Finding("fine", "Embedding model", f"{embedder.identity}, answered in {seconds}")
        return
    told = f"{embedder.identity}, loaded in {seconds}"
    prompts = prompts_of(config)
    for what, prompt in (("questions", prompts.query), ("passages", prompts.passage)):
        if prompt:
            told += f"; {what} behind “{prompt.strip()}”"
    measured = chosen(config)
    if config.embedding_precision != "auto":
        told += f"; passages in {config.embedding_precision}, as set"
    elif measured is not None:
        rates = ", ".join(f"{name} {rate:.0f}" for name, rate in measured.rates.items())
        told += (
            f"; passages in {measured.precision} (a second: {rates}; cosine {measured.cosine:.3f} to fp32)"
        )
    yield Finding("fine", "Embedding model", told)


def vectors(settings: Settings) -> Iterator[Finding]:
    from bot.cli._open import open_ledger
    from bot.cli.status import embedded_passages
    from index.embedder import model_identity
    from index.live import identity_in_use
    from index.vectors import VECTORS_FOLDER, Vectors, vectors_path

    identity = model_identity(settings.index_config())
    with open_ledger(settings) as opened:
        used = identity_in_use(opened, identity)
        if used not in (None, identity):
            yield Finding(
                "fault",
                "Vectors",
                f"embedded by {used}, and EMBEDDING_MODEL={settings.embedding_model} is {identity}",
                "Set EMBEDDING_MODEL and its prompts back, or run `dateline reindex`: it embeds all anew.",
            )
            return
        own = vectors_path(settings.data, identity)
        others = [path.stem for path in (settings.data / VECTORS_FOLDER).glob("*.sqlite") if path != own]
        if not own.is_file() and others:
            yield Finding(
                "fault",
                "Vectors",
                f"{identity} has embedded nothing here; {', '.join(others)} has",
                "Set EMBEDDING_MODEL back, or run `dateline ingest` again, which embeds all by the one set.",
            )
            return
        if own.is_file():
            with closing(Vectors(settings.data, identity)) as kept:
                kept.check()
        done, total = embedded_passages(opened, settings), opened.stats()["passages"]
    if done < total:
        yield Finding(
            "warning",
            "Vectors",
            f"{done:,} of {total:,} passages are embedded; the others are found by words only",
            "Run `dateline ingest` again on any path; it embeds what is left.",
        )
    else:
        yield Finding("fine", "Vectors", f"all {total:,} passages are embedded")


def base(settings: Settings) -> Iterator[Finding]:
    from index.dense.base import Base, chroma_folder, current_name
    from index.embedder import model_identity

    name = current_name(settings.data)
    rebuild = "Run `dateline ingest` again on any path; it builds another. Until then answers take longer."
    if name is None and settings.index_config().has_server:
        return
    if name is None:
        yield Finding("warning", "Base", "none yet: every passage is compared one by one", rebuild)
        return
    try:
        opened = Base(chroma_folder(settings.data) / name)
        opened.close()
    except SearchIndexError as error:
        yield Finding("fault", "Base", str(error), rebuild)
        return
    if opened.manifest.model != model_identity(settings.index_config()):
        yield Finding("warning", "Base", f"{name} is of {opened.manifest.model}, another model", rebuild)
    else:
        yield Finding("fine", "Base", f"{name}, {opened.manifest.count:,} passages, as it was built")


def server(settings: Settings) -> Iterator[Finding]:
    """Asks it: is it there, is it ours, does it hold what it should."""
    from bot.cli._open import open_ledger
    from bot.terminal import counted
    from index.dense.server.collection import Collection
    from index.dense.server.http import ChromaServer
    from index.embedder import load_embedder
    from index.ledger import stores

    config = settings.index_config()
    if not config.has_server:
        return
    bring = "Run `dateline publish`, or `dateline ingest` on any path."
    embedder = load_embedder(config)
    with closing(ChromaServer(config)) as chroma, open_ledger(settings) as opened:
        started = monotonic()
        version = chroma.version()
        took = 1000 * (monotonic() - started)
        collection = Collection(chroma, opened.identity, embedder.identity, embedder.dim)
        try:
            collection.find()
        except SearchIndexError as error:
            yield Finding("fault", "Server", str(error), bring)
            return
        held = collection.count()
        total = stores.count_current(opened, opened.last_passage())
        store = stores.find(opened, collection.place)
        said = f"{chroma.place}, interface {version}, answers in {took:.0f} ms"
        if collection.is_hybrid:
            said += ", looks for words too"
        if store is None or store.collection != collection.id or collection.stamp not in store.stamps:
            fault = f"{said}, but it was written to by another copy of this archive, or not by this one"
            yield Finding("warning", "Server", fault, bring)
        elif held != total:
            yield Finding(
                "warning", "Server", f"{said}; it holds {held:,} of {counted(total, 'passage')}", bring
            )
        else:
            yield Finding("fine", "Server", f"{said}; it holds all {counted(held, 'passage')}")


def language_model(settings: Settings) -> Iterator[Finding]:
    from bot.llm import load_llm

    config = settings.llm_config()
    started = monotonic()
    llm = load_llm(config)
    if llm is None:
        yield Finding("fine", "Language model", "none: answers are verbatim passages")
        return
    from llama_index.core.llms import ChatMessage, MessageRole

    text = ""
    try:
        for part in llm.stream_chat([ChatMessage(role=MessageRole.USER, content="Say yes.")]):
            text += part.delta or ""
            if monotonic() - started > config.timeout:
                break
    except Exception as error:  # noqa: BLE001 - each provider's client has errors of its own
        yield Finding("fault", "Language model", f"{config.name} failed: {error}", _provider_fix(settings))
        return
    if text.strip():
        yield Finding(
            "fine", "Language model", f"{config.name} answers, {monotonic() - started:.1f} s with loading"
        )
    else:
        yield Finding("fault", "Language model", f"{config.name} said nothing", _provider_fix(settings))


def _provider_fix(settings: Settings) -> str:
    if settings.llm == "embedded":
        return "Leave LLM_MODEL blank for the model that comes along, or set LLM=none."
    where = f" at {settings.llm_base_url}" if settings.llm_base_url else ""
    return (
        f"See that the provider{where} is up, LLM_MODEL={settings.llm_model} is a model of its own and "
        "LLM_API_KEY is right; or set LLM=embedded or LLM=none. Until then answers are verbatim passages."
    )


def discord_token(settings: Settings) -> Iterator[Finding]:
    if settings.discord_token is None:
        yield Finding(
            "warning", "Discord token", "DISCORD_TOKEN is not set; only `dateline bot` needs it", GET_TOKEN
        )
        return
    token = settings.discord_token.get_secret_value()
    if TOKEN.fullmatch(token):
        yield Finding("fine", "Discord token", "set, and looks like one; Discord says whether it is right")
        return
    looks = "starts with “Bot ”" if token.startswith("Bot ") else "has not three parts joined by dots"
    yield Finding(
        "fault",
        "Discord token",
        f"DISCORD_TOKEN {looks}, so it is no bot's token",
        "Copy the token whole, from your application's page Bot; not the client secret, nor the public key.",
    )


CHECKS: tuple[tuple[str, Check], ...] = (
    ("Settings", settings_file),
    ("Data folder", data_folder),
    ("Ledger", ledger),
    ("Words", words),
    ("Embedding model", embedding_model),
    ("Vectors", vectors),
    ("Base", base),
    ("Server", server),
    ("Language model", language_model),
    ("Discord token", discord_token),
)
OF_AN_ARCHIVE = ("Words", "Vectors", "Base", "Server")
"""Not looked at where there is no ledger, or none that can be read."""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which things build on each other."""
    readable = True
    for what, check in CHECKS:
        if what in OF_AN_ARCHIVE and not readable:
            continue
        try:
            yield from check(settings)
        except DatelineError as error:
            readable = readable and what != "Ledger"
            yield Finding("fault", what, str(error))  # its own words say what to do
