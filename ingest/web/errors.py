"""Why an address brought nothing, in words."""

from __future__ import annotations

from ingest.raw import ReadError


class WebError(ReadError):
    """An address can't be fetched; `str()` is the reason, fit to stand after the address."""

    def __init__(
        self,
        reason: str,
        *,
        passing: bool = False,
        at_once: bool = False,
        status: int | None = None,
        again_in: float | None = None,
    ) -> None:
        # Headers may hold any byte.
        super().__init__(" ".join(reason.encode("utf-8", "replace").decode().split()))
        self.passing = passing or at_once
        """Whether another try may do better, some time later."""
        self.at_once = at_once
        """Whether it may within the minute."""
        self.status = status
        """What the server answered, where it did."""
        self.again_in = again_in
        """Seconds after which the server asks to be tried again."""
