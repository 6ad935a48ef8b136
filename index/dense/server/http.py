"""Chroma's HTTP interface, version 2: what of it is used here, with an end to every wait.

chromadb's own HttpClient waits without end for a server that has stopped answering, from its first line on,
and takes .9 s to import; the interface is a handful of JSON requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from index.config import IndexConfig
from index.errors import ServerError

CLOUD = "https://api.trychroma.com"
_API = "/api/v2"
_TENANT, _DATABASE = "default_tenant", "default_database"
_SECONDS = {"read": 10.0, "write": 60.0}
_SECONDS_TO_CONNECT = 3.0
_TRIES = {"read": 2, "write": 5}
"""A run can wait for a server that is starting; a question can't."""
_LONGEST_WAIT = {"read": 0.2, "write": 10.0}
_AT_A_TIME = 5
"""Connections: Chroma Cloud allows ten readings and ten writings of a collection at once, and once five."""

Kind = Literal["read", "write"]


class NoCollectionError(ServerError):
    """The collection asked for isn't there, or is there no longer."""


class NoPassageError(ServerError):
    """A search named a passage that the server doesn't hold."""


class _Again(Exception):  # noqa: N818 - told apart only to try again
    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Quotas:
    """What one request may hold."""

    records: int = 300
    """Written at once: Chroma Cloud's limit; a server of one's own is no faster with more."""
    results: int | None = None
    """Returned by one search."""
    predicates: int = 1_000
    """In one filter."""


CLOUD_QUOTAS = Quotas(results=300, predicates=8)
"""As published for Chroma Cloud. Of a document it takes 16,384 bytes."""
DOCUMENT_BYTES = 16_384


