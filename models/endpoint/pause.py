"""When an endpoint that failed is asked again: one draft tries, and the others follow if that went well."""

from __future__ import annotations

import math

from models.endpoint.errors import Outage

_LEAST_SECONDS, _MOST_SECONDS = 5.0, 60.0
# Whatever an endpoint asks for, it is not left alone for longer.
_LONGEST_SECONDS = 600.0


class Pause:
    """Keeps drafts from an endpoint that writes for nobody. Times are monotonic, and are handed in."""

    def __init__(self) -> None:
        """Begin without one."""
        self._until, self._seconds = -math.inf, _LEAST_SECONDS
        self._outage: Outage | None = None
        self._trying = False

    def enter(self, now: float) -> bool:
        """Let a draft through, or raise what the last one failed with.

        Returns:
            Whether it is the one that tries, after a pause.
        """
        if self._outage is None:
            return False
        if self._trying or now < self._until:
            raise Outage(str(self._outage))
        self._trying = True
        return True

    def leave(self, *, tries: bool) -> None:
        """Hear that a draft ended in a way that tells nothing: if it tries, let the next one do so."""
        if tries:
            self._trying = False

    def failed(self, outage: Outage, now: float, *, tries: bool) -> None:
        """Begin to pause, twice as long each time.

        Drafts that were under way when the first one failed make the pause no longer.
        """
        if self._outage is None or tries:
            pause = max(self._seconds, outage.retry_after or 0.0)
            self._until = now + min(pause, _LONGEST_SECONDS)
            self._seconds = min(2 * self._seconds, _MOST_SECONDS)
            self._outage, self._trying = outage, False

    def succeeded(self) -> None:
        """End the pause."""
        self._until, self._seconds, self._outage, self._trying = -math.inf, _LEAST_SECONDS, None, False
