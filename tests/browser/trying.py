"""A server with a page, on a thread of its own: while the browser runs here, no asyncio loop can."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from service.domain import Summary
from service.engine.local import LocalEngine
from service.rpc.server import running
from service.rpc.servicer import Identity
from service.web.front import serving
from tests.rpc.conftest import Loader, story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from service.domain import Event, Job
    from service.ports import Models
    from service.rpc.server import Server
    from service.settings import Settings

PATIENCE_SECONDS = 60.0


@dataclass
class Paced:
    """A pipeline that writes a sentence whenever it may, and knows when it was stopped."""

    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Event = field(default_factory=threading.Event)

    def __call__(self, job: Job, models: Models) -> Iterator[Event]:
        for event in story(job, models):
            yield event
            if not isinstance(event, Summary):
                self._wait(models)

    def _wait(self, models: Models) -> None:
        while not self.go.acquire(timeout=0.02):
            try:
                models.check()
            except Exception:
                self.stopped.set()
                raise


@dataclass
class Tried:
    """A server with a page.

    Attributes:
        settings: Where it listens, and what it allows.
        pace: Its pipeline.
        loader: Loads its models.
    """

    settings: Settings
    pace: Paced = field(default_factory=Paced)
    loader: Loader = field(default_factory=lambda: Loader(at_once=True))
    address: str = ""

    def __enter__(self) -> Self:
        self.settings = replace(self.settings, address="127.0.0.1:0", web="127.0.0.1:0")
        self._up, self._down = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="server")
        self._thread.start()
        assert self._up.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.pace.go.release(1_000)
        self.loader.go.set()
        self._loop.call_soon_threadsafe(self._down.set)
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def at_full_speed(self) -> None:
        """Let the pipeline go on to its end, and all that come after it."""
        self.pace.go.release(1_000_000)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        engine, identity = LocalEngine(self.loader.load), Identity("9.9", "fake", 0.5)
        door = partial(serving, self.settings)
        async with running(self.settings, engine, self.pace, identity, side_door=door) as server:
            if self.loader.at_once:
                await server.health.settled.wait()
            self._tell(server)
            await self._down.wait()

    def _tell(self, server: Server) -> None:
        self.address = server.side_address
        self._up.set()