class ChromaServer:
    """A server, a tenant and a database on it. Thread-safe. Nothing is asked before the first call.

    Every call raises ServerError: a sentence that names the server, what it did, and the way out.
    """

    def __init__(self, config: IndexConfig) -> None:
        import httpx

        url = urlsplit((config.chroma_url or CLOUD).rstrip("/").removesuffix(_API))
        host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname or ""
        self.address = urlunsplit((url.scheme, host + (f":{url.port}" if url.port else ""), url.path, "", ""))
        """Without the user and password that CHROMA_URL may hold."""
        self.is_cloud = config.chroma_api_key is not None
        self.quotas = CLOUD_QUOTAS if self.is_cloud else Quotas()
        self._tenant, self._database = config.chroma_tenant, config.chroma_database
        self._is_base64: bool | None = None
        self._client = httpx.Client(
            base_url=self.address + _API,
            auth=(url.username, url.password or "") if url.username else None,
            headers={"X-Chroma-Token": config.chroma_api_key} if config.chroma_api_key else {},
            limits=httpx.Limits(max_connections=_AT_A_TIME, max_keepalive_connections=_AT_A_TIME),
        )

    @property
    def place(self) -> str:
        """For people: the address, and tenant and database where they are set."""
        named = "/".join(name for name in (self._tenant, self._database) if name)
        return f"{self.address} ({named})" if named else self.address

    # --- asking ---

    def home(self) -> str:
        """Path of the database; asks for the names that the settings leave out, once."""
        if self._tenant is None or self._database is None:
            tenant, database = _TENANT, _DATABASE
            if self.is_cloud:
                known = self.call("GET", "/auth/identity", kind="read")
                tenant = str(known.get("tenant") or _TENANT)
                databases = [name for name in known.get("databases") or [] if name != "*"]
                if self._database is None and len(databases) > 1:
                    raise self.fault(
                        f"the key opens {len(databases)} databases: set CHROMA_DATABASE to one of them"
                    )
                database = str(databases[0]) if databases else _DATABASE
            self._tenant, self._database = self._tenant or tenant, self._database or database
        return f"/tenants/{quote(self._tenant, safe='')}/databases/{quote(self._database, safe='')}"

    def call(
        self,
        method: Literal["GET", "POST", "PUT", "DELETE"],
        path: str,
        body: object = None,
        *,
        kind: Kind,
        params: dict[str, str | int] | None = None,
    ) -> Any:
        """What the server answers, after as many tries as `kind` is worth."""
        from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
        from tenacity import wait_random_exponential as growing

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            told = error.seconds if isinstance(error, _Again) else None
            longest = _LONGEST_WAIT[kind]
            return growing(0.1, max=longest)(state) if told is None else min(told, longest)

        tries = Retrying(
            stop=stop_after_attempt(_TRIES[kind]),
            wait=wait,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            return tries(self._once, method, path, body, kind, params)
        except _Again as error:
            raise self.fault(str(error)) from error

    def _once(self, method: str, path: str, body: object, kind: Kind, params: Any) -> Any:
        import httpx

        seconds = _SECONDS[kind]
        timeout = httpx.Timeout(seconds, connect=_SECONDS_TO_CONNECT)
        try:
            answer = self._client.request(method, path, json=body, params=params, timeout=timeout)
        except httpx.TimeoutException as error:
            told = f"it doesn't answer within {seconds:.0f} s: see how it fares"
            if isinstance(error, httpx.ConnectTimeout):
                told = f"it can't be reached within {_SECONDS_TO_CONNECT:.0f} s: see that it runs"
            raise (_Again(told) if kind == "write" else self.fault(told)) from error
        except httpx.TransportError as error:
            raise _Again(f"it can't be reached ({error}): see that it runs, and CHROMA_URL") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise self.fault(f"its address is wrong ({error}): see to CHROMA_URL") from error
        return self._read(answer)

    def _read(self, answer: Any) -> Any:
        status, said = answer.status_code, _said(answer)
        if status == 429:
            raise _Again(f"it answers 429, too many requests ({said}): try again later", _retry_after(answer))
        if status >= 500 and "finding id" in said.lower():
            raise NoPassageError(self._told(f"it doesn't hold a passage that it should ({said})"))
        if status >= 500 and "not implemented" not in said.lower():
            raise _Again(f"it answers {status} ({said}): see its log")
        if status in (401, 403):
            raise self.fault(f"it answers {status} ({said}): see to CHROMA_API_KEY")
        if status == 404 and "collection" in said.lower():
            raise NoCollectionError(self._told(said))
        if status in (400, 404) and re.match(r"(tenant|database) \[", said.lower()):
            raise self.fault(f"{said.rstrip('.')}: see to CHROMA_TENANT and CHROMA_DATABASE")
        if "quota" in said.lower():
            raise self.fault(f"a quota is used up ({said}): ask Chroma for a larger one")
        if status >= 300:
            raise self.fault(f"it answers {status} ({said})")
        try:
            return answer.json()
        except ValueError as error:
            raise self.fault("what it answers is no JSON, so it is no Chroma: see to CHROMA_URL") from error

    def _told(self, what: str) -> str:
        name = "Chroma Cloud" if self.address == CLOUD else f"The Chroma server at {self.address}"
        return f"{name} can't be used: {what.rstrip('.')}."

    def fault(self, what: str) -> ServerError:
        return ServerError(self._told(what))

    # --- what it is ---

    def version(self) -> str:
        """Asks whether anybody is there, and for the database, too."""
        found = self.call("GET", "/version", kind="read")
        self.call("GET", self.home(), kind="read")
        return str(found)

    def takes_base64(self) -> bool:
        """Whether vectors may be written packed, a third of their size in digits."""
        if self._is_base64 is None:
            found = self.call("GET", "/pre-flight-checks", kind="read")
            self._is_base64 = bool(found.get("supports_base64_encoding"))
        return self._is_base64

    def close(self) -> None:
        self._client.close()


def _said(answer: Any) -> str:
    """The server's own words about a fault, on one line."""
    try:
        body = answer.json()
        text = body.get("message") or body.get("error") if isinstance(body, dict) else None
    except ValueError:
        text = None
    return " ".join(str(text or answer.text if answer.status_code >= 300 else "").split())[:200]


def _retry_after(answer: Any) -> float | None:
    try:
        return max(0.0, float(answer.headers.get("retry-after", "")))
    except ValueError:
        return None
