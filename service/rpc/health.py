"""The truth about the server, for ``grpc.health.v1``."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from grpc_health.v1 import health, health_pb2

from service.rpc.servicer import SERVICE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from concurrent.futures import Future

_log = logging.getLogger(__name__)

# The empty name stands for the server as a whole.
NAMES = ("", SERVICE)


class Health:
    """Says NOT_SERVING until the models are loaded, and again from the moment the server drains.

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
        for name in NAMES:
            await self.servicer.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)

    async def drain(self) -> None:
        """Say from now on, whatever else happens, that no request is taken."""
        self.serving, self._draining = False, True
        await self.servicer.enter_graceful_shutdown()

    @asynccontextmanager
    async def following(self, loading: Future[None]) -> AsyncIterator[None]:
        """Follow the loading of the models in the background."""
        task = asyncio.create_task(self._follow(loading))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _follow(self, loading: Future[None]) -> None:
        try:
            await asyncio.wrap_future(loading)
        except Exception as error:  # noqa: BLE001  the engine has logged why; the server stays up to tell it
            _log.error("no request can be taken: %s", error)
        else:
            for name in NAMES:
                await self.servicer.set(name, health_pb2.HealthCheckResponse.SERVING)
            self.serving = not self._draining
            _log.info("the models are loaded, and requests are taken")
        self.settled.set()
