"""Only the page itself may call: what other sites make a browser send is refused before anything is done.

A page elsewhere can make its visitors' browsers send requests here; its ``Origin`` gives it away. It can
also let its own name lead here (DNS rebinding), and then is of one origin with what it asks; its ``Host``
gives that away.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from service.addresses import is_here
from service.web.files import HEADERS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands before an application.

    Attributes:
        app: The application.
        address: Host and port where it is reached.
        scheme: ``http`` or ``https``.
    """

    app: ASGIApp
    address: str
    scheme: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request of the page on, and add what browsers are to be told to every answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        refused = self.refusal(Headers(scope=scope), scope["method"])
        app = PlainTextResponse(refused, 403) if refused else self.app
        await app(scope, receive, guarded)

    def refusal(self, headers: Headers, method: str) -> str:
        """Return why a request is refused, or nothing if it is not."""
        host = headers.get("host", "")
        if not self._is_own(host):
            return f"this page is at {self.scheme}://{self.address}/, and is shown under no other name"
        if method == "POST" and headers.get("origin") != f"{self.scheme}://{host}":
            return "only the page itself may call here"
        return ""

    def _is_own(self, host: str) -> bool:
        name, port = _parted(host, _PORTS[self.scheme])
        own, own_port = _parted(self.address, _PORTS[self.scheme])
        if not name or port != own_port:
            return False
        # No name can be made to look like an IP address or localhost.
        everywhere = _is_unspecified(own) and (_is_address(name) or is_here(name))
        return name == own or everywhere or (is_here(own) and is_here(name))


def _parted(host: str, default: int) -> tuple[str, int]:
    """Return the name and the port of a host; an empty name if it is none."""
    if not _HOST.fullmatch(host):
        return "", 0
    parts = urlsplit(f"//{host}")
    try:
        port = parts.port or default
    except ValueError:
        return "", 0
    return parts.hostname or "", port


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_unspecified
