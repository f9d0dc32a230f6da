"""Whose time it is, when one piece of work calls another."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
T = TypeVar("T")


class Clock:
    """Gives every moment to exactly one name: the one that was started last and has not ended.

    Attributes:
        seconds: The time of each name so far.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        """Take what tells the time."""
        self.seconds: Counter[str] = Counter()
        self._now = now
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Give the time to a name, except what is given to others meanwhile."""
        self._charge()
        self._running.append(name)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def timed(self, name: str, work: Callable[P, T]) -> Callable[P, T]:
        """Return the same work, whose time is given to a name."""

        def timed(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.running(name):
                return work(*args, **kwargs)

        return timed

    def _charge(self) -> None:
        now = self._now()
        if self._running:
            # Counter is typed for whole numbers, and counts anything.
            self.seconds[self._running[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now
