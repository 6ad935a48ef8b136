"""The real `dateline`, in processes of its own, over a few texts written here."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, env_name

HERE = Path(__file__).parent
"""Where no .env of a developer's lies."""
TEXTS = {
    "talks.md": """---
title: Karvonia calls off talks in Lisbon
publisher: Harbour Post
date: 2024-03-05
url: https://harbourpost.example/talks
---
Karvonia said on Tuesday that it would not attend the border talks in Lisbon on 12 March.

"We refuse the Lisbon talks because Portugal has shown itself biased in favour of our neighbour," the foreign
minister, Mara Delin, told reporters. She named no other place for a meeting.
""",
    "ferry.json": json.dumps(
        {
            "title": "Ferry line to close for the winter",
            "text": "The ferry between Port Selm and the islands stops on 1 November.\n"
            "It will sail again in April, the operator said, because winter storms damage the pier.",
            "publisher": "Island Gazette",
            "date": "2023-10-20",
        }
    ),
    "broken.json": '{"title": ',
}


def dateline(*arguments: str, stdin: bytes = b"") -> Any:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=HERE,
        env=environment(),
    )


def environment() -> dict[str, str]:
    """This process's, without a developer's own settings."""
    ours = {env_name(field) for field in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in ours}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The folder of the texts, the archive made of them, and what ingesting them said."""
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = folder.parent / f"{folder.name}-data"
    return folder, data, dateline("ingest", str(folder), "--json", "--data", str(data))


def test_ingest_takes_in_what_it_can_and_names_what_it_can_not(filled: Any) -> None:
    _, _, done = filled
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert (report["counts"]["new"], report["counts"]["failed"]) == (2, 1)
    assert report["failed"][0]["origin"].endswith("broken.json")
    assert report["embedded"] >= 2
    assert done.stderr == b""


def test_what_failed_is_listed_until_it_is_read(tmp_path: Path) -> None:
    texts, data = tmp_path / "texts", ("--data", str(tmp_path / "data"))
    texts.mkdir()
    (texts / "ferry.json").write_text(TEXTS["ferry.json"], encoding="utf-8")
    broken = texts / "talks.json"
    broken.write_text(TEXTS["broken.json"], encoding="utf-8")
    assert dateline("ingest", str(texts), *data).returncode == 3
    listed = dateline("failures", *data)
    assert str(broken).encode() in listed.stdout
    assert b"not JSON" in listed.stdout
    again = dateline("failures", "--retry", "--json", *data)
    assert again.returncode == 1
    assert json.loads(again.stdout)["counts"]["failed"] == 1
    broken.write_text(
        json.dumps({"title": "Talks", "text": "Karvonia said that the talks were off."}), "utf-8"
    )
    mended = dateline("failures", "--retry", "--json", *data)
    assert mended.returncode == 0
    counts = json.loads(mended.stdout)["counts"]
    assert (counts["new"], counts["unchanged"]) == (1, 0)
    assert dateline("failures", *data).stdout.startswith(b"Nothing is out")
    assert str(broken).encode() in dateline("failures", "--all", *data).stdout


def test_what_was_left_out_of_a_scrape_can_be_seen(tmp_path: Path) -> None:
    scrape = tmp_path / "scrape.txt"
    scrape.write_text(
        "Home | World | Business | Sport\nShare on Facebook\n\nFerry line to close for the winter\n\n"
        "The ferry between Port Selm and the islands stops on 1 November, the operator said on Friday.\n"
        "It will sail again in April, because winter storms damage the pier, he told reporters.\n"
        "Read also: Storm closes the harbour\n",
        encoding="utf-8",
    )
    done = dateline("ingest", str(scrape), "--show-dropped", "--json", "--data", str(tmp_path / "data"))
    (found,) = json.loads(done.stdout)["dropped"]
    assert found["origin"] == str(scrape)
    assert "Home | World | Business | Sport" in found["lines"]
    assert not any("storms damage" in line for line in found["lines"])


def test_running_it_again_changes_nothing_and_says_so(filled: Any) -> None:
    folder, data, _ = filled
    done = dateline("ingest", str(folder / "talks.md"), str(folder / "ferry.json"), "--data", str(data))
    assert done.returncode == 0
    assert done.stdout.startswith(b"Nothing changed: all 2 articles")


def test_a_question_is_answered_on_a_terminal_with_the_quote_word_for_word(filled: Any) -> None:
    _, data, _ = filled
    code, out = on_a_terminal(
        *("ask", "why did Karvonia refuse the Lisbon talks?", "--llm", "none"),
        *("--passages", "--data", str(data)),
    )
    assert code == 0
    assert "\x1b[" in out
    assert "Searching 2 articles" in out
    plain = " ".join(without_escapes(out).replace("│", " ").split())
    assert "Portugal has shown itself biased in favour of our neighbour" in plain
    assert "[1] Harbour Post · Karvonia calls off talks in Lisbon · 5 Mar 2024" in plain
    assert "2 articles, 20 Oct 2023 – 5 Mar 2024, newest 5 Mar 2024" in plain
    assert "2. Island Gazette · Ferry line to close for the winter" in plain.partition("Passages found")[2]


def test_a_batch_tells_what_the_archive_holds_from_what_it_does_not(filled: Any, run: Any) -> None:
    _, data, _ = filled
    asked = [
        {"id": "in", "question": "why did Karvonia refuse the Lisbon talks?"},
        {"id": "out", "question": "who won the 2022 World Cup?"},
        {"id": "too early", "question": "why did Karvonia refuse the Lisbon talks?", "as_of": "2023-12-01"},
    ]
    stdin = "\n".join(json.dumps(line) for line in asked).encode()
    done = dateline("ask", "--batch", "-", "--llm", "none", "--passages", "--data", str(data), stdin=stdin)
    assert (done.returncode, done.stderr) == (0, b"")
    known, unknown, early = (json.loads(line) for line in done.stdout.splitlines())
    assert [known["answered"], unknown["answered"], early["answered"]] == [True, False, False]
    assert known["passages"][0]["publisher"] == "Harbour Post"
    citation = known["citations"][0]
    article = json.loads(run("article", citation["article"], "--json", "--data", str(data)).out)
    text = next(v["text"] for v in article["versions"] if v["id"] == citation["version"])
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def on_a_terminal(*arguments: str) -> tuple[int, str]:
    """Exit status of `dateline …` and all that it printed, run with a pseudo-terminal for its streams."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=HERE,
        env={**environment(), "TERM": "xterm-256color", "COLUMNS": "90"},
    )
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 65536):
            said += chunk
    except OSError:
        pass  # Linux's way to say that the other side is closed
    os.close(ours)
    return process.wait(timeout=60), said.decode()


def without_escapes(text: str) -> str:
    from bot.terminal import clean

    return clean(text)
