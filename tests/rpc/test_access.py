"""Who is let in, over the wire."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from newsweave import AsyncClient, CallError, Client
from newsweave import messages as pb
from service.errors import SettingsError
from service.rpc import callers_file, tokens
from service.rpc.callers import RPCS
from service.rpc.server import running
from service.rpc.servicer import SERVICE, Servicer
from tests.rpc.certificates import Authority

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from service.domain import Event, Job
    from service.ports import Models
    from service.rpc.call import Call
    from tests.rpc.conftest import Hosted, Serve, Served

ARTICLES = [pb.Article(id="a", text="One text."), pb.Article(id="b", text="Another.")]
PATIENCE = 20.0


@dataclass(frozen=True)
class File:
    """A file of callers, in the making."""

    path: Path

    @property
    def setting(self) -> str:
        return str(self.path)

    def add(self, name: str, **keys: object) -> str:
        """Add a caller, and return its token."""
        token = tokens.new()
        line = callers_file.line(name, token)
        more = "".join(f", {key} = {_toml(value)}" for key, value in keys.items())
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{line.removesuffix(' }')}{more} }}\n")
        return token


def _toml(value: object) -> str:
    return str(value).replace("'", '"')


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "callers.toml")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of callers as the servicer sees them."""
    seen: list[str] = []
    answer = Servicer.get_server_info

    async def noted(
        servicer: Servicer, request: pb.GetServerInfoRequest, call: Call
    ) -> pb.GetServerInfoResponse:
        seen.append(call.caller.name)
        return await answer(servicer, request, call)

    monkeypatch.setattr(Servicer, "get_server_info", noted)
    return seen


def every_call(client: AsyncClient) -> dict[str, Callable[[], Any]]:
    """Return one call of each RPC."""
    items = [pb.BatchSummarizeItem(articles=ARTICLES)]
    return {
        "Summarize": lambda: client.summarize(pb.SummarizeRequest(articles=ARTICLES)),
        "StreamSummarize": lambda: _drained(client),
        "BatchSummarize": lambda: client.batch(pb.BatchSummarizeRequest(items=items)),
        "GenerateDigest": lambda: _digested(client),
        "GetServerInfo": client.server_info,
    }


async def _drained(client: AsyncClient) -> list[pb.StreamSummarizeResponse]:
    request = pb.StreamSummarizeRequest(articles=ARTICLES)
    async with aclosing(client.stream(request)) as events:
        return [event async for event in events]


async def _digested(client: AsyncClient) -> list[pb.GenerateDigestResponse]:
    async with aclosing(client.digest(pb.GenerateDigestRequest(articles=ARTICLES))) as events:
        return [event async for event in events]


def told(error: CallError) -> tuple[grpc.StatusCode, str]:
    return error.code, error.reason


async def test_who_shows_its_token_is_let_in_by_every_call(serve: Serve, file: File) -> None:
    file.add("another")
    token = file.add("desk")
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        calls = every_call(client)
        assert calls.keys() == RPCS
        for call in calls.values():
            assert await call()
        with Client(served.address, token=token) as synchronous:
            assert (await asyncio.to_thread(synchronous.server_info)).version == "9.9"


async def test_who_shows_nothing_is_told_so_by_every_call(serve: Serve, file: File) -> None:
    file.add("desk")
    async with serve(callers=file.setting) as served:
        for call in every_call(served.client).values():
            error = await served.refused(call())
            assert told(error) == (grpc.StatusCode.UNAUTHENTICATED, "MISSING_CREDENTIALS")
            assert error.request_id


@pytest.mark.parametrize("wrong", [tokens.new(), "nwt_", "desk", "x" * 5_000])
async def test_a_wrong_token_is_told_by_every_call_and_without_a_hint(
    serve: Serve, file: File, wrong: str
) -> None:
    file.add("desk")
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=wrong) as client:
        for call in every_call(client).values():
            error = await served.refused(call())
            assert told(error) == (grpc.StatusCode.UNAUTHENTICATED, "WRONG_CREDENTIALS")
            assert error.message == "the token is not known"
            assert not error.metadata


async def test_the_words_around_a_token_matter(serve: Serve, file: File) -> None:
    token = file.add("desk")
    async with serve(callers=file.setting) as served, aio.insecure_channel(served.address) as channel:
        ask = channel.unary_unary(f"/{SERVICE}/GetServerInfo", bytes, bytes)
        for value in (f"Bearer {token}", f"bearer {token}"):
            assert await ask(b"", metadata=(("authorization", value),))
        shown: Sequence[tuple[str, ...]] = (
            (f"Basic {token}",),
            (token,),
            (f"Bearer {token} ",),
            (f"Bearer  {token}",),
            (f"Bearer {token}", f"Bearer {token}"),
        )
        for values in shown:
            call = ask(b"", metadata=tuple(("authorization", value) for value in values))
            assert await call.code() is grpc.StatusCode.UNAUTHENTICATED


