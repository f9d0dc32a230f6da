"""A small typed client, for threads and for asyncio.

    with Client("127.0.0.1:50051") as client:
        summary = client.summarize(SummarizeRequest(articles=articles)).summary

Whatever goes wrong is a :class:`CallError`, with the details of the status unpacked.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Self

import grpc
from grpc import aio

from newsweave.bearer import bearer
from newsweave.call_error import CallError
from newsweave.v1.newsweave_pb2 import GetServerInfoRequest
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
    from types import TracebackType

    from newsweave.v1.newsweave_pb2 import (
        BatchSummarizeRequest,
        BatchSummarizeResponse,
        GenerateDigestRequest,
        GenerateDigestResponse,
        GetServerInfoResponse,
        StreamSummarizeRequest,
        StreamSummarizeResponse,
        SummarizeRequest,
        SummarizeResponse,
    )

SUMMARY_SECONDS = 120.0
BATCH_SECONDS = 1_800.0
DIGEST_SECONDS = 7_200.0
INFO_SECONDS = 10.0

# The server limits what it takes and sends, so the client need not.
_OPTIONS = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))


class Client:
    """Calls a server and waits for its answers. Threads may share it."""

    def __init__(
        self,
        address: str,
        credentials: grpc.ChannelCredentials | None = None,
        *,
        token: str = "",
        allow_plaintext: bool = False,
    ) -> None:
        """Connect when the first call is made.

        Args:
            address: Host and port.
            credentials: Those of TLS, of ``grpc.ssl_channel_credentials``; without, nothing is encrypted.
            token: Shows the server who calls; empty: it is not told.
            allow_plaintext: Whether a token may go to another machine without TLS.

        Raises:
            ValueError: The token would go to another machine without TLS.
        """
        self._metadata = bearer(token, address, is_safe=credentials is not None or allow_plaintext)
        self._channel = (
            grpc.secure_channel(address, credentials, _OPTIONS)
            if credentials
            else grpc.insecure_channel(address, _OPTIONS)
        )
        self._stub = SummarizerServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def summarize(self, request: SummarizeRequest, timeout: float = SUMMARY_SECONDS) -> SummarizeResponse:
        """Summarize one cluster of articles, in at most ``timeout`` seconds. Raises CallError."""
        with _call_errors():
            return self._stub.Summarize(request, timeout=timeout, metadata=self._metadata)

    def stream(
        self, request: StreamSummarizeRequest, timeout: float = SUMMARY_SECONDS
    ) -> Generator[StreamSummarizeResponse, None, None]:
        """Do the same, and yield each event as it comes. Closing the generator ends the work."""
        with _call_errors():
            events = self._stub.StreamSummarize(request, timeout=timeout, metadata=self._metadata)
            try:
                yield from events
            finally:
                events.cancel()  # type: ignore[no-untyped-call]  # as the stubs have it

    def batch(self, request: BatchSummarizeRequest, timeout: float = BATCH_SECONDS) -> BatchSummarizeResponse:
        """Summarize many clusters; :meth:`CallError.of_status` unpacks the error of one. Raises CallError."""
        with _call_errors():
            return self._stub.BatchSummarize(request, timeout=timeout, metadata=self._metadata)

    def digest(
        self, request: GenerateDigestRequest, timeout: float = DIGEST_SECONDS
    ) -> Generator[GenerateDigestResponse, None, None]:
        """Find the stories of a pile, and yield each event as it comes. Closing it ends the work."""
        with _call_errors():
            events = self._stub.GenerateDigest(request, timeout=timeout, metadata=self._metadata)
            try:
                yield from events
            finally:
                events.cancel()  # type: ignore[no-untyped-call]  # as the stubs have it

    def server_info(self, timeout: float = INFO_SECONDS) -> GetServerInfoResponse:
        """Ask for limits, languages and models. Raises CallError."""
        with _call_errors():
            return self._stub.GetServerInfo(GetServerInfoRequest(), timeout=timeout, metadata=self._metadata)


class AsyncClient:
    """Calls a server from coroutines. To be made while an event loop runs."""

    def __init__(
        self,
        address: str,
        credentials: grpc.ChannelCredentials | None = None,
        *,
        token: str = "",
        allow_plaintext: bool = False,
    ) -> None:
        """Do as :class:`Client`, with its arguments and its errors."""
        self._metadata = bearer(token, address, is_safe=credentials is not None or allow_plaintext)
        self._channel = (
            aio.secure_channel(address, credentials, _OPTIONS)
            if credentials
            else aio.insecure_channel(address, _OPTIONS)
        )
        self._stub = SummarizerServiceStub(self._channel)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._channel.close(None)

    async def summarize(
        self,
        request: SummarizeRequest,
        timeout: float = SUMMARY_SECONDS,  # noqa: ASYNC109  the deadline goes to the server
    ) -> SummarizeResponse:
        """Do as :meth:`Client.summarize`."""
        async with _async_call_errors():
            return await self._stub.Summarize(request, timeout=timeout, metadata=self._metadata)

    async def stream(
        self,
        request: StreamSummarizeRequest,
        timeout: float = SUMMARY_SECONDS,  # noqa: ASYNC109  the deadline goes to the server
    ) -> AsyncGenerator[StreamSummarizeResponse, None]:
        """Do as :meth:`Client.stream`."""
        async with _async_call_errors():
            events = self._stub.StreamSummarize(request, timeout=timeout, metadata=self._metadata)
            try:
                async for event in events:
                    yield event
            finally:
                events.cancel()

    async def batch(
        self,
        request: BatchSummarizeRequest,
        timeout: float = BATCH_SECONDS,  # noqa: ASYNC109  the deadline goes to the server
    ) -> BatchSummarizeResponse:
        """Do as :meth:`Client.batch`."""
        async with _async_call_errors():
            return await self._stub.BatchSummarize(request, timeout=timeout, metadata=self._metadata)

    async def digest(
        self,
        request: GenerateDigestRequest,
        timeout: float = DIGEST_SECONDS,  # noqa: ASYNC109  the deadline goes to the server
    ) -> AsyncGenerator[GenerateDigestResponse, None]:
        """Do as :meth:`Client.digest`."""
        async with _async_call_errors():
            events = self._stub.GenerateDigest(request, timeout=timeout, metadata=self._metadata)
            try:
                async for event in events:
                    yield event
            finally:
                events.cancel()

    async def server_info(self, timeout: float = INFO_SECONDS) -> GetServerInfoResponse:  # noqa: ASYNC109  as above
        """Do as :meth:`Client.server_info`."""
        async with _async_call_errors():
            return await self._stub.GetServerInfo(
                GetServerInfoRequest(), timeout=timeout, metadata=self._metadata
            )


@contextmanager
def _call_errors() -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        if not isinstance(error, grpc.Call):
            raise
        trailers = [(item.key, item.value) for item in error.trailing_metadata() or ()]
        raise CallError.of(error.code(), error.details() or "", trailers) from None


@asynccontextmanager
async def _async_call_errors() -> AsyncIterator[None]:
    try:
        yield
    except aio.AioRpcError as error:
        trailers = list(error.trailing_metadata() or ())
        raise CallError.of(error.code(), error.details() or "", trailers) from None  # type: ignore[arg-type]  # pairs
