"""The service config of the guide, used against a server that refuses twice."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import aio

from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.engine.admission import Admission, Place
from service.errors import QueueFull

if TYPE_CHECKING:
    from tests.rpc.conftest import Serve

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "limits.md"
PATIENCE = 10.0
PUSHBACK = 0.05


@pytest.fixture
def channel_options() -> list[tuple[str, str]]:
    (config,) = re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [("grpc.service_config", config)]


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Refuse two attempts of every three, and return when all of them were made."""
    made: list[float] = []

    def refuse(_: Admission, __: Place, ___: float) -> None:
        made.append(time.monotonic())
        if len(made) % 3:
            message = "full"
            raise QueueFull(message, PUSHBACK)

    monkeypatch.setattr(Admission, "_refuse_beyond_bounds", refuse)
    return made


async def test_a_client_with_the_config_of_the_guide_comes_back_until_it_is_taken(
    serve: Serve, attempts: list[float], channel_options: list[tuple[str, str]]
) -> None:
    async with serve() as served, aio.insecure_channel(served.address, channel_options) as channel:
        calls, articles = SummarizerServiceStub(channel), served.articles("text")
        answer = await calls.Summarize(pb.SummarizeRequest(articles=articles), timeout=PATIENCE)
        stream = calls.StreamSummarize(pb.StreamSummarizeRequest(articles=articles), timeout=PATIENCE)
        events = [event.WhichOneof("event") async for event in stream]
    assert answer.summary.sentences
    assert (events[0], events[-1], events.count("completed")) == ("started", "completed", 1)
    assert len(attempts) == 6
    # It waits as long as the server says, not as long as the config would have it wait without that.
    waits = [attempts[index + 1] - attempts[index] for index in (0, 1, 3, 4)]
    assert all(PUSHBACK * 0.9 <= wait < 0.8 for wait in waits)


async def test_without_the_config_the_first_refusal_is_the_answer(
    serve: Serve, attempts: list[float]
) -> None:
    async with serve() as served, aio.insecure_channel(served.address) as channel:
        call = SummarizerServiceStub(channel).Summarize(served.request("text"), timeout=PATIENCE)
        assert await call.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(attempts) == 1