async def _silence() -> AsyncIterator[bytes]:
    """Send nothing, and do not end."""
    await asyncio.Event().wait()
    yield b""


async def test_a_stranger_is_refused_before_its_message_is_taken(serve: Serve, file: File) -> None:
    file.add("desk")
    async with serve(callers=file.setting) as served, aio.insecure_channel(served.address) as channel:
        call = channel.stream_unary(f"/{SERVICE}/Summarize", bytes, bytes)(_silence())
        assert await asyncio.wait_for(call.code(), PATIENCE) is grpc.StatusCode.UNAUTHENTICATED


async def test_a_call_that_ends_without_a_message_is_no_message(serve: Serve) -> None:
    async with serve() as served, aio.insecure_channel(served.address) as channel:
        call = channel.stream_unary(f"/{SERVICE}/Summarize", bytes, bytes)(iter(()))
        assert await asyncio.wait_for(call.code(), PATIENCE) is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_rpc_that_is_not_the_callers_is_denied_and_the_others_are_not(
    serve: Serve, file: File
) -> None:
    token = file.add("desk", rpcs=["GetServerInfo"])
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        calls = every_call(client)
        assert (await calls.pop("GetServerInfo")()).version == "9.9"
        for rpc, call in calls.items():
            error = await served.refused(call())
            assert told(error) == (grpc.StatusCode.PERMISSION_DENIED, "RPC_NOT_ALLOWED")
            assert error.metadata == {"rpc": rpc}


async def test_a_caller_has_as_many_calls_under_way_as_it_may_and_others_have_theirs(
    serve: Serve, file: File, pipeline: Callable[[Job, Models], Iterator[Event]]
) -> None:
    go, begun = threading.Event(), threading.Semaphore(0)

    def waits(job: Job, models: Models) -> Iterator[Event]:
        begun.release()
        go.wait(PATIENCE)
        yield from pipeline(job, models)

    first, second = file.add("first", max_calls=1), file.add("second")
    request = pb.SummarizeRequest(articles=ARTICLES)
    async with (
        serve(waits, callers=file.setting) as served,
        AsyncClient(served.address, token=first) as client,
        AsyncClient(served.address, token=second) as other,
    ):
        one = asyncio.create_task(client.summarize(request))
        assert await asyncio.to_thread(begun.acquire, timeout=PATIENCE)
        error = await served.refused(client.summarize(request))
        assert told(error) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS")
        assert error.metadata == {"max_calls": "1"}
        assert error.retry_after
        assert (await other.server_info()).version == "9.9"
        go.set()
        assert (await one).summary.sentences
        assert (await client.summarize(request)).summary.sentences


async def test_a_caller_that_leaves_gives_its_place_back(serve: Serve, file: File) -> None:
    token = file.add("desk", max_calls=1)
    metadata = (("authorization", f"Bearer {token}"),)
    async with serve(callers=file.setting) as served, aio.insecure_channel(served.address) as channel:
        drip = channel.stream_unary(f"/{SERVICE}/Summarize", bytes, bytes)
        dripping = drip(_silence(), metadata=metadata)
        async with AsyncClient(served.address, token=token) as client, asyncio.timeout(10):
            while await _reason(client) != "TOO_MANY_CALLS":
                if dripping.done():  # it came while the other call had the only place
                    dripping = drip(_silence(), metadata=metadata)
                await asyncio.sleep(0.02)
            dripping.cancel()
            await _until(client, "")


async def _until(client: AsyncClient, reason: str) -> None:
    """Ask until the answer has a reason; none stands for success."""
    for _ in range(500):
        if await _reason(client) == reason:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"the answer was never {reason!r}")


async def _reason(client: AsyncClient) -> str:
    try:
        await client.server_info()
    except CallError as error:
        return error.reason
    return ""


async def test_the_limits_of_a_caller_lie_below_those_of_the_server_and_are_told(
    serve: Serve, file: File
) -> None:
    token = file.add("desk", max_request_characters=120, max_request_html_characters=10**9)
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        limits = (await client.server_info()).limits
        assert limits.max_request_characters == 120
        assert limits.max_request_html_characters == 5_000_000
        long = served.articles("x" * 60, "y" * 61)
        for call in (
            client.summarize(pb.SummarizeRequest(articles=long)),
            client.batch(pb.BatchSummarizeRequest(items=[pb.BatchSummarizeItem(articles=long)])),
            anext(client.stream(pb.StreamSummarizeRequest(articles=long))),
        ):
            error = await served.refused(call)
            assert told(error) == (grpc.StatusCode.INVALID_ARGUMENT, "INPUT_TOO_LARGE")
            assert error.metadata["max_request_characters"] == "120"
        assert (await client.summarize(pb.SummarizeRequest(articles=long[:1]))).summary.sentences


