from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "llama_index",
    "trafilatura",
    "dateparser",
    "rensa",
    "discord",
    "numpy",
    "tantivy",
    "pydantic_settings",
}
COMMANDS = ("ask", "chat", "search", "article", "ingest", "status", "failures", "bot", "doctor", "eval")


def test_help_names_every_command(run: Any) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert all(f"│ {command} " in ran.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_takes_data(run: Any, command: str) -> None:
    ran = run(command, *(("answers",) if command == "eval" else ()), "--help")
    assert ran.code == 0
    assert "--data" in ran.out


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, json\nfrom bot.cli import main\n"
        "sys.argv = ['dateline', '--help']\n"
        "try: main()\nexcept SystemExit: sys.stderr.write(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stderr)}
    assert "typer" in loaded
    assert not loaded & HEAVY


def test_version_is_the_distributions(run: Any) -> None:
    from importlib.metadata import version

    assert run("--version").out == f"dateline {version('dateline')}\n"


def test_a_reader_that_goes_away_early_is_not_complained_to() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "--help"], stdout=write_end, stderr=subprocess.PIPE, check=False
    )
    os.close(write_end)
    assert done.stderr == b""
    assert done.returncode == 1


def test_output_that_the_encoding_lacks_is_replaced_and_json_is_escaped() -> None:
    code = (
        "from bot.cli._output import write_json\nfrom bot.cli import main\nimport sys\n"
        "write_json({'a': 'Баку'})\nsys.argv = ['dateline', '--help']\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    first, _, rest = done.stdout.partition(b"\n")
    assert json.loads(first) == {"a": "Баку"}
    assert b"Usage" in rest


def test_an_error_can_not_steer_the_terminal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", "x\x1b[2J")
    assert "\x1b" not in run("ask", "why?").err


def test_without_a_token_the_bot_says_exactly_that(run: Any) -> None:
    ran = run("bot")
    assert ran.code == 1
    assert ran.err.startswith("dateline: DISCORD_TOKEN is not set. ")
    assert ".env" in ran.err


def test_ctrl_c_leaves_at_once_and_does_not_unwind_what_native_code_holds() -> None:
    code = """
import sys, time
from bot.answer.types import Status
from bot.cli import _open, main

class Slow:
    def stream(self, question):
        try:
            yield Status("Reading")
            print("started", flush=True)
            time.sleep(60)
        finally:
            print("unwound", flush=True)

_open.open_answerer = lambda settings: Slow()
sys.argv = ["dateline", "ask", "why?"]
main()
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")
