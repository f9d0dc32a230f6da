"""The real server, with real models that are ended, stopped and starved in the middle of the work."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from bench import server
from bench.speed import load_calls
from newsweave import AsyncClient, CallError
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.faults.figures import Figures

CALLERS = 4
ROUNDS = 2
# Signs of life may be missed for five of these seconds.
STALL = "20"
PATIENCE = 120.0
BEFORE, BETWEEN = 3.0, 6.0
# Enough for a breath, not for a request.
_ROOM = 2**20
RESTARTED, LATE = "UNAVAILABLE ENGINE_RESTARTED", "RESOURCE_EXHAUSTED DEADLINE_UNATTAINABLE"

pytestmark = [pytest.mark.weights, pytest.mark.long]


def starve(process: int) -> None:
    """Leave a process hardly more memory than it has."""
    room = psutil.Process(process).memory_info().vms + _ROOM
    resource.prlimit(process, resource.RLIMIT_AS, (room, room))


DEEDS: dict[str, Callable[[int], None]] = {
    "SIGKILL": lambda process: os.kill(process, signal.SIGKILL),
    "SIGSTOP": lambda process: os.kill(process, signal.SIGSTOP),
}


@dataclass
class Callers:
    """Ask again and again, each for a summary of its own, and compare the answers with the first ones."""

    address: str
    over: bool = False
    ends: Counter[str] = field(default_factory=Counter)
    unlike: list[str] = field(default_factory=list)
    longest: float = 0.0
    expected: list[bytes] = field(default_factory=list)

    async def learn(self) -> None:
        async with AsyncClient(self.address) as client:
            for asked in requests():
                answer = await client.summarize(asked, timeout=PATIENCE)
                self.expected.append(answer.SerializeToString(deterministic=True))

    async def ask(self, number: int) -> None:
        async with AsyncClient(self.address) as client:
            while not self.over:
                begun = time.monotonic()
                try:
                    answer = await client.summarize(requests()[number], timeout=PATIENCE)
                except CallError as error:
                    self.ends[f"{error.code.name} {error.reason}"] += 1
                    await asyncio.sleep(min(1.0, error.retry_after or PATIENCE))
                    continue
                self.ends["answered"] += 1
                self.longest = max(self.longest, time.monotonic() - begun)
                if answer.SerializeToString(deterministic=True) != self.expected[number]:
                    self.unlike.append(answer.summary.sentences[0].text)


def requests() -> Sequence[pb.SummarizeRequest]:
    """Return as many requests as there are callers, no two of which have one answer."""
    asked = load_calls.request()
    return [
        pb.SummarizeRequest(articles=asked.articles, options=pb.SummaryOptions(max_words=30 + 10 * number))
        for number in range(CALLERS)
    ]


async def until(channel: aio.Channel, told: bool) -> float:  # noqa: FBT001  what health is to tell
    """Wait until health tells so, and return how long that took."""
    begun = time.monotonic()
    wanted = health_pb2.HealthCheckResponse.SERVING if told else health_pb2.HealthCheckResponse.NOT_SERVING
    watching = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(), timeout=PATIENCE)
    async for answer in watching:
        if answer.status == wanted:
            break
    watching.cancel()
    return time.monotonic() - begun


async def misuse(process: server.Server, deed: str, figures: Figures) -> Callers:
    """End the models again and again while callers ask, and return what became of these."""
    callers, noticed, back = Callers(process.address), list[float](), list[float]()
    await callers.learn()
    asking = [asyncio.create_task(callers.ask(number)) for number in range(CALLERS)]
    async with aio.insecure_channel(process.address) as channel:
        for _ in range(ROUNDS):
            await asyncio.sleep(BETWEEN if noticed else BEFORE)
            (models,) = psutil.Process(process.process.pid).children()
            DEEDS[deed](models.pid)
            noticed.append(await until(channel, told=False))
            back.append(await until(channel, told=True))
        await asyncio.sleep(BETWEEN)
        callers.over = True
        await asyncio.gather(*asking)
    figures.note(
        f"models that meet {deed}, {ROUNDS} times, {CALLERS} callers",
        noticed_after_seconds=max(noticed),
        serving_again_after_seconds=max(back),
        longest_answer_seconds=callers.longest,
        **{end.lower().replace(" ", "_"): count for end, count in callers.ends.items()},
    )
    return callers


@pytest.mark.parametrize("deed", DEEDS)
async def test_every_answer_is_right_and_none_is_lost_while_the_models_die(
    deed: str, figures: Figures
) -> None:
    with server.running(flags=("--model-stall-seconds", STALL)) as process:
        callers = await misuse(process, deed, figures)
        assert process.stop() == 0
    assert callers.ends["answered"] >= CALLERS
    assert set(callers.ends) <= {
        "answered",
        "UNAVAILABLE ENGINE_RESTARTED",
        "RESOURCE_EXHAUSTED DEADLINE_UNATTAINABLE",
    }
    assert not callers.unlike
    restarts = [line for line in process.log if "the process of the models ended" in line]
    assert len(restarts) == ROUNDS


async def all_at_once(address: str) -> list[bytes]:
    async with AsyncClient(address) as client:
        answers = await asyncio.gather(*(client.summarize(asked, timeout=PATIENCE) for asked in requests()))
    return [answer.SerializeToString(deterministic=True) for answer in answers]


async def test_models_that_run_out_of_memory_are_begun_anew_and_every_call_is_answered(
    figures: Figures,
) -> None:
    with server.running() as process:
        (models,) = psutil.Process(process.process.pid).children()
        # Nothing was asked yet, so that they hold little that they could use again.
        starve(models.pid)
        begun = time.monotonic()
        answers = await all_at_once(process.address)
        taken = time.monotonic() - begun
        assert not models.is_running()
        assert await all_at_once(process.address) == answers
        assert process.stop() == 0
    assert any("Error > " in line for line in process.log)
    figures.note(f"models that run out of memory, {CALLERS} callers", all_answered_after_seconds=taken)


def test_a_server_that_is_killed_takes_its_models_with_it(figures: Figures) -> None:
    with server.running() as process:
        (models,) = psutil.Process(process.process.pid).children()
        begun = time.monotonic()
        process.process.kill()
        psutil.wait_procs([models], timeout=PATIENCE)
        assert not models.is_running()
    figures.note("a server that is killed", its_models_are_gone_after_seconds=time.monotonic() - begun)


async def left_alone(address: str) -> tuple[float, float]:
    """Return how long a small request takes on an idle server, and after the caller of a large one left."""
    small = pb.SummarizeRequest(
        articles=[pb.Article(id="a", text="The bridge of Leeds was closed on Monday, the council said.")],
        options=pb.SummaryOptions(drafting=pb.DRAFTING_EXTRACTIVE),
    )
    taken = list[float]()
    async with AsyncClient(address) as client:
        for large in (None, requests()[-1]):
            await client.summarize(small)
            if large:
                call = asyncio.create_task(client.summarize(large))
                await asyncio.sleep(0.4)
                assert not call.done()
                call.cancel()
            begun = time.monotonic()
            await client.summarize(small)
            taken.append(time.monotonic() - begun)
    return taken[0], taken[1]


async def test_models_are_free_at_once_when_a_caller_leaves(figures: Figures) -> None:
    with server.running() as process:
        idle, after = await left_alone(process.address)
        assert process.stop() == 0
    figures.note("a caller leaves in the middle", small_request_idle=idle, small_request_then=after)
    # A decoding step takes some hundredths of a second; machines that run tests are busy.
    assert after < idle + 1.0