async def test_a_change_of_the_file_holds_from_the_next_call_on(serve: Serve, file: File) -> None:
    token = file.add("desk")
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        await client.server_info()
        file.path.unlink()
        late = file.add("late")
        assert told(await served.refused(client.server_info()))[1] == "WRONG_CREDENTIALS"
        async with AsyncClient(served.address, token=late) as other:
            await other.server_info()


async def test_a_broken_file_of_callers_leaves_the_old_one_and_is_told(
    serve: Serve, file: File, caplog: pytest.LogCaptureFixture
) -> None:
    token = file.add("desk")
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        file.path.write_text("late = { tokens = [", "utf-8")
        for _ in range(3):
            await client.server_info()
    assert caplog.text.count("the file of callers changed and cannot be used, what was there stays") == 1


async def test_a_file_of_callers_that_cannot_be_used_is_told_at_the_start(hosted: Hosted, file: File) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        async with running(*hosted(callers=file.setting)):
            pass


async def test_a_token_with_two_hashes_can_be_changed_without_a_gap(serve: Serve, file: File) -> None:
    old, new = tokens.new(), tokens.new()
    hashes = [str(tokens.TokenHash.of(token)) for token in (old, new)]
    file.path.write_text(f"desk = {{ tokens = {_toml(hashes)} }}", "utf-8")
    async with serve(callers=file.setting) as served:
        for token in (old, new):
            async with AsyncClient(served.address, token=token) as client:
                assert (await client.server_info()).version == "9.9"


async def test_health_and_reflection_ask_for_no_token(serve: Serve, file: File) -> None:
    file.add("desk")
    async with serve(callers=file.setting) as served, aio.insecure_channel(served.address) as channel:
        health = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.SERVING
        assert await _services(channel)


async def test_reflection_can_be_switched_off(serve: Serve) -> None:
    async with serve(reflection=False) as served, aio.insecure_channel(served.address) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await _services(channel)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def _services(channel: aio.Channel) -> list[str]:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    asked = [reflection_pb2.ServerReflectionRequest(list_services="")]
    (answer,) = [answer async for answer in stub.ServerReflectionInfo(iter(asked))]
    return [service.name for service in answer.list_services_response.service]


async def test_the_servicer_knows_the_caller_by_its_token(serve: Serve, file: File, names: list[str]) -> None:
    token = file.add("desk")
    async with serve(callers=file.setting) as served, AsyncClient(served.address, token=token) as client:
        await client.server_info()
    async with serve() as served:
        await served.client.server_info()
    assert names == ["desk", "anybody"]


async def test_the_name_of_a_certificate_takes_the_place_of_a_token(
    serve: Serve, file: File, tmp_path: Path, names: list[str]
) -> None:
    authority = Authority.new(tmp_path / "ca")
    tls = authority.issue("server").settings() | {"tls_client_ca": str(authority.certificate)}
    archive = authority.trusted(authority.issue("common", "DNS:archive.example,URI:spiffe://a/b"))
    old, unknown = (authority.trusted(authority.issue(name, "")) for name in ("old.example", "unknown"))
    file.path.write_text(
        'archive = { certificates = ["archive.example"], rpcs = ["GetServerInfo"] }\n'
        'old = { certificates = ["old.example", "common"] }\n',
        "utf-8",
    )
    token = file.add("desk")

    async def ask(served: Served, credentials: grpc.ChannelCredentials, token: str = "") -> str:
        async with AsyncClient(served.address, credentials, token=token) as client:
            await client.server_info(timeout=PATIENCE)
            return names[-1]

    async with serve(**tls, callers=file.setting) as served:
        assert await ask(served, archive) == "archive"
        assert await ask(served, old) == "old"
        assert await ask(served, archive, token) == "desk"
        assert told(await served.refused(ask(served, unknown)))[1] == "WRONG_CREDENTIALS"
        assert told(await served.refused(ask(served, archive, "nwt_")))[1] == "WRONG_CREDENTIALS"
        async with AsyncClient(served.address, archive) as client:
            error = await served.refused(client.summarize(pb.SummarizeRequest(articles=ARTICLES)))
            assert told(error) == (grpc.StatusCode.PERMISSION_DENIED, "RPC_NOT_ALLOWED")
    async with serve(**tls) as served:
        assert await ask(served, archive) == "archive.example"
        assert await ask(served, unknown) == "unknown"
