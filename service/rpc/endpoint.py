"""The border between gRPC and the servicer: bytes to messages, and every error to a status.

gRPC would tell a caller the text of an exception that gets out of a handler, and also that of one
raised by a deserializer. So handlers are registered without one, and nothing but a status gets out.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from newsweave.v1 import newsweave_pb2 as pb
from service.errors import Cancelled, DeadlineExceeded, MalformedRequest, SlowConsumer
from service.rpc import status
from service.rpc.call import Call
from service.rpc.sizes import sizes
from service.watch import NOBODY, Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

    from service.rpc.access import Access
    from service.rpc.call import Context
    from service.rpc.gate import Gate
    from service.watch import Observer

    Handler = grpc.RpcMethodHandler[bytes, bytes]

SERVICE = pb.DESCRIPTOR.services_by_name["SummarizerService"].full_name
Q = TypeVar("Q", bound=Message)

_CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Door:
    """What a call must pass: who may come in, and whether anybody may now; and who is told of it.

    Attributes:
        access: Who may come in.
        gate: Whether anybody may now.
        deadline: Seconds that a call has whose caller does not say, and that a message may take to come.
        stall: Seconds that the reader of a stream may take nothing.
        observer: Is told of every call.
    """

    access: Access
    gate: Gate
    deadline: float
    stall: float
    observer: Observer = NOBODY


def unary(door: Door, rpc: str, kind: type[Q], method: Callable[[Q, Call], Awaitable[Message]]) -> Handler:
    """Return the handler of a call with one answer."""

    async def handle(_: AsyncIterator[bytes], context: Context) -> bytes:
        async with _admitted(door, rpc, context) as (call, raw):
            answer = await method(_parsed(kind, raw, call), call)
            return answer.SerializeToString()

    return grpc.stream_unary_rpc_method_handler(handle)


def stream(
    door: Door, rpc: str, kind: type[Q], method: Callable[[Q, Call], AsyncGenerator[Message, None]]
) -> Handler:
    """Return the handler of a call with a stream of answers."""

    async def handle(_: AsyncIterator[bytes], context: Context) -> None:
        async with (
            _admitted(door, rpc, context) as (call, raw),
            aclosing(method(_parsed(kind, raw, call), call)) as answers,
        ):
            async for answer in answers:
                await _write(context, answer.SerializeToString(), door.stall)

    return grpc.stream_stream_rpc_method_handler(handle)


@asynccontextmanager
async def _admitted(door: Door, rpc: str, context: Context) -> AsyncIterator[tuple[Call, bytes]]:
    """Open a call, read its message, and end it with a status if an error comes out of the body.

    To gRPC, the caller sends a stream, which is the same on the wire: so the message is fetched here,
    and none of it is before it is known that the caller may send one.
    """
    call = Call.of(context, f"{SERVICE}/{rpc}", door.observer, door.deadline)
    context.set_trailing_metadata(((status.REQUEST_ID, call.request_id),))
    try:
        caller = door.access.identify(context.invocation_metadata() or (), context.auth_context())
        call = replace(call, caller=caller)
        call.watch.identified(caller.name)
        with door.access.admit(caller, rpc):
            raw = await _message(context, min(call.token.remaining, door.deadline))
            with door.gate.admit(call):
                yield call, raw
        call.watch.end(Outcome(grpc.StatusCode.OK.name))
    except asyncio.CancelledError as cancellation:
        due = call.token.due
        call.token.stop()
        if _is_cancelled():
            left = DeadlineExceeded("the deadline passed") if due else Cancelled("the caller left")
            call.watch.end(status.outcome(left))
            raise
        await _abort(context, call, cancellation)
    except Exception as error:  # noqa: BLE001  nothing but a status gets out
        await _abort(context, call, error)


async def _write(context: Context, raw: bytes, seconds: float) -> None:
    """Send a part of a stream. Raises SlowConsumer if its reader makes no room for it in time."""
    try:
        async with asyncio.timeout(seconds):
            await context.write(raw)
    except TimeoutError:
        message = f"nothing of the stream was read for {seconds:g} s"
        raise SlowConsumer(message) from None


async def _message(context: Context, seconds: float) -> bytes:
    """Return the message of a call. Raises DeadlineExceeded if it has not come as a whole in time."""
    try:
        async with asyncio.timeout(seconds):
            raw = await context.read()
    except TimeoutError:
        message = f"the message did not come within {seconds:.1f} s"
        raise DeadlineExceeded(message) from None
    if not isinstance(raw, bytes):  # EOF
        message = "the call ended before its message came"
        raise MalformedRequest(message)
    return raw


def _is_cancelled() -> bool:
    """Return whether gRPC cancelled this call, rather than something within it being cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _abort(context: Context, call: Call, error: BaseException) -> None:
    told = status.explain(error, call.request_id)
    call.watch.end(status.outcome(error))
    await context.abort(_CODES[told.code], told.message, status.trailers(error, told, call.request_id))


def _parsed(kind: type[Q], raw: bytes, call: Call) -> Q:
    """Return the message that the bytes are. Its text is valid Unicode: protobuf sees to that."""
    try:
        request = kind.FromString(raw)
    except DecodeError:
        message = f"the bytes are not a {kind.DESCRIPTOR.full_name}"
        raise MalformedRequest(message) from None
    call.watch.sized(*sizes(request))
    return request
