"""What a connection may cost that asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

# As long as gRPC waits for the first frames of a connection.
_FIRST_REQUEST_SECONDS = 20.0


class Connection(H11Protocol):
    """Closes itself if no request has come in time; uvicorn waits for its headers for ever."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as it does
        """Begin to wait."""
        super().connection_made(transport)
        self.loop.call_later(_FIRST_REQUEST_SECONDS, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None:
            self.transport.close()
