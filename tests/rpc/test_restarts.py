"""What callers see when the process of the models dies in the middle of the work."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import grpc
import psutil
from google.rpc import error_details_pb2
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from newsweave import AsyncClient, CallError
from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.domain import Provenance, Summary
from service.engine.isolated import Isolated
from service.rpc.server import running
from tests.rpc.conftest import Loader, Served, story
from tests.rpc.test_error_table import ended, ended_stream
from tests.unit.service.engine import isolated_models
from tests.unit.service.engine.isolated_models import PRIVATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import pytest

    from service.domain import Event, Job
    from service.ports import Check, LoadedModels, Models
    from tests.rpc.conftest import Hosted

PATIENCE = 30.0
SERVING = health_pb2.HealthCheckResponse.SERVING


@dataclass
class InItsOwnProcess(Loader):
    """Loads models that do what an article tells them."""

    def load(self, check: Check) -> LoadedModels:
        return Isolated(isolated_models.load, lambda _: lambda **_: None, PATIENCE)(check)


@asynccontextmanager
async def served(hosted: Hosted, workers: int = 8) -> AsyncIterator[Served]:
    loader = InItsOwnProcess()
    async with (
        running(*hosted(loader=loader, workers=workers)) as server,
        AsyncClient(server.address) as client,
    ):
        await server.health.settled.wait()
        yield Served(server, client, loader)


def models() -> int | None:
    """Return the process of the models, if there is one."""
    children = psutil.Process().children()
    return children[0].pid if children else None


async def until_serving(channel: aio.Channel) -> list[int]:
    """Ask until the server serves, and return what was answered meanwhile."""
    health, answers = health_pb2_grpc.HealthStub(channel), list[int]()
    async with asyncio.timeout(PATIENCE):
        while SERVING not in answers:
            answers.append((await health.Check(health_pb2.HealthCheckRequest())).status)
            await asyncio.sleep(0.01)
    return answers


async def test_a_request_that_ends_the_models_twice_is_told_so_by_every_call(hosted: Hosted) -> None:
    async with served(hosted) as one, aio.insecure_channel(one.address) as channel:
        answers = []
        calls = SummarizerServiceStub(channel)
        item = pb.BatchSummarizeItem(articles=one.articles("die"))
        answers.append(await ended(calls.Summarize(one.request("die"))))
        await until_serving(channel)
        fine = pb.BatchSummarizeItem(articles=one.articles("fine"))
        items = await one.client.batch(pb.BatchSummarizeRequest(items=[item, fine]))
        assert CallError.of_status(items.results[0].error).reason == "ENGINE_RESTARTED"
        assert items.results[1].summary.sentences
        await until_serving(channel)
        stream = calls.StreamSummarize(pb.StreamSummarizeRequest(articles=one.articles("die")))
        answers.append(await ended_stream(stream))
        restarting = await ended(SummarizerServiceStub(channel).GetServerInfo(pb.GetServerInfoRequest()))
        await until_serving(channel)
        assert (await one.client.summarize(one.request("fine"))).summary.sentences
    for told in [*answers, restarting]:
        assert told.status.code == grpc.StatusCode.UNAVAILABLE.value[0]
        assert (told.info().reason, told.info().domain) == ("ENGINE_RESTARTED", "newsweave")
        assert told.details() == ["ErrorInfo", "RetryInfo", "RequestInfo"]
        retry = error_details_pb2.RetryInfo()
        assert told.status.details[1].Unpack(retry)
        assert told.trailers["grpc-retry-pushback-ms"] == str(retry.retry_delay.ToMilliseconds())
        assert retry.retry_delay.ToMilliseconds() > 0


async def test_whoever_waits_is_answered_with_its_own_text_when_the_models_die(hosted: Hosted) -> None:
    async with served(hosted, workers=4) as one, aio.insecure_channel(one.address) as channel:
        texts = [f"text {number} of somebody" for number in range(24)]
        calls = [asyncio.create_task(one.client.summarize(one.request(text))) for text in texts]
        killed = set[int]()
        while not all(call.done() for call in calls):
            await asyncio.sleep(0.02)
            if len(killed) < 3 and (process := models()) and process not in killed:
                os.kill(process, signal.SIGKILL)
                killed.add(process)
        for text, call in zip(texts, calls, strict=True):
            if (error := call.exception()) is None:
                assert [sentence.text for sentence in call.result().summary.sentences] == [text[1:]]
            else:
                assert isinstance(error, CallError)
                assert error.reason == "ENGINE_RESTARTED"
        assert killed
        await until_serving(channel)
        assert (await one.client.summarize(one.request("the next one"))).summary.sentences


async def test_calls_that_wait_to_be_begun_are_answered_over_a_restart(hosted: Hosted) -> None:
    """With the provenance of the real service, which names the models."""

    def named(job: Job, models: Models) -> Iterator[Event]:
        for event in story(job, models):
            named = Provenance("1", models.cards, "0" * 64)
            yield replace(event, provenance=named) if isinstance(event, Summary) else event

    loader = InItsOwnProcess()
    host = hosted(named, loader=loader, workers=1)
    async with running(*host) as server, AsyncClient(server.address) as client:
        await server.health.settled.wait()
        one = Served(server, client, loader)
        first = asyncio.create_task(client.summarize(one.request("step")))
        await asyncio.sleep(0.1)
        guilty = asyncio.create_task(client.summarize(one.request("die")))
        waiting = [
            asyncio.create_task(client.summarize(one.request(f"text {number}"))) for number in range(6)
        ]
        await asyncio.sleep(0.1)
        first.cancel()
        # Its second death tells it, and sets the only worker free while the models are loaded anew.
        assert (await one.refused(guilty)).reason == "ENGINE_RESTARTED"
        answers = await asyncio.gather(*waiting)
    assert all(answer.summary.provenance.models for answer in answers)


async def test_health_tells_that_the_models_are_loaded_anew(hosted: Hosted) -> None:
    async with served(hosted) as one, aio.insecure_channel(one.address) as channel:
        process, told = models(), list[int]()
        assert process
        watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        async with asyncio.timeout(PATIENCE):
            async for answer in watching:
                told.append(answer.status)
                if len(told) == 1:
                    os.kill(process, signal.SIGKILL)
                if len(told) == 3:
                    break
        watching.cancel()
        assert told == [SERVING, health_pb2.HealthCheckResponse.NOT_SERVING, SERVING]
        assert models() not in {None, process}


async def test_a_fault_of_a_model_is_internal_and_tells_no_text(
    hosted: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(hosted) as one:
        before = models()
        error = await one.refused(one.client.summarize(one.request("fail")))
        assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
        assert models() == before
        assert (await one.client.summarize(one.request("fine"))).summary.sentences
    assert "ZeroDivisionError" in caplog.text
    assert PRIVATE not in caplog.text + str(error)


async def test_a_server_that_ends_leaves_no_process_behind(hosted: Hosted) -> None:
    async with served(hosted):
        assert models()
    assert models() is None
