"""An event loop on a thread of its own, so that threads can wait for the network and still be called off."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Background:
    """Runs coroutines of other threads."""

    def __init__(self, name: str) -> None:
        """Begin the thread, which ends with the program if it is not closed before."""
        self._loop = asyncio.new_event_loop()
        self._closing, self._closed = threading.Lock(), False
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine; whoever cancels what is returned cancels it. Once closed, it begins nothing."""
        with self._closing:
            if not self._closed:
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        work.close()
        return _cancelled()

    def close(self, last: Coroutine[Any, Any, None]) -> None:
        """Cancel what runs, do a last thing, and end the thread."""
        with self._closing:
            closed, self._closed = self._closed, True
        if closed:
            last.close()
            return
        asyncio.run_coroutine_threadsafe(self._emptied(last), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _emptied(self, last: Coroutine[Any, Any, None]) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await last


def _cancelled() -> Future[Any]:
    future: Future[Any] = Future()
    future.cancel()
    future.set_running_or_notify_cancel()  # without which nobody who waits for it hears of it
    return future
