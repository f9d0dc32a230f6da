"""The bridge between the event loop and threads that work through generators."""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Generic, TypeVar

from service.engine.lane import Lane
from service.errors import Cancelled, SlowConsumer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from service.engine.token import Token

T = TypeVar("T")


class Workers:
    """A bounded number of threads, each working through one generator at a time."""

    def __init__(self, count: int, unread: int) -> None:
        """Take the bounds.

        Args:
            count: How many generators may be at work at the same time; more of them wait.
            unread: How many items of a generator may wait for its reader.
        """
        self._lane, self._unread = Lane(count, "worker"), unread

    async def run(
        self, generate: Callable[[], Iterator[T]], token: Token, rank: float = math.inf
    ) -> AsyncGenerator[T, None]:
        """Run a generator on a thread, and hand its items to the event loop in order.

        The thread never waits for the reader. When the reader leaves early, or the deadline passes, the token
        is stopped; a generator that has not started by then never starts.

        Args:
            generate: Makes the generator, on the thread.
            token: Tells whether anybody waits for the items.
            rank: Of the generators that wait, the one with the lowest starts next.

        Raises:
            DeadlineExceeded: The deadline of the token passed.
            SlowConsumer: The reader left more items unread than may be.
            Exception: Whatever the generator raised.
        """
        loop = asyncio.get_running_loop()
        bridge: _Bridge[T] = _Bridge(loop, token, self._unread)
        work = self._lane.submit(lambda: _drive(generate, token, bridge.put), rank)
        work.add_done_callback(bridge.end)
        # What waits takes no step at which it would notice that its time is over.
        expiry = loop.call_later(token.remaining, work.cancel)
        try:
            while (item := await bridge.get()) is not None:
                yield item
        finally:
            expiry.cancel()
            if not work.done():
                token.stop()
                work.cancel()

    async def close(self) -> None:
        """Drop what waits, and return when every thread is at rest. Tokens are to be stopped before."""
        await asyncio.to_thread(self._lane.close)


class _Bridge(Generic[T]):
    """A queue that threads fill and one coroutine reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop, token: Token, unread: int) -> None:
        self._loop, self._token, self._unread = loop, token, unread
        self._items: asyncio.Queue[T | Future[None]] = asyncio.Queue()
        self._overrun = False

    def put(self, item: T | Future[None]) -> None:
        """Add an item, from any thread."""
        self._loop.call_soon_threadsafe(self._add, item)

    def _add(self, item: T | Future[None]) -> None:
        """Add an item, or stop the work if nobody reads what it brings; the end always has room."""
        # After one that had no room no other comes, or there would be a gap.
        self._overrun = self._overrun or self._items.qsize() >= self._unread
        if isinstance(item, Future) or not self._overrun:
            self._items.put_nowait(item)
        else:
            self._token.stop(SlowConsumer(f"{self._unread} parts of the stream were left unread"))

    def end(self, work: Future[None]) -> None:
        """Mark the end, from any thread."""
        self.put(work)

    async def get(self) -> T | None:
        """Return the next item, or None at the end. Raises what the work raised."""
        item = await self._items.get()
        if not isinstance(item, Future):
            return item
        try:
            return item.result(timeout=0)
        except CancelledError:
            self._token.check()
            message = "the work was dropped before it began"
            raise Cancelled(message) from None


def _drive(generate: Callable[[], Iterator[T]], token: Token, put: Callable[[T], None]) -> None:
    token.check()
    for item in generate():
        put(item)
        token.check()
