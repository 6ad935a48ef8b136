"""`dateline`: a module a command. Heavy imports stand inside the commands, so that --help is quick."""

from __future__ import annotations

import io
import os
import sys

from index.errors import DatelineError


def main() -> None:
    """Run the command line and exit.

    An error that its reader can act on is one line on the error stream and exit status 1; a wrong use
    of the command line is 2; Ctrl-C is 130; a reader that goes away early, as `| head` does, is silent.
    """
    from bot.cli._app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character gets a question mark
    try:
        try:
            app(prog_name="dateline")
        finally:
            sys.stdout.flush()
    except DatelineError as error:
        _complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        _discard_output()
        sys.exit(1)
    except OSError as error:
        _complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        sys.exit(1)


def _complain(message: str) -> None:
    from bot.terminal import clean

    lines = clean(message).splitlines() or ["something failed without saying what"]
    sys.stderr.write("".join(f"dateline: {line}\n" for line in lines))


def _discard_output() -> None:
    # Python flushes once more at exit, which would complain about the broken pipe again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
