"""Twice the load that the real server can bear: what it still answers, and what it tells the others.

    python -m bench.speed.overload [--minutes 1] [--quick]

Closed loops find the best rate first. Then calls come by chance at twice that rate, whatever becomes of
them. The exit status is 1 if one of the promises is not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

from bench import server
from bench.speed import load, load_calls, records
from bench.speed.figures import number, percentile
from bench.speed.load_calls import BROKEN, OK, call
from bench.speed.load_loops import SEED, arrivals, closed, opened
from bench.speed.load_rows import LoadRow, row
from bench.speed.load_samples import Health, Memory
from bench.speed.machine import signed
from bench.speed.records import Record
from newsweave import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.speed.load_calls import Outcome
    from newsweave import AsyncClient
    from newsweave import messages as pb

PART = "overload"
_OVERLOAD = 2.0
_CALLERS = (2, 8)
_PATIENCE = 300.0
_REFUSED = "RESOURCE_EXHAUSTED"
_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard.

    Attributes:
        finding: Seconds of each closed loop.
        seconds: How long calls come at twice the rate.
        deadline: Seconds that each of these has.
    """

    finding: float = 30.0
    seconds: float = 60.0
    deadline: float = 15.0


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure and the most that it may be."""

    name: str
    figure: float | None
    most: float

    @property
    def kept(self) -> bool:
        """Whether it is no more; nothing that could be counted breaks no promise."""
        return self.figure is None or self.figure <= self.most


def promises(
    outcomes: Sequence[Outcome], best: float, plan: Plan, grown: float | None, health: Sequence[float]
) -> tuple[Promise, ...]:
    """Return what was promised of calls at twice the rate, and what came of it.

    Args:
        outcomes: What became of each.
        best: Answers a second of the best closed loop.
        plan: How long calls came, and their deadline.
        grown: Mebibytes a minute of memory.
        health: Seconds that health took to answer, each time.
    """
    good = [one for one in outcomes if one.status == OK and one.seconds <= plan.deadline]
    answered = [one.seconds for one in outcomes if one.status == OK]
    refused = [one.seconds for one in outcomes if one.status == _REFUSED]
    accepted = sum(one.status != _REFUSED for one in outcomes)
    # Until the last call comes: afterwards the queue runs empty, and nobody is there to be answered.
    start, end = (edge(one.due for one in outcomes) for edge in (min, max))
    goodput = sum(one.ended <= end for one in good) / (end - start)
    return (
        Promise("goodput below the best, %", 100 * (1 - goodput / best), 10.0),
        Promise("p99 of answers, s", percentile(answered, 99), plan.deadline),
        Promise("accepted and not answered in time", accepted - len(good), 0),
        Promise("p50 of refusals, s", percentile(refused, 50), 0.1),
        Promise("p99 of refusals, s", percentile(refused, 99), 0.1),
        Promise("p99 of health, s", percentile(health, 99), 0.1),
        Promise("not answered exactly once", sum(one.status == BROKEN for one in outcomes), 0),
        Promise("memory, MiB a minute", grown, 1.0),
    )


@dataclass(frozen=True, slots=True)
class _Load:
    address: str
    asked: pb.StreamSummarizeRequest
    plan: Plan

    def closed(self, callers: int) -> LoadRow:
        outcomes = asyncio.run(closed(self.address, self._patient, callers, self.plan.finding))
        return row(outcomes, _PATIENCE, loop="closed", callers=callers)

    def open(self, rate: float) -> list[Outcome]:
        schedule = arrivals(rate, self.plan.seconds)
        return asyncio.run(opened(self.address, self._hurried, schedule))

    async def _patient(self, client: AsyncClient, due: float) -> Outcome:
        return await call(client, self.asked, due, _PATIENCE)

    async def _hurried(self, client: AsyncClient, due: float) -> Outcome:
        return await call(client, self.asked, due, self.plan.deadline)


def measure(
    plan: Plan, *, quick: bool, tell: Callable[[str], None]
) -> tuple[Record[LoadRow], tuple[Promise, ...]]:
    """Start a server, find out what it can bear, put twice that on it, and end it."""
    asked, memory, health = load_calls.request(), Memory(), Health()
    tell("starting the server ...")
    with server.running() as process:
        put = _Load(process.address, asked, plan)
        with Client(process.address) as client:
            list(client.stream(asked))
        tell("looking for the best rate ...")
        rows = [put.closed(callers) for callers in _CALLERS]
        best = max(found.throughput for found in rows)
        tell(f"calls at {_OVERLOAD} times {best:.2f} a second, load average {os.getloadavg()[0]:.1f} ...")
        with memory.sampled(process), health.sampled(process):
            outcomes = put.open(_OVERLOAD * best)
        process.stop()
    rows.append(row(outcomes, plan.deadline, loop="open", overload=_OVERLOAD))
    found = promises(outcomes, best, plan, memory.slope, health.taken)
    figures = {one.name: one.figure for one in found if one.figure is not None}
    signature = signed(1, seconds=plan.seconds, deadline=plan.deadline, seed=SEED)
    return Record(PART, quick, signature, load.about(asked), figures, tuple(rows)), found


def main() -> None:
    """Measure, write the record, and print it."""
    parser = argparse.ArgumentParser(
        prog="bench.speed.overload", description="Put too much load on a server."
    )
    parser.add_argument("--minutes", type=float, default=1.0, help="how long, at twice the rate; at most 10")
    parser.add_argument("--quick", action="store_true", help="short, to see that all works")
    arguments = parser.parse_args()
    plan = Plan(5.0, 10.0, 5.0) if arguments.quick else Plan(seconds=60 * min(arguments.minutes, 10.0))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    record, found = measure(plan, quick=arguments.quick, tell=lambda text: console.print(text, style="dim"))
    table = load.table(record)
    table.caption = None
    console.print(table)
    for promise in found:
        verdict = "kept" if promise.kept else "MISSED"
        console.print(f"{promise.name}: {number(promise.figure)}, at most {number(promise.most)}: {verdict}")
    console.print(f"{records.save(record)}, load average {os.getloadavg()[0]:.1f}", style="dim")
    sys.exit(not all(promise.kept for promise in found))


if __name__ == "__main__":
    main()
