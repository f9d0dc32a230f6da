"""The real server under load, on loopback: first closed loops, then open ones at shares of what those got."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

from bench import server
from bench.speed import load_calls
from bench.speed.figures import number
from bench.speed.load_calls import call
from bench.speed.load_loops import SEED, arrivals, closed, opened
from bench.speed.load_rows import LoadRow, row
from bench.speed.machine import signed
from bench.speed.records import Record
from newsweave import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.server import Server
    from bench.speed.load_calls import Outcome
    from newsweave import AsyncClient
    from newsweave import messages as pb

PART = "load"
_CALLERS = (1, 4, 8, 16)
_OVERLOADS = (0.5, 0.8, 2.0)
# Long enough for every call of a closed loop to end.
_PATIENCE = 300.0
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard.

    Attributes:
        callers: Of each closed loop.
        overloads: Rate of each open loop, over the most that a closed one got.
        seconds: How long calls come in each loop.
        deadline: Seconds after which a call of an open loop is given up.
    """

    callers: tuple[int, ...] = _CALLERS
    overloads: tuple[float, ...] = _OVERLOADS
    seconds: float = 60.0
    deadline: float = 30.0


_QUICK = Plan((1, 4), (2.0,), seconds=5.0, deadline=10.0)


@dataclass(frozen=True, slots=True)
class _Load:
    """Puts load on one server."""

    address: str
    asked: pb.StreamSummarizeRequest
    plan: Plan
    tell: Callable[[str], None]

    def rows(self) -> Iterator[LoadRow]:
        best = 0.0
        for callers in self.plan.callers:
            self.tell(f"{callers} callers ...")
            found = row(self._closed(callers), _PATIENCE, loop="closed", callers=callers)
            best = max(best, found.throughput)
            yield found
        for overload in self.plan.overloads:
            self.tell(f"calls at {overload} times {best:.2f} a second ...")
            outcomes = self._open(overload * best)
            yield row(outcomes, self.plan.deadline, loop="open", overload=overload)

    def drafts(self) -> int:
        """Warm up, and return how many drafts the model writes for the request."""
        with Client(self.address) as client:
            *_, last = client.stream(self.asked)
        return last.completed.usage.drafts

    def _closed(self, callers: int) -> list[Outcome]:
        return asyncio.run(closed(self.address, self._patient, callers, self.plan.seconds))

    def _open(self, rate: float) -> list[Outcome]:
        schedule = arrivals(rate, self.plan.seconds)
        return asyncio.run(opened(self.address, self._hurried, schedule))

    async def _patient(self, client: AsyncClient, due: float) -> Outcome:
        return await call(client, self.asked, due, _PATIENCE)

    async def _hurried(self, client: AsyncClient, due: float) -> Outcome:
        return await call(client, self.asked, due, self.plan.deadline)


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[LoadRow]:
    """Start a server, put load on it, and end it."""
    plan = _QUICK if quick else Plan()
    asked = load_calls.request()
    tell("starting the server ...")
    with server.running() as process:
        load = _Load(process.address, asked, plan, tell)
        drafts = load.drafts()
        before = _resident(process)
        rows = tuple(load.rows())
        after = _resident(process)
        process.stop()
    figures = {"drafts a request": drafts, "resident before, MB": before, "resident after, MB": after}
    signature = signed(1, seconds=plan.seconds, deadline=plan.deadline, seed=SEED)
    return Record(PART, quick, signature, about(asked), figures, rows)


def table(record: Record[LoadRow]) -> Table:
    """Lay out a record."""
    columns = ("load", "offered", "answered", "other", "late", "answered/s", "goodput/s")
    laid_out = Table(*columns, "p50", "p95", "p99", "first p50", "first p95", title="Load, in seconds")
    for found in record.rows:
        times = (found.p50, found.p95, found.p99, found.first_p50, found.first_p95)
        other = ", ".join(f"{count} {name}" for name, count in found.statuses.items())
        laid_out.add_row(
            f"{found.callers} callers" if found.callers else f"open, {found.overload} times",
            str(found.offered),
            str(found.answered),
            other or "-",
            str(found.late),
            *(number(value) for value in (found.throughput, found.goodput, *times)),
        )
    laid_out.caption = "   ".join(f"{name}: {value:.0f}" for name, value in record.figures.items())
    return laid_out


def about(asked: pb.StreamSummarizeRequest) -> str:
    """Say what is asked of a server under load."""
    words = sum(len(article.text.split()) for article in asked.articles)
    return (
        f"one request again and again: {len(asked.articles)} articles of {load_calls.SENTENCES} sentences, "
        f"{words} words, to {load_calls.WORDS}; streamed over loopback; times from when a call was due"
    )


def _resident(process: Server) -> float:
    return process.resident_bytes() / _MEGABYTE
