"""The page, listened for on the event loop of the server."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from service.errors import SettingsError
from service.web import files, tls
from service.web.calls import RPCS, Calls
from service.web.connection import bounded
from service.web.guard import Guard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import grpc
    from starlette.types import ASGIApp

    from service.settings import Settings

_log = logging.getLogger(__name__)

# Whole seconds that the last answers may take to leave, the report among them.
_FLUSH_SECONDS = 2


class _Server(uvicorn.Server):
    """Leaves the signals of the process to the server whose page it serves, and says when it has begun."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.begun = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.begun.set()


@asynccontextmanager
async def serving(settings: Settings, handlers: grpc.GenericRpcHandler[bytes, bytes]) -> AsyncIterator[str]:
    """Serve the page while entered, and yield its host and port.

    Args:
        settings: Where the address, TLS and the limits stand.
        handlers: Those of the contract; they answer the calls of the page.

    Raises:
        SettingsError: The address cannot be listened on, or the files of TLS cannot be used.
    """
    host = settings.web.rpartition(":")[0]
    with _listening(settings.web) as listener:
        address = f"{host}:{listener.getsockname()[1]}"
        scheme = "https" if settings.tls_certificate else "http"
        server = _Server(_config(settings, Guard(application(settings, handlers), address, scheme)))
        task = asyncio.create_task(server.serve([listener]))
        try:
            await server.begun.wait()
            _log.info("the page is served", extra={"url": f"{scheme}://{address}/"})
            yield address
        finally:
            server.should_exit = True
            await task


def application(settings: Settings, handlers: grpc.GenericRpcHandler[bytes, bytes]) -> Starlette:
    """Return what answers requests that were let in."""
    return Starlette(
        routes=[
            _file("/", files.page(), "text/html"),
            _file("/try.css", files.style(), "text/css"),
            _file("/try.js", files.script(), "text/javascript"),
            *(
                Route(f"/call/{rpc}", Calls(handlers, rpc, settings.max_cluster_bytes), methods=["POST"])
                for rpc in RPCS
            ),
        ]
    )


def _file(path: str, text: str, kind: str) -> Route:
    async def send(_: object) -> Response:
        return Response(text, media_type=kind)

    return Route(path, send)


def _config(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=bounded(settings.max_stall_seconds),
        ws="none",
        lifespan="off",
        log_config=None,
        # What clients do wrong is no concern of the log; calls are told there as those of gRPC are.
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=settings.max_connections,
        timeout_graceful_shutdown=_FLUSH_SECONDS,
        ssl_context_factory=tls.factory(settings),
    )


@contextmanager
def _listening(address: str) -> Iterator[socket.socket]:
    """Listen on an address. Raises SettingsError."""
    host, _, port = address.rpartition(":")
    try:
        family, *_, place = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(place[:2], family=family)
    except OSError as error:
        message = f"web is {address}, and it cannot be listened on: {error.strerror or error}"
        raise SettingsError(message) from None
    with listener:
        yield listener
