"""Which calls are under way, and whether more are taken."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.errors import Draining

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.rpc.call import Call

_RETRY_SECONDS = 5.0


class Gate:
    """Lets calls in until it is closed, and knows when the last of them has left."""

    def __init__(self) -> None:
        """Open the gate."""
        self._calls: set[Call] = set()
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    @contextmanager
    def admit(self, call: Call) -> Iterator[None]:
        """Count a call as under way.

        Raises:
            Draining: The gate is closed.
        """
        if self._closed:
            raise _draining()
        self._calls.add(call)
        self._empty.clear()
        try:
            yield
        finally:
            self._calls.discard(call)
            if not self._calls:
                self._empty.set()

    @property
    def inside(self) -> int:
        """How many calls are under way."""
        return len(self._calls)

    def close(self) -> None:
        """Take no more calls."""
        self._closed = True

    async def empty(self, seconds: float) -> bool:
        """Wait until no call is under way, and return whether that came true in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    def abandon(self) -> None:
        """Make every call that is under way end at its next step, and tell its caller why."""
        for call in self._calls:
            call.token.stop(_draining())


def _draining() -> Draining:
    return Draining("the server is about to stop", _RETRY_SECONDS)
