"""The page ends as the server does whose page it is."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToJson

from service import bootstrap
from service.rpc.server import serve as serve_until_asked
from tests.rpc.page_calls import HERE, called, request_of, streamed
from tests.rpc.test_lifetime import Steps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Hosted, Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

PATIENCE = 20.0


@pytest.fixture
def steps(pipeline: Pipeline) -> Steps:
    return Steps(pipeline)


async def test_what_is_under_way_ends_while_the_server_drains(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE) as served:
        accepted = asyncio.create_task(streamed(served, request_of("text")))
        await steps.at_work()
        draining = asyncio.create_task(served.server.drain())
        await asyncio.sleep(0)
        refused = await called(served.server.side_address, "GetServerInfo")
        assert not draining.done()
        steps.go.set()
        await draining
        assert (await accepted).outcome == ("OK", "")
    assert refused.outcome == ("UNAVAILABLE", "DRAINING")


async def test_what_outlasts_the_grace_is_told_so(serve: Serve, steps: Steps) -> None:
    async with serve(steps, web=HERE, grace_seconds=0.1) as served:
        accepted = asyncio.create_task(streamed(served, request_of("text")))
        await steps.at_work()
        await served.server.drain()
        await steps.at_rest()
    assert (await accepted).outcome == ("UNAVAILABLE", "DRAINING")


async def test_a_signal_drains_the_page_with_the_server(hosted: Hosted, steps: Steps) -> None:
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    parts, opened = hosted(steps, web=HERE), list[str]()

    @asynccontextmanager
    async def noted(handlers: Any) -> AsyncIterator[str]:  # noqa: ANN401  of gRPC
        async with bootstrap.side_door(parts[0])(handlers) as address:
            opened.append(address)
            yield address

    serving = asyncio.create_task(
        serve_until_asked(*parts, on_listening=listening.set_result, side_door=noted)
    )
    await listening
    await _until(opened[0], "OK")
    accepted = asyncio.create_task(called(opened[0], "StreamSummarize", MessageToJson(request_of("text"))))
    await steps.at_work()
    os.kill(os.getpid(), signal.SIGTERM)
    await _until(opened[0], "UNAVAILABLE")
    steps.go.set()
    assert (await accepted).outcome == ("OK", "")
    async with asyncio.timeout(PATIENCE):
        await serving


async def _until(address: str, code: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await called(address, "GetServerInfo")).status["code"] != code:
            pass


async def test_the_page_leaves_the_signals_of_the_process_alone(serve: Serve) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serve(web=HERE):
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
