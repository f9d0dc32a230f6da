"""One call that came over HTTP: its request in the JSON form of the contract, its answer as lines of JSON.

Each line is an object of one member: ``answer``, a message of the contract; ``report``, the summary as a
page of HTML; ``status``, how the call ended. That is always the last one: without it, the stream was cut.
As with gRPC, a call that could be begun is answered with 200, and how it went stands at the end.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from google.protobuf.json_format import MessageToDict, Parse, ParseError
from starlette.datastructures import Headers

from newsweave.call_error import CallError
from service.errors import Cancelled, MalformedRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import grpc
    from google.protobuf.message import Message
    from starlette.types import Receive, Scope, Send

    Trailers = tuple[tuple[str, str | bytes], ...]

# What callers may tell about a call beside its message; the rest of what browsers send is nobody's concern.
_METADATA = ("authorization", "x-request-id", "traceparent", "tracestate")
# A string, or what begins like one and has no end. Possessive, so that it takes one pass over any body.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# Bytes of a body outside of its strings. Each two may become an object of Python of a hundred, and articles
# need few: a thousand of them, laid out with spaces, have some 100,000.
_MOST_STRUCTURE = 2_000_000
# Bytes of a long line that are sent at once: each piece may take as long as a whole answer may.
_PIECE = 65_536


@dataclass(eq=False)
class Aborted(Exception):
    """The handler ended the call with a status."""

    error: CallError


@dataclass(slots=True, eq=False)
class Exchange:
    """What a handler reads from and writes to, in the place of a context of gRPC.

    Attributes:
        scope: The request, as ASGI has it.
        receive: Brings its body.
        send: Takes the answer.
        asked: The kind of message that is asked with.
        answered: The kind of message that is answered with.
        most: Bytes that the body may have.
        request: What was asked.
        last: The last answer that was sent.
    """

    scope: Scope
    receive: Receive
    send: Send
    asked: type[Message]
    answered: type[Message]
    most: int
    request: Message | None = None
    last: Message | None = None
    _has_begun: bool = False
    _is_read: asyncio.Event = field(default_factory=asyncio.Event)

    def invocation_metadata(self) -> Sequence[tuple[str, str | bytes]]:
        """Return the headers that are metadata of the call."""
        return [(key, value) for key, value in Headers(scope=self.scope).items() if key in _METADATA]

    def auth_context(self) -> Mapping[str, list[bytes]]:
        """Return nothing: no certificate of a client is asked for here."""
        return {}

    def time_remaining(self) -> None:
        """Leave the deadline to the server."""

    def set_trailing_metadata(self, _: Trailers) -> None:
        """Do nothing: all that the page needs of it stands in the status."""

    async def read(self) -> bytes:
        """Return the request as bytes of the contract.

        Raises:
            MalformedRequest: The body is too long, or is not the JSON form of the message.
            Cancelled: The caller left before all of it had come.
        """
        body = await self._body()
        self._is_read.set()
        self.request = await asyncio.to_thread(_parsed, body, self.asked)
        return self.request.SerializeToString()

    async def write(self, message: bytes) -> None:
        """Send an answer, and wait until there is room for the next one."""
        self.last = self.answered.FromString(message)
        # In one piece, so that a call that ends for not being read does not end within a line.
        await self._send(_line("answer", MessageToDict(self.last)))

    async def abort(self, code: grpc.StatusCode, details: str, trailing_metadata: Trailers) -> NoReturn:
        """End the call. Raises Aborted."""
        raise Aborted(CallError.of(code, details, trailing_metadata))

    async def tell(self, member: str, value: Any) -> None:  # noqa: ANN401  anything that JSON can hold
        """Send a line, as long as it may be."""
        raw = _line(member, value)
        for start in range(0, len(raw), _PIECE):
            await self._send(raw[start : start + _PIECE])

    async def end(self, status: Mapping[str, Any]) -> None:
        """Tell how the call ended."""
        await self.tell("status", status)
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def left(self) -> None:
        """Wait until the caller leaves; nothing else comes once the body has."""
        await self._is_read.wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def _send(self, body: bytes) -> None:
        if not self._has_begun:
            self._has_begun = True
            headers = [(b"content-type", b"application/x-ndjson")]
            await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def _body(self) -> bytes:
        told = Headers(scope=self.scope).get("content-length", "")
        if told.isdecimal() and int(told) > self.most:
            raise _too_long(self.most)
        chunks, size, is_more = list[bytes](), 0, True
        while is_more:
            event = await self.receive()
            if event["type"] == "http.disconnect":
                message = "the caller left before its message had come"
                raise Cancelled(message)
            chunks.append(event.get("body", b""))
            size, is_more = size + len(chunks[-1]), event.get("more_body", False)
            if size > self.most:
                raise _too_long(self.most)
        return b"".join(chunks)


def _line(member: str, value: Any) -> bytes:  # noqa: ANN401  anything that JSON can hold
    return json.dumps({member: value}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _too_long(most: int) -> MalformedRequest:
    return MalformedRequest(f"the request has more than {most:,} bytes", {"max_bytes": str(most)})


def _parsed(body: bytes, kind: type[Message]) -> Message:
    if len(_STRING.sub(b"", body)) > _MOST_STRUCTURE:
        message = f"the request has more than {_MOST_STRUCTURE:,} bytes beside its strings"
        raise MalformedRequest(message)
    try:
        return Parse(body, kind())
    except (ParseError, UnicodeError):
        message = f"the body is not the JSON form of a {kind.DESCRIPTOR.full_name}"
        raise MalformedRequest(message) from None
