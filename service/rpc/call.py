"""One call: its name, and whether anybody still waits for it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.engine.token import Token
from service.rpc.callers import ANYBODY, Caller
from service.watch import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grpc import aio

    from service.watch import CallWatch, Observer

_CALLERS_ID = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


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
    def of(
        cls, context: aio.ServicerContext[bytes, bytes], method: str, observer: Observer, seconds: float
    ) -> Call:
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
