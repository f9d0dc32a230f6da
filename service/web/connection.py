"""What a connection may cost that asks for nothing, or does not take what it asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

# As long as gRPC waits for the first frames of a connection.
_REQUEST_SECONDS = 20.0
# A call ends first where its reader takes nothing, so that it is counted as what it is.
_AFTER_CALL_SECONDS = 5.0


class Connection(H11Protocol):
    """Ends itself if the next request, or room for an answer, does not come in time.

    uvicorn waits for both for ever: its own timer ends with the first byte that follows an answer.

    Attributes:
        stall_seconds: How long the other side may leave no room for an answer.
    """

    stall_seconds = 60.0
    _asking: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as it does
        """Begin to wait for a request, if there is room for one more connection."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            transport.abort()
        else:
            self._await_request()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, which may be here already."""
        self._await_request()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Begin to wait for room."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on, since there is room."""
        super().resume_writing()
        _stop(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        _stop(self._asking)
        _stop(self._taking)

    def _await_request(self) -> None:
        _stop(self._asking)
        self._asking = self.loop.call_later(_REQUEST_SECONDS, self._give_up, self.cycle)

    def _give_up(self, last: RequestResponseCycle | None) -> None:
        """End the connection if no request has come since the last one; what is not taken goes with it."""
        if self.cycle is last:
            self.transport.abort()


def bounded(stall_seconds: float) -> type[Connection]:
    """Return connections whose calls end after ``stall_seconds`` if nothing is taken, and they soon after."""

    class Bounded(Connection):
        pass

    Bounded.stall_seconds = stall_seconds + _AFTER_CALL_SECONDS
    return Bounded


def _stop(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
