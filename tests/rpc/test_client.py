from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest
from google.rpc import status_pb2

from newsweave import AsyncClient, CallError, Client, FieldViolation
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from tests.rpc.conftest import Serve

    T = TypeVar("T")

ARTICLES = [pb.Article(id="a", text="One text."), pb.Article(id="b", text="Another.")]


async def with_client(address: str, use: Callable[[Client], T]) -> T:
    def run() -> T:
        with Client(address) as client:
            return use(client)

    return await asyncio.to_thread(run)


async def test_both_clients_give_the_same_answers(serve: Serve) -> None:
    summarize, items = pb.SummarizeRequest(articles=ARTICLES), [pb.BatchSummarizeItem(articles=ARTICLES)]
    stream, batch = pb.StreamSummarizeRequest(articles=ARTICLES), pb.BatchSummarizeRequest(items=items)
    async with serve() as served:
        address, client = served.address, served.client
        assert await with_client(address, lambda one: one.summarize(summarize)) == await client.summarize(
            summarize
        )
        assert await with_client(address, lambda one: one.batch(batch)) == await client.batch(batch)
        assert await with_client(address, lambda one: one.server_info()) == await client.server_info()
        events = await with_client(address, lambda one: list(one.stream(stream)))
        assert events[1:] == [event async for event in client.stream(stream)][1:]


async def test_an_error_is_unpacked_by_both_clients(serve: Serve) -> None:
    async with serve() as served:
        asynchronous = await served.refused(served.client.summarize(pb.SummarizeRequest()))
        for call in (
            lambda client: client.summarize(pb.SummarizeRequest()),
            lambda client: list(client.stream(pb.StreamSummarizeRequest())),
        ):
            synchronous = await served.refused(with_client(served.address, call))
            assert synchronous.violations == asynchronous.violations
            assert synchronous.code is asynchronous.code is grpc.StatusCode.INVALID_ARGUMENT
            assert synchronous.request_id
    expected = FieldViolation("articles", "EMPTY_ARTICLES", "a summary needs at least one article")
    assert asynchronous.violations == (expected,)
    assert str(asynchronous).startswith("INVALID_ARGUMENT EMPTY_ARTICLES: articles: a summary needs")


async def test_a_stream_that_is_closed_early_is_cancelled(serve: Serve) -> None:
    def first_only(client: Client) -> str | None:
        events = client.stream(pb.StreamSummarizeRequest(articles=ARTICLES))
        kind = next(events).WhichOneof("event")
        events.close()
        return kind

    async with serve() as served:
        assert await with_client(served.address, first_only) == "started"


@pytest.mark.parametrize(
    "address", ["news.example:1", "10.0.0.1:1", "[2001:db8::1]:1", "dns:///news.example:1"]
)
async def test_a_token_does_not_go_to_another_machine_in_plaintext(address: str) -> None:
    token = "nwt_token"  # noqa: S105  no real one
    for kind in (Client, AsyncClient):
        with pytest.raises(ValueError, match="over TLS only") as told:
            kind(address, token=token)
        assert token not in str(told.value)
    Client(address, grpc.ssl_channel_credentials(), token=token).close()
    Client(address, token=token, allow_plaintext=True).close()
    Client(address).close()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "localhost:1", "[::1]:1", "dns:///localhost:1", "unix:/a"]
)
async def test_a_token_may_stay_on_this_machine_without_tls(address: str) -> None:
    Client(address, token="nwt_token").close()  # noqa: S106  no real one


async def test_a_server_that_is_not_there_is_told_without_a_reason() -> None:
    async with AsyncClient("127.0.0.1:1") as client:
        with pytest.raises(CallError) as told:
            await client.server_info(timeout=5)
    assert (told.value.code, told.value.reason) == (grpc.StatusCode.UNAVAILABLE, "")
    assert str(told.value).startswith("UNAVAILABLE: ")
    with Client("127.0.0.1:1") as synchronous, pytest.raises(CallError, match="UNAVAILABLE: "):
        synchronous.server_info(timeout=5)


async def test_credentials_make_the_connection_an_encrypted_one(serve: Serve) -> None:
    credentials = grpc.ssl_channel_credentials()
    async with serve() as served, AsyncClient(served.address, credentials) as client:
        error = await served.refused(client.server_info(timeout=5))
        assert error.code is grpc.StatusCode.UNAVAILABLE
        with Client(served.address, credentials) as synchronous, pytest.raises(CallError):
            await asyncio.to_thread(synchronous.server_info, timeout=5)


def test_a_status_without_details_is_still_an_error() -> None:
    error = CallError.of_status(status_pb2.Status(code=grpc.StatusCode.NOT_FOUND.value[0], message="no"))
    assert (error.code, error.message, error.retry_after) == (grpc.StatusCode.NOT_FOUND, "no", None)
