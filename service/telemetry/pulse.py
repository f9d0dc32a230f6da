"""The pulse of the event loop: how late it wakes up, and whether it still does."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_BEAT_SECONDS = 0.1
# Far longer than any lag under load, and shorter than what a supervisor waits before it asks again.
_DEAD_SECONDS = 10.0


class Pulse:
    """Beats on the event loop; any thread may ask when it last did."""

    def __init__(self, record: Callable[[float], None]) -> None:
        """Take what is told, in seconds, how much later than asked each beat came."""
        self._record = record
        self._last = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether the loop has woken up lately."""
        return time.monotonic() - self._last < _DEAD_SECONDS

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat as long as the context is open."""
        task = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _beat(self) -> None:
        while True:
            self._last = time.monotonic()
            await asyncio.sleep(_BEAT_SECONDS)
            self._record(max(0.0, time.monotonic() - self._last - _BEAT_SECONDS))
