"""What went wrong on the wire, in words."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from ingest.web.errors import WebError


def worded(error: Exception, timeout: float) -> WebError:
    """The reason for a reader of the report; `timeout` is that of a whole request, in seconds."""
    quiet = min(timeout, 20.0)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return WebError(f"its certificate doesn't hold: {_tls(error.certificate_error)}")
    if isinstance(error, aiohttp.ClientSSLError):
        return WebError(f"no secure connection can be made: {_tls(error.os_error)}")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return WebError(f"can't be connected to within {quiet:g} s", passing=True)
    if isinstance(error, aiohttp.SocketTimeoutError):
        return WebError(f"was silent for {quiet:g} s", passing=True)
    if isinstance(error, TimeoutError):
        return WebError(f"took longer than {timeout:g} s (WEB_TIMEOUT)", passing=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return WebError(f"can't be connected to: {_system(error.os_error)}", at_once=True)
    if isinstance(
        error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError | aiohttp.ClientOSError | OSError
    ):
        return WebError("the connection broke off", at_once=True)
    if isinstance(error, aiohttp.InvalidURL):
        return WebError(f"not a web address: {str(error)[:200]}")
    if isinstance(error, aiohttp.ClientResponseError):
        return WebError(f"answers with what is no HTTP: {' '.join(error.message.split())[:120]}")
    return WebError(f"can't be fetched: {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _tls(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    return str(error)


def _system(error: OSError) -> str:
    said = error.strerror or str(error)
    return said.split("] ")[-1].lower() if "Connect call failed" in said else said


def seconds_of(retry_after: str | None) -> float | None:
    """Seconds that a Retry-After asks for, given in seconds or as a date; None where it says nothing."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((when - datetime.now(UTC)).total_seconds(), 0.0)
