"""The truth about the server, for ``grpc.health.v1``."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from grpc_health.v1 import health, health_pb2

from service.rpc.servicer import SERVICE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_log = logging.getLogger(__name__)

# The empty name stands for the server as a whole.
NAMES = ("", SERVICE)


class Health:
    """Says SERVING while the models can be used, until the server drains.

    Attributes:
        servicer: Answers the calls of health.
        settled: Set when it is known whether the models could be loaded.
        serving: Whether requests are taken.
    """

    def __init__(self) -> None:
        """Make the servicer; it says SERVING until :meth:`begin` is called."""
        self.settled = asyncio.Event()
        self.serving = self._draining = False
        self.servicer = health.aio.HealthServicer()  # type: ignore[attr-defined]  # not in the stubs

    async def begin(self) -> None:
        """Say that no request is taken yet. To be called before the server listens."""
        await self._say(health_pb2.HealthCheckResponse.NOT_SERVING)

    async def drain(self) -> None:
        """Say from now on, whatever else happens, that no request is taken."""
        self.serving, self._draining = False, True
        await self.servicer.enter_graceful_shutdown()

    @asynccontextmanager
    async def following(self, start: Callable[[Callable[[bool], None]], object]) -> AsyncIterator[None]:
        """Follow in the background whether the models can be used.

        Args:
            start: Begins to load them; whom it is given, it tells on any thread whether they can be used,
                each time when that changes.
        """
        loop, told = asyncio.get_running_loop(), asyncio.Queue[bool]()

        def tell(usable: bool) -> None:  # noqa: FBT001  what a listener is told
            loop.call_soon_threadsafe(told.put_nowait, usable)

        start(tell)
        task = asyncio.create_task(self._follow(told))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _follow(self, told: asyncio.Queue[bool]) -> None:
        while True:
            usable = await told.get()
            answer = health_pb2.HealthCheckResponse
            await self._say(answer.SERVING if usable else answer.NOT_SERVING)
            self.serving = usable and not self._draining
            if usable:
                _log.info("the models are loaded, and requests are taken")
            else:
                _log.error("no request can be taken: the models cannot be used")
            self.settled.set()

    async def _say(self, status: health_pb2.HealthCheckResponse.ServingStatus.ValueType) -> None:
        for name in NAMES:
            await self.servicer.set(name, status)
