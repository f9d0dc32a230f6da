"""SIGTERM at a real server, with real models, while there is more to do than it can."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import aio

from bench import server
from bench.speed import load_calls
from newsweave import CallError, Client
from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bench.server import Server
    from tests.faults.figures import Figures

pytestmark = [pytest.mark.long, pytest.mark.weights]

CALLS = 24
DEADLINE = 120.0
STREAMED = load_calls.request()
UNARY = pb.SummarizeRequest(articles=STREAMED.articles, options=STREAMED.options)
BATCH = pb.BatchSummarizeRequest(
    items=[pb.BatchSummarizeItem(articles=STREAMED.articles, options=STREAMED.options)] * 2
)


@dataclass(frozen=True)
class Told:
    """How a call ended for its caller."""

    request_id: str
    code: grpc.StatusCode
    reason: str = ""

    @property
    def name(self) -> str:
        return f"{self.code.name} {self.reason}".strip()


async def ask(channel: aio.Channel, request_id: str, number: int) -> Told:
    """Make one call of three kinds, and tell how it ended; a whole answer must have come if it ended well."""
    calls, named = SummarizerServiceStub(channel), (("x-request-id", request_id),)
    try:
        if number % 3 == 0:
            answer = await calls.Summarize(UNARY, timeout=DEADLINE, metadata=named)
            assert answer.summary.sentences
        elif number % 3 == 1:
            events = [
                event
                async for event in _events(calls.StreamSummarize(STREAMED, timeout=DEADLINE, metadata=named))
            ]
            assert [event.HasField("completed") for event in events].count(True) == 1
        else:
            batch = await calls.BatchSummarize(BATCH, timeout=DEADLINE, metadata=named)
            assert [result.WhichOneof("outcome") for result in batch.results] == ["summary"] * 2
    except aio.AioRpcError as error:
        trailers = list(error.trailing_metadata() or ())
        told = CallError.of(error.code(), error.details() or "", trailers)  # type: ignore[arg-type]
        return Told(request_id, told.code, told.reason)
    return Told(request_id, grpc.StatusCode.OK)


async def _events(
    call: aio.UnaryStreamCall[pb.StreamSummarizeRequest, pb.StreamSummarizeResponse],
) -> AsyncIterator[pb.StreamSummarizeResponse]:
    async for event in call:
        yield event


async def stopped_under_load(running: Server, *signals: float) -> tuple[list[Told], list[Told], float]:
    """Send SIGTERM once some call has been answered, again after each more of the times, and go on asking.

    Returns:
        How calls from before the signal ended, how later ones did, and seconds until the process was gone.
    """
    late = list[Told]()
    async with aio.insecure_channel(running.address) as channel:
        early = [asyncio.create_task(ask(channel, f"early-{number}", number)) for number in range(CALLS)]
        await asyncio.wait(early, return_when=asyncio.FIRST_COMPLETED)
        for seconds in signals:
            await asyncio.sleep(seconds)
            running.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        while running.process.poll() is None and time.monotonic() - begun < DEADLINE:
            await asyncio.sleep(0.1)
            late.append(await ask(channel, f"late-{len(late)}", 0))
        gone = time.monotonic() - begun
        return await asyncio.gather(*early), late, gone


def requests_of(running: Server) -> Iterator[tuple[str, str]]:
    """Yield the id and the code of every request in the log."""
    for line in running.log:
        told = json.loads(line)
        if told.get("event") == "request":
            yield told["request_id"], told["code"]


def check_answered_once(running: Server, told: list[Told]) -> None:
    """Check that the log holds each call that reached the server once, with the status its caller saw."""
    logged = list(requests_of(running))
    assert len({request_id for request_id, _ in logged}) == len(logged)
    seen = {call.request_id: call.code.name for call in told}
    assert {request_id: seen[request_id] for request_id, _ in logged} == dict(logged)
    answered = {call.request_id for call in told if call.reason or call.code is grpc.StatusCode.OK}
    assert answered == {request_id for request_id, _ in logged}


@pytest.mark.parametrize(
    ("grace", "signals"),
    [(60.0, (0.0,)), (2.0, (0.0,)), (60.0, (0.0, 1.0))],
    ids=["long grace", "short grace", "two signals"],
)
async def test_under_load_accepted_calls_are_answered_or_told_and_new_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch, figures: Figures, grace: float, signals: tuple[float, ...]
) -> None:
    monkeypatch.setenv("NEWSWEAVE_GRACE_SECONDS", str(grace))
    with server.running() as running:
        early, late, gone = await stopped_under_load(running, *signals)
        assert running.process.wait(10) == 0
    check_answered_once(running, [*early, *late])
    ends = Counter(call.name for call in early)
    figures.note(
        f"SIGTERM under load, {len(signals)} with a grace of {grace:.0f} s",
        calls=dict(ends),
        calls_meanwhile=dict(Counter(call.name for call in late)),
        seconds_until_it_was_gone=gone,
    )
    assert ends["OK"] > 0
    assert {call.code for call in late} == {grpc.StatusCode.UNAVAILABLE}
    if grace == 60.0 and len(signals) == 1:
        assert set(ends) == {"OK"}
        assert "UNAVAILABLE DRAINING" in {call.name for call in late}
    else:
        assert set(ends) == {"OK", "UNAVAILABLE DRAINING"}
        assert gone < 10


def test_while_the_models_load_it_ends_well(figures: Figures) -> None:
    with server.listening() as running:
        with Client(running.address) as client, pytest.raises(CallError) as told:
            client.server_info()
        begun = time.monotonic()
        assert running.stop() == 0
        figures.note(
            "SIGTERM while the models are loaded", seconds_until_it_was_gone=time.monotonic() - begun
        )
    assert told.value.reason == "MODEL_NOT_READY"
