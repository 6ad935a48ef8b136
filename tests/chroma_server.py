"""A real `chroma run` on loopback, and what stands in for Chroma Cloud, which no test can reach."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

KEY = "ck-a-key-for-tests"
CHROMA = Path(sys.executable).with_name("chroma")
_SPARSE = "words"


class ChromaRun:
    """`chroma run` in a folder; it can be ended, killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        command = [CHROMA, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=5)
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("chroma run didn't come up")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait()
            self.process = None


class CloudStandIn:
    """Chroma Cloud as its documents describe it: a thin proxy before a real server.

    It wants the key, enforces the published quotas (422 for each that is passed over; how Cloud itself words
    that isn't known here), and answers Search requests, which the server behind it doesn't know: sparse
    vectors are kept here, and ranked with it by reciprocal rank.
    """

    def __init__(self, behind: str) -> None:
        self.behind = httpx.Client(base_url=behind, timeout=60)
        self.words: dict[str, dict[str, dict[int, float]]] = {}
        """Collection -> record -> its sparse vector."""
        self.schemas: dict[str, Any] = {}
        self.requests: Counter[str] = Counter()
        self.refused: list[str] = []
        self.faults: list[int] = []
        """Statuses that the next requests are answered with."""
        self.delay = 0.0
        self.under_way = self.most_at_once = 0
        self.lock = threading.Lock()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self) -> None:
                with stand_in.lock:
                    stand_in.under_way += 1
                    stand_in.most_at_once = max(stand_in.most_at_once, stand_in.under_way)
                try:
                    size = int(self.headers.get("content-length") or 0)
                    raw = self.rfile.read(size)
                    status, answer = stand_in.answer(self.command, self.path, raw, dict(self.headers))
                finally:
                    with stand_in.lock:
                        stand_in.under_way -= 1
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.behind.close()

    # --- answering ---

    def answer(self, method: str, path: str, raw: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        time.sleep(self.delay)
        what = path.partition("?")[0].rsplit("/", 1)[-1]
        self.requests[what] += 1
        if self.faults:
            return self.refuse(self.faults.pop(0), "the stand-in was told to fail")
        if {name.lower(): value for name, value in headers.items()}.get("x-chroma-token") != KEY:
            return self.refuse(401, "Unauthorized")
        body = json.loads(raw) if raw else {}
        broken = self.broken_quota(what, body)
        if broken is not None:
            return self.refuse(422, broken)
        collection = path.split("/collections/")[1].split("/")[0] if "/collections/" in path else ""
        if what == "search":
            return 200, json.dumps(self.search(path, collection, body)).encode()
        self.keep_words(what, collection, body)
        schema = body.get("schema")
        if schema:
            body["schema"] = None
            body["configuration"] = {
                "hnsw": {
                    "space": schema["keys"]["#embedding"]["float_list"]["vector_index"]["config"]["space"]
                }
            }
        content = json.dumps(body).encode() if raw else None
        found = self.behind.request(
            method, path, content=content, headers={"content-type": "application/json"}
        )
        if found.status_code == 200 and what == "collections" and method == "POST":
            self.schemas.setdefault(found.json()["id"], schema)
        return found.status_code, self.with_schema(found)

    def refuse(self, status: int, message: str) -> tuple[int, bytes]:
        self.refused.append(message)
        return status, json.dumps({"error": "ChromaError", "message": message}).encode()

    def with_schema(self, found: httpx.Response) -> bytes:
        try:
            answer = found.json()
        except ValueError:
            return found.content
        if isinstance(answer, dict) and answer.get("id") in self.schemas:
            answer["schema"] = self.schemas[answer["id"]]
            return json.dumps(answer).encode()
        return found.content

    # --- quotas ---

    def broken_quota(self, what: str, body: dict[str, Any]) -> str | None:
        metadatas = [metadata or {} for metadata in body.get("metadatas") or []]
        described = body.get("metadata") or body.get("new_metadata") or {}
        wanted = max(int(body.get("n_results") or 0), int(body.get("limit") or 0) if what == "get" else 0)
        if what == "search":
            wanted = max(search["limit"]["limit"] for search in body["searches"])
        predicates = json.dumps(body.get("where") or [s.get("filter") for s in body.get("searches", [])])
        checks = {
            "records per write": len(body.get("ids") or []) > 300
            and what in ("add", "upsert", "update", "delete"),
            "document bytes": any(
                len((text or "").encode()) > 16_384 for text in body.get("documents") or []
            ),
            "results returned": wanted > 300 or (what == "get" and not body.get("ids") and not wanted),
            "where predicates": sum(predicates.count(f'"${op}"') for op in ("gte", "lte", "in", "eq")) > 8,
            "id bytes": any(len(id_) > 128 for id_ in body.get("ids") or []),
            "metadata keys": any(len(m) > 32 or any(len(key) > 36 for key in m) for m in metadatas),
            "metadata value bytes": any(
                len(v.encode()) > 4_096 for m in metadatas for v in m.values() if isinstance(v, str)
            ),
            "collection name bytes": len(str(body.get("name") or "")) > 128,
            "collection metadata value bytes": any(
                len(str(value).encode()) > 256 for value in described.values()
            ),
        }
        return next((f"Quota exceeded: {name}" for name, is_over in checks.items() if is_over), None)

    # --- hybrid search ---

    def keep_words(self, what: str, collection: str, body: dict[str, Any]) -> None:
        kept = self.words.setdefault(collection, {})
        if what == "upsert":
            for id_, metadata in zip(body["ids"], body["metadatas"], strict=True):
                vector = (metadata or {}).pop(_SPARSE, None)
                if vector is not None:
                    kept[id_] = dict(zip(vector["indices"], vector["values"], strict=True))
        if what == "delete":
            for id_ in body.get("ids") or []:
                kept.pop(id_, None)

    def search(self, path: str, collection: str, body: dict[str, Any]) -> dict[str, Any]:
        found = [self.searched(path.removesuffix("/search"), collection, one) for one in body["searches"]]
        nothing = [None] * len(found)
        return {
            "ids": [list(scores) for scores in found],
            "scores": [
                list(scores.values()) if "#score" in one["select"]["keys"] else None
                for scores, one in zip(found, body["searches"], strict=True)
            ],
            **dict.fromkeys(("documents", "embeddings", "metadatas"), nothing),
        }

    def searched(self, base: str, collection: str, search: dict[str, Any]) -> dict[str, float]:
        """Records with their scores, the smallest first, as Cloud has it."""
        rank, most = search["rank"], search["limit"]["limit"]
        if "$knn" in rank:
            return dict(list(self.near(base, rank["$knn"], search["filter"]).items())[:most])
        knns = list(_knns(rank))
        ranked: dict[str, list[int]] = {}
        for knn in knns:
            if knn["key"] == "#embedding":
                ids = list(self.near(base, knn, search["filter"]))
            else:
                ids = self.by_words(base, collection, knn, search["filter"])
            for place, id_ in enumerate(ids):
                ranked.setdefault(id_, []).append(place)
        absent = 1 / (60 + knns[0]["default"])
        scores = {
            id_: -sum(1 / (60 + place) for place in places) - (len(knns) - len(places)) * absent
            for id_, places in ranked.items()
        }
        return dict(sorted(scores.items(), key=lambda pair: pair[1])[:most])

    def near(self, base: str, knn: dict[str, Any], where: Any) -> dict[str, float]:
        asked = {"query_embeddings": [knn["query"]], "n_results": knn["limit"], "include": ["distances"]}
        found = self.behind.post(f"{base}/query", json=asked | {"where": where}).json()
        return dict(zip(found["ids"][0], found["distances"][0], strict=True))

    def by_words(self, base: str, collection: str, knn: dict[str, Any], where: Any) -> list[str]:
        kept = self.words.get(collection, {})
        inside = set(self.behind.post(f"{base}/get", json={"where": where, "include": []}).json()["ids"])
        weights = dict(zip(knn["query"]["indices"], knn["query"]["values"], strict=True))
        rarity = {
            term: math.log(1 + len(kept) / (1 + sum(term in vector for vector in kept.values())))
            for term in weights
        }
        scores = {
            id_: sum(weight * vector.get(term, 0.0) * rarity[term] for term, weight in weights.items())
            for id_, vector in kept.items()
            if id_ in inside
        }
        found = [id_ for id_, score in scores.items() if score > 0]
        return sorted(found, key=lambda id_: -scores[id_])[: knn["limit"]]


def _knns(rank: Any) -> Any:
    if isinstance(rank, dict):
        if "$knn" in rank:
            yield rank["$knn"]
        for value in rank.values():
            yield from _knns(value)
    elif isinstance(rank, list):
        for value in rank:
            yield from _knns(value)
