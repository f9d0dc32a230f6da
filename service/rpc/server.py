"""The server: it listens before the models are loaded, and drains before it stops."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grpc import aio
from grpc_health.v1 import health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from service.engine.admission import Admission
from service.engine.worker import Workers
from service.errors import SettingsError
from service.rpc import transport
from service.rpc.access import Access
from service.rpc.credentials import server_credentials
from service.rpc.endpoint import Door
from service.rpc.exposure import weaknesses
from service.rpc.gate import Gate
from service.rpc.health import Health
from service.rpc.servicer import SERVICE, Identity, Servicer, handlers
from service.watch import NOBODY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    import grpc

    from service.ports import HostedEngine
    from service.rpc.servicer import Summarize
    from service.settings import Settings
    from service.watch import Observer

    # Brings calls to the handlers by another way while it is entered, and yields where it listens.
    SideDoor = Callable[[grpc.GenericRpcHandler[bytes, bytes]], AbstractAsyncContextManager[str]]

_log = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

# What calls that are given up may take to reach their next step and tell their callers why.
_ABANDONED_SECONDS = 2.0
# How many events of a stream may wait for its reader, beside those about each article, which come at once.
_UNREAD_EVENTS = 1_000
# What the last answers may take to leave; streams of health, which never end, are cut after it.
_FLUSH_SECONDS = 0.5


def no_side_door(_: grpc.GenericRpcHandler[bytes, bytes]) -> AbstractAsyncContextManager[str]:
    """Let calls come by gRPC alone."""
    return nullcontext("")


@dataclass(slots=True)
class Server:
    """A server that listens.

    Attributes:
        address: Host and port; the port is the true one, even if a free one was asked for.
        grace_seconds: How long accepted calls may go on when the server drains.
        gate: The calls that are under way.
        health: What the server says about itself.
        side_address: Host and port of the side door; empty if there is none.
        asked: Set when the server is to stop.
        drained: Whether :meth:`drain` has ended.
    """

    address: str
    grace_seconds: float
    gate: Gate
    health: Health
    side_address: str = ""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    drained: bool = False

    def stop(self) -> None:
        """Ask the server to drain; asked again, it gives up what is still under way."""
        if self.asked.is_set():
            self.gate.abandon()
        self.asked.set()

    async def drain(self) -> None:
        """Take no more calls, let the accepted ones end, and give up those that outlast the grace."""
        self.asked.set()
        self.gate.close()
        _log.info("draining", extra={"calls": self.gate.inside, "grace_seconds": self.grace_seconds})
        await self.health.drain()
        if not await self.gate.empty(self.grace_seconds):
            _log.warning("the grace is over", extra={"calls": self.gate.inside})
            self.gate.abandon()
            await self.gate.empty(_ABANDONED_SECONDS)
        self.drained = True


@asynccontextmanager
async def running(  # noqa: PLR0913  what a server is made of
    settings: Settings,
    engine: HostedEngine,
    summarize: Summarize,
    identity: Identity,
    observer: Observer = NOBODY,
    *,
    side_door: SideDoor = no_side_door,
) -> AsyncIterator[Server]:
    """Listen, start the engine, and yield the server; drain and stop everything at the end.

    Args:
        settings: The address, the limits and the grace.
        engine: An engine that is not started; it is stopped at the end, too.
        summarize: The pipeline, with everything bound but the job and the models.
        identity: What the server says about itself.
        observer: Is told how it goes.
        side_door: Another way for calls to come.

    Raises:
        SettingsError: An address cannot be listened on, or a file of TLS or of callers cannot be used.
    """
    workers = Workers(settings.workers, settings.max_articles + _UNREAD_EVENTS)
    gate, health = Gate(), Health()
    credentials, access = server_credentials(settings), Access.of(settings)
    admission = Admission(settings.workers, settings.max_queued_requests, settings.max_queued_tokens)
    async with observer.watching(lambda: health.serving, lambda: admission.waiting):
        front = aio.server(options=transport.options(settings))
        servicer = Servicer(engine, summarize, settings, identity, workers, admission)
        door = Door(access, gate, settings.default_deadline_seconds, settings.max_stall_seconds, observer)
        calls = handlers(servicer, door)
        front.add_generic_rpc_handlers((calls,))
        health_pb2_grpc.add_HealthServicer_to_server(health.servicer, front)
        if settings.reflection:
            names = (SERVICE, "grpc.health.v1.Health", reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, front)
        try:
            await health.begin()
            address = _bound(front, settings.address, credentials)
            async with side_door(calls) as side_address:
                server = Server(address, settings.grace_seconds, gate, health, side_address)
                await front.start()
                async with health.following(engine.start):
                    try:
                        yield server
                    finally:
                        if not server.drained:
                            await server.drain()
        finally:
            await front.stop(_FLUSH_SECONDS)
            await workers.close()
            await asyncio.to_thread(engine.stop)


async def serve(  # noqa: PLR0913  what a server is made of
    settings: Settings,
    engine: HostedEngine,
    summarize: Summarize,
    identity: Identity,
    observer: Observer = NOBODY,
    *,
    on_listening: Callable[[str], None],
    side_door: SideDoor = no_side_door,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain; a second signal cuts the grace short.

    Args:
        settings: As in :func:`running`.
        engine: As in :func:`running`.
        summarize: As in :func:`running`.
        identity: As in :func:`running`.
        observer: As in :func:`running`.
        on_listening: Is told the address as soon as calls can come.
        side_door: As in :func:`running`.

    Raises:
        SettingsError: An address cannot be listened on, or a file of TLS or of callers cannot be used.
    """
    async with running(settings, engine, summarize, identity, observer, side_door=side_door) as server:
        for weakness in weaknesses(settings):
            _log.warning(weakness)
        with _signals_to(server):
            on_listening(server.address)
            await server.asked.wait()
            await server.drain()
    _log.info("stopped")


@contextmanager
def _signals_to(server: Server) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, server.stop)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _bound(front: aio.Server, address: str, credentials: grpc.ServerCredentials | None) -> str:
    """Bind an address, and return it with its true port."""
    host = address.rpartition(":")[0]
    try:
        port = (
            front.add_secure_port(address, credentials) if credentials else front.add_insecure_port(address)
        )
    except RuntimeError:
        message = f"address is {address}, and it cannot be listened on: {_obstacle(address)}"
        raise SettingsError(message) from None
    return f"{host}:{port}"


def _obstacle(address: str) -> str:
    """Return what the system says against listening on an address; gRPC does not tell."""
    host, _, port = address.rpartition(":")
    try:
        for family, kind, protocol, _, place in socket.getaddrinfo(
            host.strip("[]"), int(port), type=socket.SOCK_STREAM
        ):
            with socket.socket(family, kind, protocol) as probe:
                probe.bind(place)
    except OSError as error:
        return error.strerror or str(error)
    return "gRPC refused it"
