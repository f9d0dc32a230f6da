"""A small HTTP listener on threads of its own: ``/metrics``, ``/livez`` and ``/readyz``.

It answers also when the event loop does not, which is what liveness is about.
"""

from __future__ import annotations

import io
import logging
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import make_wsgi_app

from service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from prometheus_client import CollectorRegistry

_log = logging.getLogger(__name__)

# Of a whole exchange: a limit of each read would be renewed by every byte.
_PATIENCE_SECONDS = 10.0
_CONNECTIONS = 32
_TEXT = ("Content-Type", "text/plain; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Pages:
    """What is answered.

    Attributes:
        registry: Where the metrics are.
        alive: Whether the server still works; if not, it must be started anew.
        ready: Whether requests are taken; if not, they must go elsewhere.
    """

    registry: CollectorRegistry
    alive: Callable[[], bool]
    ready: Callable[[], bool]

    def __call__(self, environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request; a bug is logged as everything is, and answered with 500."""
        try:
            return self._page(environment, start)
        except Exception:  # noqa: BLE001  a page that fails ends no server
            _log.exception("a page of the metrics failed")
            start("500 Internal Server Error", [_TEXT])
            return [b"failed\n"]

    def _page(self, environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environment["PATH_INFO"]
        if path == "/metrics":
            shown: Iterable[bytes] = make_wsgi_app(self.registry)(environment, start)
            return shown
        asked = {"/livez": self.alive, "/readyz": self.ready}.get(path)
        if asked is None:
            start("404 Not Found", [_TEXT])
            return [b"/metrics, /livez or /readyz\n"]
        good = asked()
        start("200 OK" if good else "503 Service Unavailable", [_TEXT])
        return [b"yes\n" if good else b"no\n"]


class _Server(ThreadingMixIn, WSGIServer):
    """Gives up clients that drip or are silent, and holds few at once: the oldest makes room for a new one.

    So strangers can neither collect threads nor keep a probe out, which is answered at once.
    """

    daemon_threads = True
    request_queue_size = _CONNECTIONS

    def __init__(self, address: tuple[str, int]) -> None:
        self._lock = threading.Lock()
        self._begun: dict[socket.socket, float] = {}  # the oldest first
        super().__init__(address, _Handler)

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]  # never a datagram
        with self._lock:
            for oldest in list(self._begun)[: len(self._begun) + 1 - _CONNECTIONS]:
                self._give_up(oldest)
            self._begun[request] = time.monotonic()
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Give up what has taken too long; called twice a second."""
        self.give_up_begun_before(time.monotonic() - _PATIENCE_SECONDS)

    def give_up_begun_before(self, latest: float) -> None:
        with self._lock:
            for request in [request for request, begun in self._begun.items() if begun <= latest]:
                self._give_up(request)

    def _give_up(self, request: socket.socket) -> None:
        """Wake up the thread of a connection, which then closes it."""
        self._begun.pop(request)
        with suppress(OSError):
            request.shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]  # never a datagram
        with self._lock:
            self._begun.pop(request, None)
            super().shutdown_request(request)

    def handle_error(self, *_: object) -> None:
        """Tell a bug in one line. That a client left, or was given up, is none."""
        fault = sys.exception()
        if not isinstance(fault, OSError):
            _log.error("a request for the metrics failed", extra={"fault": type(fault).__name__})


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    """Writes nothing to stderr, where every line is JSON: neither looks at the metrics nor tracebacks."""

    def log_message(self, *_: object) -> None: ...

    def get_stderr(self) -> io.StringIO:
        return io.StringIO()


@contextmanager
def listening(address: str, pages: Pages) -> Iterator[str]:
    """Answer on an address, on threads, and yield it with its true port.

    Raises:
        SettingsError: It cannot be listened on.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    kind = _Server6 if ":" in host else _Server
    try:
        server = kind((host, int(port)))
    except OSError as error:
        message = f"metrics_address is {address}, and it cannot be listened on: {error.strerror or error}"
        raise SettingsError(message) from None
    server.set_app(pages)
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield f"{address.rpartition(':')[0]}:{server.server_port}"
    finally:
        server.shutdown()
        server.give_up_begun_before(time.monotonic())
        server.server_close()
        thread.join()
