"""Ingest thousands of malformed inputs of every format, and see that nothing breaks.

    python bench/malformed.py [--count 5000] [--seed 1] [--traps all] [--keep DIR]

COUNT valid files are spoilt at random, beside the bombs and traps of bench/traps.py (`--traps small` leaves
out those of 100 MB and more). The real job ingests them, a lot at a time in a process of its own whose
memory, time and writes are watched. Looked at afterwards: every process came to its end; every input is
named in its report, as in, skipped or failed with a reason; the lot's other folders are as they were, and
the main process opened nothing else to write; the ledger is sound, and an article that lay among the
malformed ones is in.

How long an input took is told from the progress shown, which says what the main process waits for: while
others read for it, that is a hint and no measurement.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)
sys.path[:] = [
    *(path for path in sys.path if path != HERE),
    HERE,
]  # bench/ingest.py is not the package ingest

import seeds  # noqa: E402
import spoil  # noqa: E402
import traps  # noqa: E402

LOT = 400
"""Inputs ingested in one process."""
ADDRESS_SPACE = 12 * 1024**3
"""Of the process; torch and pyarrow take much that they never touch."""
SECONDS = 900
"""A process that takes longer has hung."""
RECORD_SECONDS = 20.0
"""What the job gives one record; the default is a minute."""
SLOW = 5.0
"""Seconds for one input above which it is named."""
SOUND = "sound"
"""What the valid file in each lot is called."""


@dataclass
class Lot:
    number: int
    inputs: dict[str, spoil.Input] = field(default_factory=dict)
    """By name of file."""


@dataclass
class Result:
    lot: Lot
    seconds: float
    memory: int
    """Largest resident size of its processes together, bytes."""
    crashed: str | None = None
    outcomes: dict[str, str] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    slow: dict[str, float] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)
    """What was written, or opened to be written, outside the data folder."""
    sound: bool = False


def child(inputs: str, data: str, out: str, seconds: str) -> None:
    """One lot's run, in its own process."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    writes: set[str] = set()

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if (
            event == "open"
            and isinstance(given[0], str)
            and (given[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        ):
            writes.add(os.path.realpath(given[0]))
        elif event in (
            "os.mkdir",
            "os.rename",
            "os.remove",
            "os.symlink",
            "os.link",
            "os.truncate",
            "os.chmod",
        ):
            writes.update(os.path.realpath(path) for path in given[:2] if isinstance(path, str))

    sys.addaudithook(watch)
    from index.config import IndexConfig
    from ingest.config import IngestConfig
    from ingest.job import run

    seen: dict[str, float] = {}
    last = ["", time.monotonic()]

    def tell(progress: Any) -> None:
        now = time.monotonic()
        if last[0]:
            seen[last[0]] = seen.get(last[0], 0.0) + now - last[1]
        last[:] = [progress.current, now]

    config = IngestConfig(IndexConfig(Path(data)), embed=False, record_seconds=float(seconds))
    report = run([inputs], config, tell)
    # Scratch files are allowed; that none is left, the tree shows.
    allowed = (os.path.realpath(data), os.path.realpath(os.environ["TMPDIR"]), "/dev/null", "/dev/shm")
    found = {
        "report": report.as_json() | {"unchanged": [entry.as_json() for entry in report.unchanged]},
        "slow": {origin: seconds for origin, seconds in seen.items() if seconds > SLOW},
        "writes": sorted(path for path in writes if not path.startswith(allowed)),
    }
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def lots(inputs: Iterable[spoil.Input]) -> Iterator[Lot]:
    """Bombs and traps take longer than what is spoilt at random: a tenth as many of them make a lot."""
    lot, weight = Lot(0), 0
    random = {kind for kind, _ in spoil.WAYS}
    for number, one in enumerate(inputs):
        lot.inputs[f"{number:05}-{one.kind.replace(' ', '-').lower()}{one.ending}"] = one
        weight += 1 if one.kind in random else 100 if one.kind.startswith("100 MB") else 10
        if weight >= LOT:
            yield lot
            lot, weight = Lot(lot.number + 1), 0
    if lot.inputs:
        yield lot


def ingest(lot: Lot, base: Path, record_seconds: float) -> Result:
    root = base / f"lot-{lot.number}"
    folders = {name: root / name for name in ("inputs", "data", "tmp", "cwd", "home")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    for name, one in lot.inputs.items():
        with (folders["inputs"] / name).open("wb") as file:
            file.writelines(one.pieces())
    sound = folders["inputs"] / f"{SOUND}.json"
    sound.write_text(json.dumps(seeds.record(90_000 + lot.number)), encoding="utf-8")
    before = _tree(root, folders["data"])
    env = {**os.environ, "TMPDIR": str(folders["tmp"]), "HOME": str(folders["home"]), "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folders["tmp"]),
        "PYTHONPATH": str(Path(__file__).parents[1])}  # fmt: skip
    out = root / "report.json"
    command = [sys.executable, __file__, "--child", str(folders["inputs"]), str(folders["data"])]
    command += [str(out), str(record_seconds)]
    began = time.monotonic()
    with (root / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=folders["cwd"], env=env, stdout=errors, stderr=errors, start_new_session=True
        )
        status, memory = _waited(process)
    result = Result(lot, time.monotonic() - began, memory)
    if status != 0 or not out.exists():
        said = (root / "stderr").read_text(encoding="utf-8", errors="replace").strip().split("\n")[-1][:300]
        result.crashed = f"exit {status}: {said}"
    else:
        found = json.loads(out.read_text(encoding="utf-8"))
        _judge(result, found, folders)
    for path in (out, root / "stderr"):
        path.unlink(missing_ok=True)
    after = _tree(root, folders["data"])
    result.strays += [str(path) for path in sorted(after.items() ^ before.items())]
    return result


def _waited(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Exit status, and what it and all that it started had resident at most, together, in bytes."""
    until = time.monotonic() + SECONDS
    most = 0
    while time.monotonic() < until:
        try:
            return process.wait(0.2), most
        except subprocess.TimeoutExpired:
            most = max(most, _resident(process.pid))
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait(), most


def _resident(ancestor: int) -> int:
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            parents[pid] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            pages[pid] = int((folder / "statm").read_text().split()[1])
    found = 0
    for pid, size in pages.items():
        above = pid
        while above not in (ancestor, 0, 1):
            above = parents.get(above, 0)
        found += size if above == ancestor else 0
    return found * resource.getpagesize()


def _tree(root: Path, data: Path) -> dict[str, str]:
    """Every path below `root`, outside of the data folder, with a digest of its bytes."""
    found = {}
    for path in root.rglob("*"):
        if data == path or data in path.parents:
            continue
        content = "folder"
        if path.is_symlink() or not path.is_dir():
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "blake2b").hexdigest()
        found[str(path.relative_to(root))] = content
    return found


def _judge(result: Result, found: dict[str, Any], folders: dict[str, Path]) -> None:
    report = found["report"]
    of: dict[str, Counter[str]] = {}
    for outcome in ("new", "changed", "unchanged", "duplicate", "skipped", "failed"):
        for entry in report[outcome]:
            path = entry["origin"].removeprefix(f"{folders['inputs']}/")
            name = path.partition("!/")[0].partition("#")[0]
            of.setdefault(name, Counter())["in" if outcome not in ("skipped", "failed") else outcome] += 1
            if outcome in ("skipped", "failed") and not entry.get("reason"):
                result.unexplained.append(entry["origin"])
    for name in result.lot.inputs:
        outcomes = of.get(name)
        if not outcomes:
            result.unnamed.append(name)
        else:
            result.outcomes[name] = next(o for o in ("in", "failed", "skipped") if outcomes[o])
    result.sound = of.get(f"{SOUND}.json", Counter())["in"] == 1
    result.slow = {Path(origin.partition("!/")[0]).name: seconds for origin, seconds in found["slow"].items()}
    result.strays += [f"opened to be written: {path}" for path in found["writes"]]
    with sqlite3.connect(folders["data"] / "ledger.sqlite") as ledger:
        if ledger.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            result.crashed = "the ledger is damaged"


def told(result: Result) -> list[str]:
    """What went wrong in a lot."""
    found = []
    if result.crashed:
        found.append(f"{result.crashed}: {', '.join(result.lot.inputs)[:300]}")
    kinds = {"unnamed": result.unnamed, "without a reason": result.unexplained, "stray": result.strays}
    found += [f"{kind}: {name}" for kind, names in kinds.items() for name in names[:20]]
    if not result.crashed and not result.sound:
        found.append("the sound article among them isn't in")
    return [f"lot {result.lot.number}: {line}" for line in found]


def table(results: list[Result]) -> dict[str, Any]:
    rows: dict[str, Counter[str]] = {}
    for result in results:
        for name, one in result.lot.inputs.items():
            row = rows.setdefault(one.format, Counter())
            row["inputs"] += 1
            row["crashed" if result.crashed else result.outcomes.get(name, "unnamed")] += 1
    columns = ("inputs", "in", "failed", "skipped", "unnamed", "crashed")
    print(f"{'format':18}" + "".join(f"{column:>9}" for column in columns))
    for name, row in sorted(rows.items()):
        print(f"{name:18}" + "".join(f"{row[column]:9,}" for column in columns))
    total = sum(rows.values(), Counter())
    print(f"{'all':18}" + "".join(f"{total[column]:9,}" for column in columns))
    slow = {
        f"lot {result.lot.number}: {name}": round(s, 1)
        for result in results
        for name, s in result.slow.items()
    }
    for name, seconds in sorted(slow.items(), key=lambda item: -item[1])[:20]:
        print(f"slow: {name} {seconds} s")
    for result in results:
        for line in told(result):
            print(line)
    return {
        **{column: total[column] for column in columns},
        "unexplained": sum(len(result.unexplained) for result in results),
        "strays": sum(len(result.strays) for result in results),
        "sound_lost": sum(not result.sound for result in results),
        "peak_memory_mb": round(max(result.memory for result in results) / 1e6),
        "slowest_input_s": max(slow.values(), default=None),
        "slowest_lot_s": round(max(result.seconds for result in results), 1),
        "formats": {name: dict(row) for name, row in sorted(rows.items())},
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--traps", choices=("none", "small", "all"), default="all")
    parser.add_argument("--keep", type=Path, help="keep lots in which something went wrong here")
    parser.add_argument("--record-seconds", type=float, default=RECORD_SECONDS)
    parser.add_argument("--child", nargs=4)
    args = parser.parse_args()
    if args.child:
        child(*args.child)
        return 0
    began = time.monotonic()
    made = () if args.traps == "none" else traps.made(large=args.traps == "all")
    inputs = chain(made, spoil.spoilt(args.count, args.seed))
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as temporary:
        base = args.keep or Path(temporary)
        for lot in lots(inputs):
            result = ingest(lot, base, args.record_seconds)
            results.append(result)
            for name, one in lot.inputs.items():
                lot.inputs[name] = replace(one, pieces=tuple)  # let go of its bytes
            said = [f"{name} took {seconds:.1f} s" for name, seconds in result.slow.items()] + told(result)
            seconds, memory = f"{result.seconds:.1f} s", f"{result.memory / 1e6:.0f} MB"
            print(f"lot {lot.number}: {len(lot.inputs)} inputs, {seconds}, {memory}", *said, sep="\n  ",
                file=sys.stderr, flush=True)  # fmt: skip
            if not (args.keep and said):
                shutil.rmtree(base / f"lot-{lot.number}", ignore_errors=True)
    figures = table(results)
    figures["seconds"] = round(time.monotonic() - began, 1)
    print(f"peak memory {figures['peak_memory_mb']} MB, {figures['seconds']} s")
    print(json.dumps(figures))
    wrong = ("unnamed", "crashed", "unexplained", "strays", "sound_lost")
    return int(any(figures[name] for name in wrong))


if __name__ == "__main__":
    sys.exit(main())
