from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from newsweave import AsyncClient, CallError
from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.errors import SettingsError
from service.rpc import server as server_module
from service.rpc.exposure import weaknesses
from service.rpc.server import running
from service.rpc.server import serve as serve_until_asked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Hosted, Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
NAMES = ("", "newsweave.v1.SummarizerService")
PATIENCE = 5.0


class Steps:
    """A pipeline that takes steps until it is stopped, or until it may go on to its end."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.begun, self.go, self.stopped = threading.Event(), threading.Event(), threading.Event()
        self.steps = 0

    def __call__(self, job: Job, models: Models) -> Iterator[Event]:
        self.begun.set()
        while not self.go.wait(0.01):
            self.steps += 1
            try:
                models.check()
            except Exception:
                self.stopped.set()
                raise
        return self.pipeline(job, models)

    async def at_work(self) -> None:
        assert await asyncio.to_thread(self.begun.wait, PATIENCE)

    async def at_rest(self) -> None:
        assert await asyncio.to_thread(self.stopped.wait, PATIENCE)
        steps = self.steps
        await asyncio.sleep(0.05)
        assert self.steps == steps


@pytest.fixture
def steps(pipeline: Pipeline) -> Steps:
    return Steps(pipeline)


async def test_a_caller_that_cancels_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps, workers=1) as served:
        call = asyncio.create_task(served.client.summarize(served.request("text")))
        await steps.at_work()
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call
        await steps.at_rest()
        steps.go.set()
        assert (await served.client.summarize(served.request("next"))).summary.sentences


async def test_a_reader_that_leaves_a_stream_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps) as served:
        request = pb.StreamSummarizeRequest(articles=served.articles("text"))
        async with aclosing(served.client.stream(request)) as events:
            await anext(events)
            await steps.at_work()
        await steps.at_rest()


async def test_a_deadline_stops_the_work(serve: Serve, steps: Steps) -> None:
    async with serve(steps) as served:
        error = await served.refused(served.client.summarize(served.request("text"), timeout=2.0))
        await steps.at_rest()
    assert error.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_request_whose_caller_left_before_its_turn_never_begins(serve: Serve, steps: Steps) -> None:
    async with serve(steps, workers=1) as served:
        first = asyncio.create_task(served.client.summarize(served.request("text")))
        await steps.at_work()
        steps.begun.clear()
        await served.refused(served.client.summarize(served.request("late"), timeout=0.2))
        steps.go.set()
        await first
        assert not steps.begun.is_set()


async def test_accepted_work_ends_while_the_server_drains_and_new_calls_are_refused(
    serve: Serve, steps: Steps
) -> None:
    async with serve(steps) as served:
        accepted = asyncio.create_task(served.client.summarize(served.request("text")))
        await steps.at_work()
        draining = asyncio.create_task(served.server.drain())
        await asyncio.sleep(0)
        error = await served.refused(served.client.summarize(served.request("late")))
        async with aio.insecure_channel(served.address) as channel:
            assert [await _health(channel, name) for name in NAMES] == [NOT_SERVING, NOT_SERVING]
        assert not draining.done()
        steps.go.set()
        assert (await accepted).summary.sentences
        await draining
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    assert error.retry_after


async def test_work_that_outlasts_the_grace_is_given_up_and_its_caller_told(
    serve: Serve, steps: Steps
) -> None:
    async with serve(steps, grace_seconds=0.1) as served:
        accepted = asyncio.create_task(served.refused(served.client.summarize(served.request("text"))))
        await steps.at_work()
        await served.server.drain()
        await steps.at_rest()
        error = await accepted
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


async def test_work_that_takes_no_step_is_cut_off(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_ABANDONED_SECONDS", 0.05)
    begun, go = threading.Event(), threading.Event()

    def deaf(_: Job, __: Models) -> Iterator[Event]:
        begun.set()
        go.wait(PATIENCE)
        return iter(())

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(*hosted(deaf, grace_seconds=0)))
        await server.health.settled.wait()
        async with AsyncClient(server.address) as client:
            request = pb.SummarizeRequest(articles=[pb.Article(id="a", text="text")])
            accepted = asyncio.create_task(client.summarize(request))
            assert await asyncio.to_thread(begun.wait, PATIENCE)
            stopping = asyncio.create_task(stack.aclose())
            with pytest.raises(CallError) as told:
                await accepted
            assert not go.is_set()
            go.set()
            await stopping
    assert told.value.code is grpc.StatusCode.UNAVAILABLE


async def test_health_tells_the_truth_from_the_first_moment_to_the_last(serve: Serve) -> None:
    async with serve(ready=False) as served, aio.insecure_channel(served.address) as channel:
        assert [await _health(channel, name) for name in NAMES] == [NOT_SERVING, NOT_SERVING]
        watch = _watch(channel)
        assert await anext(watch) == NOT_SERVING
        served.loader.go.set()
        assert await anext(watch) == SERVING
        assert [await _health(channel, name) for name in NAMES] == [SERVING, SERVING]
        await served.server.drain()
        assert await anext(watch) == NOT_SERVING
        await watch.aclose()


async def test_a_server_whose_models_fail_never_says_that_it_serves(serve: Serve) -> None:
    async with serve(fault=LookupError("weights")) as served, aio.insecure_channel(served.address) as channel:
        assert [await _health(channel, name) for name in NAMES] == [NOT_SERVING, NOT_SERVING]


async def test_a_watcher_of_health_does_not_hold_up_the_end(serve: Serve) -> None:
    async with serve() as served:
        channel = aio.insecure_channel(served.address)
        watch = _watch(channel)
        assert await anext(watch) == SERVING
        begun = time.monotonic()
    assert time.monotonic() - begun < 15
    await watch.aclose()
    await channel.close(None)


async def test_a_server_can_be_stopped_while_its_models_are_loaded(serve: Serve) -> None:
    async with serve(ready=False) as served:
        error = await served.refused(served.client.server_info())
    assert error.reason == "MODEL_NOT_READY"


async def test_reflection_tells_the_services(serve: Serve) -> None:
    async with serve() as served, aio.insecure_channel(served.address) as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        requests = [
            reflection_pb2.ServerReflectionRequest(list_services=""),
            reflection_pb2.ServerReflectionRequest(file_containing_symbol=NAMES[1]),
        ]
        answers = [answer async for answer in stub.ServerReflectionInfo(iter(requests))]
    names = {service.name for service in answers[0].list_services_response.service}
    assert names == {NAMES[1], "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
    assert answers[1].file_descriptor_response.file_descriptor_proto


async def test_what_weakens_access_is_told_once_at_the_start(
    hosted: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    parts = hosted(address="0.0.0.0:0", allow_plaintext=True)
    serving = asyncio.create_task(serve_until_asked(*parts, on_listening=listening.set_result))
    await listening
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == list(weaknesses(parts[0]))
    assert len(told) == 3


async def test_an_address_in_use_is_told_as_such(hosted: Hosted) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"{address}.*Address already in use"):
            async with running(*hosted(address=address)):
                pass


async def test_an_address_that_is_nowhere_is_told_as_such(hosted: Hosted) -> None:
    with pytest.raises(SettingsError, match="cannot be listened on"):
        async with running(*hosted(address="host.invalid:1", allow_plaintext=True)):
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_drains_and_a_second_one_cuts_the_grace_short(
    hosted: Hosted, steps: Steps, number: signal.Signals
) -> None:
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_until_asked(*hosted(steps), on_listening=listening.set_result))
    async with aio.insecure_channel(await listening) as channel:
        await _until_serving(channel)
        request = pb.SummarizeRequest(articles=[pb.Article(id="a", text="text")])
        accepted = SummarizerServiceStub(channel).Summarize(request)
        await steps.at_work()
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.1)
        assert not accepted.done()
        os.kill(os.getpid(), number)
        with pytest.raises(aio.AioRpcError) as told:
            await accepted
        await serving
    assert told.value.code() is grpc.StatusCode.UNAVAILABLE


async def _health(channel: aio.Channel, name: str) -> health_pb2.HealthCheckResponse.ServingStatus.ValueType:
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=name))
    return answer.status


async def _watch(channel: aio.Channel) -> AsyncGenerator[int, None]:
    call = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=NAMES[1]))
    try:
        async for answer in call:
            yield answer.status
    finally:
        call.cancel()


async def _until_serving(channel: aio.Channel) -> None:
    async with aclosing(_watch(channel)) as watch:
        async for status in watch:
            if status == SERVING:
                return
