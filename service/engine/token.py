"""Whether anybody still waits for a piece of work."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from service.errors import Cancelled, DeadlineExceeded

if TYPE_CHECKING:
    from service.errors import NewsweaveError

_SAME_MOMENT_SECONDS = 0.05


class Token:
    """Tells the threads that work on a request when to stop.

    One thread stops it, any other checks it. What is stopped stays stopped, for the first reason.

    Attributes:
        deadline: Monotonic time from which nobody waits any more; infinite if there is no deadline.
    """

    def __init__(self, seconds: float | None = None) -> None:
        """Take the time that is left, or None if there is no deadline."""
        self.deadline = math.inf if seconds is None else time.monotonic() + seconds
        self._fault: NewsweaveError | None = None

    def stop(self, fault: NewsweaveError | None = None) -> None:
        """Make every later check raise ``fault``, by default that the caller left."""
        if self._fault is None:
            self._fault = fault or Cancelled("the caller left")

    @property
    def due(self) -> bool:
        """Whether the deadline has come; a caller that keeps the same time gives up a moment before it."""
        return time.monotonic() >= self.deadline - _SAME_MOMENT_SECONDS

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; negative once it has passed."""
        return self.deadline - time.monotonic()

    def check(self) -> None:
        """Return if somebody waits.

        Raises:
            DeadlineExceeded: The deadline passed.
            NewsweaveError: The reason for which the token was stopped.
        """
        if self._fault is not None:
            raise self._fault
        if time.monotonic() >= self.deadline:
            message = "the deadline passed"
            raise DeadlineExceeded(message)
