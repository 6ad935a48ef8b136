"""What went wrong with a language model, in words for an asker. Nothing of a provider's library is imported:
its errors are told by their names and by the status that they carry."""

from __future__ import annotations

LONGEST = 120
_STATUS = {
    400: "did not take the request",
    401: "refused the key",
    403: "refused the key",
    404: "is not known at that address",
    408: "took too long",
    413: "did not take so long a request",
    429: "takes no more requests for now",
}
_NAMED = (
    (("timeout",), "took too long"),
    (("connection", "connecterror", "refused"), "could not be reached"),
    (("remoteprotocol", "readerror", "incompleteread", "closed"), "broke off"),
)
_UNREADABLE = (UnicodeError, AttributeError, TypeError, KeyError, IndexError, ValueError)


def is_timeout(error: BaseException) -> bool:
    """Whether the client gave up waiting, not the server."""
    return not hasattr(error, "status_code") and any(
        "timeout" in k.__name__.lower() for k in type(error).__mro__
    )


def told(error: BaseException) -> str:
    """What follows "The language model NAME": `refused the key (invalid x-api-key)`, without a full stop."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        said = _of_status(status)
        wait = _retry_after(error)
        details = [_message(error), f"try again in {wait} s" if wait else ""]
        detail = "; ".join(filter(None, details))
        return f"{said} ({detail})" if detail else said
    names = [kind.__name__.lower() for kind in type(error).__mro__]
    for words, said in _NAMED:
        if any(word in name for word in words for name in names):
            return said
    if isinstance(error, _UNREADABLE):
        return "answered in a form that can't be read"
    detail = _message(error)
    return f"failed ({detail})" if detail else "failed"


def _of_status(status: int) -> str:
    if status in _STATUS:
        return _STATUS[status]
    if status < 300:
        return "failed"
    if status < 400:
        return "has moved to another address"
    return f"reported a fault of its own, {status}" if status >= 500 else f"refused, {status}"


def _retry_after(error: BaseException) -> str:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    wait = str(headers.get("retry-after", ""))
    return wait if wait.isdecimal() and len(wait) < 6 else ""


def _message(error: BaseException) -> str:
    """What the server itself says, on one line."""
    body = getattr(error, "body", None)
    while isinstance(body, dict):
        body = body.get("error") or body.get("message")
    text = " ".join(
        (body if isinstance(body, str) else "" if hasattr(error, "status_code") else str(error)).split()
    )
    text = text or ("" if hasattr(error, "status_code") else type(error).__name__)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
