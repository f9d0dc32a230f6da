"""A small HTTP listener on threads of its own: ``/metrics``, ``/livez`` and ``/readyz``.

It answers also when the event loop does not, which is what liveness is about.
"""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
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

_PATIENCE_SECONDS = 10.0
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
        """Answer one request."""
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
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    """Gives up a client that drips, and writes no line for every look at the metrics."""

    timeout = _PATIENCE_SECONDS

    def log_message(self, *_: object) -> None: ...


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
        server = kind((host, int(port)), _Handler)
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
        server.server_close()
        thread.join()
