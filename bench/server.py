"""An archive on a Chroma server: what publishing takes, how fast it answers, beside the data folder's base.

    python bench/server.py DATA [--queries 60] [--url URL]

DATA is copied first and left as it is. Without --url a `chroma run` is started on loopback. Queries are
vectors of passages with noise; recall is against exact search over all that is embedded.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
import numpy as np

from index.article import Window
from index.config import IndexConfig
from index.dense import Dense
from index.dense.server import Publisher, ServerDense
from index.ledger import Ledger, Writer, stores
from index.query import Query
from index.vectors import Vectors

NEAREST = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("data", type=Path)
    options.add_argument("--queries", type=int, default=60)
    options.add_argument("--url")
    options.add_argument("--model", default="all-MiniLM-L6-v2-bbf65b463353", help="the vectors' identity")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        shutil.copytree(asked.data, data)
        server = None if asked.url else ChromaServer(Path(scratch) / "chroma")
        try:
            url = asked.url or server.url
            figures = measured(data, url, asked.model, asked.queries, server)
        finally:
            if server is not None:
                server.process.terminate()
                server.process.wait()
    print(json.dumps(figures))


class ChromaServer:
    """A `chroma run` of our own on loopback."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        chroma = Path(sys.executable).with_name("chroma")
        command = [str(chroma), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat")
                return
            except httpx.HTTPError:
                time.sleep(0.05)

    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def resident(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(status.split("VmRSS:")[1].split()[0])


def measured(data: Path, url: str, model: str, queries: int, server: Any) -> dict[str, Any]:
    config = IndexConfig(data, chroma_url=url)
    with Writer(data) as writer, closing(Vectors(data, model)) as vectors:
        began = time.monotonic()
        with closing(Publisher(writer, vectors, config)) as publisher:
            done = publisher.finish(verify=True)
        seconds = time.monotonic() - began
        began = time.monotonic()
        with closing(Publisher(writer, vectors, config)) as publisher:
            publisher.finish()
        again = time.monotonic() - began
    figures: dict[str, Any] = {
        "passages": done.held,
        "publish_seconds": round(seconds, 1),
        "publish_per_second": round(done.written / seconds),
        "publish_again_seconds": round(again, 2),
        "sample": [done.found, done.sample],
    }
    if server is not None:
        figures |= {"server_bytes": server.bytes(), "server_resident": server.resident()}
    for name, value in figures.items():
        print(f"{name:24} {value}")
    with Ledger(data) as ledger, closing(Vectors(data, model)) as vectors:
        passages = [p for page in ledger.iter_passages() for p in page]
        old = stores.superseded(ledger)
        passages = [p for p in passages if p.id not in old]
        matrix, _ = vectors.get_many([p.vector for p in passages])
        ids = np.array([p.id for p in passages])
        sides = {
            "embedded": Dense(ledger, vectors),
            "server": ServerDense(ledger, model, vectors.dim, config),
        }
        figures["search"] = searches(sides, ledger, matrix, ids, queries)
        for side in sides.values():
            side.close()
    return figures


def searches(
    sides: dict[str, Any], ledger: Ledger, matrix: Any, ids: Any, queries: int
) -> dict[str, dict[str, Any]]:
    newest = date.fromisoformat(ledger.coverage().newest or "2024-01-01")
    publisher = ledger.publishers()[0][0]
    kinds = {
        "all": Query("x"),
        "a month": Query("x", window=Window(since=newest - timedelta(30))),
        "half a year": Query("x", window=Window(since=newest - timedelta(182))),
        "a publisher": Query("x", publishers=(publisher,)),
        "as of a year before": Query("x", as_of=newest - timedelta(365)),
    }
    chance = np.random.default_rng(1)
    noise = chance.normal(size=(queries, matrix.shape[1])).astype(np.float32)
    wanted = matrix[chance.choice(len(matrix), queries)] + 0.6 * noise / np.sqrt(matrix.shape[1])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    found: dict[str, dict[str, Any]] = {}
    print(
        f"\n{'':22}{'allowed':>9}"
        + "".join(f"{side + ' p50, p95 ms':>24}{'recall@10':>10}" for side in sides)
    )
    for kind, query in kinds.items():
        allowed = ledger.allowed(query.narrow)
        inside = np.ones(len(ids), bool) if allowed is None else np.array([int(i) in allowed for i in ids])
        row: dict[str, Any] = {"allowed": int(inside.sum())}
        line = f"{kind:22}{row['allowed']:9,}"
        for name, dense in sides.items():
            times, recalls = [], []
            for vector in wanted:
                exact = ids[inside][np.argsort(-(matrix[inside] @ vector))[:10]].tolist()
                took, near = timed(partial(dense.search, vector, NEAREST, allowed, query))
                times.append(1000 * took)
                recalls.append(len(set(exact) & {id_ for id_, _ in near[:10]}) / max(1, len(exact)))
            p95 = statistics.quantiles(times, n=20)[18]
            row[name] = {
                "p50": round(statistics.median(times), 1),
                "p95": round(p95, 1),
                "recall10": round(float(np.mean(recalls)), 3),
                "degraded": dense.degraded,
            }
            line += f"{row[name]['p50']:16.1f}{p95:8.1f}{row[name]['recall10']:10.3f}"
        found[kind] = row
        print(line, flush=True)
    return found


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    main()
