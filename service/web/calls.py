"""Calls from the page, answered by the handlers that answer those of gRPC."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from newsweave.call_error import CallError
from newsweave.v1 import newsweave_pb2 as pb
from service.render import html
from service.rpc import status
from service.rpc.endpoint import SERVICE
from service.web.exchange import Aborted, Exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import grpc
    from google.protobuf.message import Message
    from starlette.types import Receive, Scope, Send

    from service.rpc.call import Context

# What the page calls, with its messages.
RPCS: dict[str, tuple[type[Message], type[Message]]] = {
    "GetServerInfo": (pb.GetServerInfoRequest, pb.GetServerInfoResponse),
    "StreamSummarize": (pb.StreamSummarizeRequest, pb.StreamSummarizeResponse),
}


@dataclass(frozen=True, slots=True)
class Calls:
    """One RPC, as an ASGI application.

    Attributes:
        handlers: Those of the contract.
        rpc: The name of the RPC.
        most: Bytes that a request may have.
    """

    handlers: grpc.GenericRpcHandler[bytes, bytes]
    rpc: str
    most: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, and give its work up as soon as its caller leaves."""
        exchange = Exchange(scope, receive, send, *RPCS[self.rpc], most=self.most)
        work = asyncio.create_task(self._answer(exchange))
        leaving = asyncio.create_task(exchange.left())
        try:
            await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            leaving.cancel()
            await asyncio.gather(work, leaving, return_exceptions=True)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            await self._handle(exchange)
            await _report(exchange)
        except Aborted as ended:
            await exchange.end(_told(ended.error))
        except Exception as error:  # noqa: BLE001  a bug is told as one, and logged, as it is behind gRPC
            await exchange.end(_told(CallError.of_status(status.explain(error, ""))))
        else:
            await exchange.end({"code": "OK"})

    async def _handle(self, exchange: Exchange) -> None:
        found = cast("grpc.HandlerCallDetails", SimpleNamespace(method=f"/{SERVICE}/{self.rpc}"))
        handler = self.handlers.service(found)
        if handler is None:
            raise LookupError(self.rpc)
        if handler.response_streaming:
            await _as_it_is(handler.stream_stream)(None, exchange)
        else:
            await exchange.write(await _as_it_is(handler.stream_unary)(None, exchange))


def _as_it_is(handle: Any) -> Callable[[None, Context], Awaitable[bytes]]:  # noqa: ANN401  see below
    """Return a handler with its true type: the stubs know those of threads only."""
    return cast("Callable[[None, Context], Awaitable[bytes]]", handle)


async def _report(exchange: Exchange) -> None:
    """Send the report of a summary that is whole."""
    asked, last = exchange.request, exchange.last
    if isinstance(asked, pb.StreamSummarizeRequest) and isinstance(last, pb.StreamSummarizeResponse):
        report = html.Report.of_summary(asked.articles, last.completed, asked.options)
        await exchange.tell("report", await asyncio.to_thread(html.render, report))


def _told(error: CallError) -> dict[str, Any]:
    """Return an error as the page gets it."""
    return {
        "code": error.code.name,
        "reason": error.reason,
        "message": error.message,
        "violations": [
            {"field": item.field, "reason": item.reason, "description": item.description}
            for item in error.violations
        ],
        "removed": [{"subject": subject, "reason": reason} for subject, reason in error.removed],
        "retryAfter": error.retry_after,
        "requestId": error.request_id,
    }
