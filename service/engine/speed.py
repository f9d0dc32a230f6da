"""How fast the work goes: a moving average over the requests that ended."""

from __future__ import annotations

import math

# What ended so long ago counts a third (1 / e) of what ends now.
_MEMORY_SECONDS = 60.0
# Nothing is known any more when nothing has ended for so long.
_FORGOTTEN_SECONDS = 300.0


class Speed:
    """Tokens a second, while there is work. Times are monotonic, and are handed in."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._tokens = self._seconds = 0.0
        self._since, self._told = 0.0, -math.inf

    def begin(self, now: float) -> None:
        """Hear that work came where there was none: the time before it does not count."""
        self._since = now

    def end(self, tokens: int, now: float) -> None:
        """Hear that work of so many tokens came to its end."""
        kept = math.exp((self._told - now) / _MEMORY_SECONDS)
        self._tokens = self._tokens * kept + tokens
        self._seconds = self._seconds * kept + (now - self._since)
        self._since = self._told = now

    def rate(self, now: float) -> float | None:
        """Return the tokens a second, or None if nothing is known."""
        if now - self._told > _FORGOTTEN_SECONDS or self._seconds <= 0:
            return None
        return self._tokens / self._seconds
