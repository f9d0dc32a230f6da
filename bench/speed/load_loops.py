"""Two ways to put load on a server: callers that wait for their answer, and callers that do not."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import numpy as np

from newsweave import AsyncClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bench.speed.load_calls import Outcome

    # Makes a call that was due at a time.
    Call = Callable[[AsyncClient, float], Awaitable[Outcome]]

SEED = 7


def arrivals(rate: float, seconds: float) -> list[float]:
    """Return when calls are due, in seconds from the start: a Poisson process, the same every time.

    Args:
        rate: Calls a second, on average.
        seconds: How long calls come.
    """
    generator = np.random.default_rng(SEED)
    found: list[float] = []
    due = float(generator.exponential(1 / rate))
    while due < seconds:
        found.append(due)
        due += float(generator.exponential(1 / rate))
    return found


async def closed(address: str, call: Call, callers: int, seconds: float) -> list[Outcome]:
    """Have so many callers ask again as soon as they are answered; none begins anew after ``seconds``.

    Each has a connection of its own, and makes at least one call.
    """
    end = time.perf_counter() + seconds
    told = await asyncio.gather(*[_caller(address, call, end) for _ in range(callers)])
    return [outcome for outcomes in told for outcome in outcomes]


async def _caller(address: str, call: Call, end: float) -> list[Outcome]:
    async with AsyncClient(address) as client:
        found = [await call(client, time.perf_counter())]
        while time.perf_counter() < end:
            found.append(await call(client, time.perf_counter()))
    return found


async def opened(address: str, call: Call, schedule: list[float]) -> list[Outcome]:
    """Make calls when they are due, whatever became of those before; return when all have ended."""
    async with AsyncClient(address) as client:
        start = time.perf_counter()
        return await asyncio.gather(*[_at(start + due, client, call) for due in schedule])


async def _at(due: float, client: AsyncClient, call: Call) -> Outcome:
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return await call(client, due)
