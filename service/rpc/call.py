"""One call: its name, and whether anybody still waits for it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

from service.engine.token import Token
from service.rpc.callers import ANYBODY, Caller
from service.watch import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import grpc

    from service.watch import CallWatch, Observer

_CALLERS_ID = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


class Context(Protocol):
    """What a call is answered through: the part of a gRPC context that is used.

    gRPC has its own; whatever else brings calls has one too, so that all are answered by the same code.
    """

    def invocation_metadata(self) -> Sequence[tuple[str, str | bytes]] | None:
        """Return what came with the call."""

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Return what is known about the other side of the connection."""

    def time_remaining(self) -> float | None:
        """Return the seconds that the caller still waits, or None if it did not say."""

    def set_trailing_metadata(self, trailing_metadata: tuple[tuple[str, str | bytes], ...], /) -> None:
        """Set what goes with the end of the call."""

    async def read(self) -> object:
        """Return the bytes of the message, or something else if none comes."""

    async def write(self, message: bytes, /) -> None:
        """Send a message, and wait until there is room for the next one."""

    async def abort(
        self, code: grpc.StatusCode, details: str, trailing_metadata: tuple[tuple[str, str | bytes], ...], /
    ) -> NoReturn:
        """End the call with a status, by an exception of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call.

    Attributes:
        request_id: Its name in answers, in errors and in the log.
        token: Tells the threads that work for it when to stop.
        watch: Is told how it goes.
        caller: Who calls; anybody, as long as that has not been found out.
    """

    request_id: str
    token: Token
    watch: CallWatch = NOBODY
    caller: Caller = ANYBODY

    @classmethod
    def of(cls, context: Context, method: str, observer: Observer, seconds: float) -> Call:
        """Open the call of a context; ``seconds`` is its time if the caller sets no deadline."""
        metadata = tuple(context.invocation_metadata() or ())
        name = _request_id(metadata)
        texts = {key: value for key, value in metadata if isinstance(value, str)}
        token = Token(_seconds(context.time_remaining(), seconds))
        return cls(name, token, observer.call(method, name, texts))


def _seconds(remaining: float | None, default: float) -> float:
    return default if remaining is None else remaining


def _request_id(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """Return the caller's name for the request if it is a plain token, and else a random one."""
    for key, value in metadata:
        if key == _CALLERS_ID and isinstance(value, str) and _SANE.fullmatch(value):
            return value
    return uuid.uuid4().hex
