from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

import pytest

from bench.speed import load_calls, load_loops
from bench.speed.load_calls import Outcome
from bench.speed.load_rows import row

if TYPE_CHECKING:
    from newsweave import AsyncClient

_ADDRESS = "127.0.0.1:1"


def test_arrivals_are_the_same_every_time_in_order_and_within_the_time() -> None:
    found = load_loops.arrivals(5.0, 100.0)
    assert found == load_loops.arrivals(5.0, 100.0)
    assert found == sorted(found)
    assert 0 < found[0] < found[-1] < 100


def test_arrivals_come_by_chance_at_their_rate() -> None:
    found = load_loops.arrivals(5.0, 2_000.0)
    assert len(found) == pytest.approx(10_000, rel=0.05)
    gaps = [later - earlier for earlier, later in itertools.pairwise(found)]
    # Of gaps between chance events, 1 - 1/e are shorter than their mean.
    assert sum(gap < 1 / 5 for gap in gaps) / len(gaps) == pytest.approx(0.632, abs=0.02)


async def test_an_open_loop_waits_for_no_answer_and_counts_from_when_calls_were_due() -> None:
    together = asyncio.Event()
    waiting: list[float] = []

    async def call(_client: AsyncClient, due: float) -> Outcome:
        waiting.append(due)
        if len(waiting) == 3:
            together.set()
        async with asyncio.timeout(10):
            await together.wait()
        return Outcome(due, None, due, "OK")

    found = await load_loops.opened(_ADDRESS, call, [0.0, 0.01, 0.02])
    assert [outcome.due - found[0].due for outcome in found] == pytest.approx([0.0, 0.01, 0.02])


async def test_callers_of_a_closed_loop_ask_one_thing_at_a_time() -> None:
    under_way: list[int] = []
    most = 0

    async def call(_client: AsyncClient, due: float) -> Outcome:
        nonlocal most
        under_way.append(1)
        most = max(most, len(under_way))
        await asyncio.sleep(0.001)
        under_way.pop()
        return Outcome(due, None, due, "OK")

    found = await load_loops.closed(_ADDRESS, call, 3, 0.05)
    assert most == 3
    assert len(found) > 3


def test_a_row_sums_up_what_became_of_calls() -> None:
    outcomes = [
        Outcome(0.0, 1.0, 2.0, "OK"),
        Outcome(1.0, 4.0, 5.0, "OK"),
        Outcome(2.0, None, 8.0, "OK"),
        Outcome(3.0, None, 10.0, "DEADLINE_EXCEEDED"),
        Outcome(4.0, 5.0, 4.5, "RESOURCE_EXHAUSTED"),
    ]
    found = row(outcomes, deadline=5.0, loop="open", overload=2.0)
    assert (found.seconds, found.offered, found.answered, found.late) == (10, 5, 3, 1)
    assert found.statuses == {"DEADLINE_EXCEEDED": 1, "RESOURCE_EXHAUSTED": 1}
    assert (found.throughput, found.goodput) == (0.3, 0.2)
    # Answered calls took 2, 4 and 6 s; the first sentences of two of them came after 1 and 3 s.
    assert [found.p50, found.p95] == pytest.approx([4, 5.8])
    assert [found.first_p50, found.first_p95] == pytest.approx([2, 2.9])


def test_a_row_without_answers_has_no_times() -> None:
    found = row([Outcome(0.0, None, 1.0, "UNAVAILABLE")], deadline=5.0, loop="closed", callers=1)
    assert (found.answered, found.throughput, found.p50, found.first_p95) == (0, 0, None, None)


def test_the_request_is_two_short_articles() -> None:
    asked = load_calls.request()
    assert len(asked.articles) == 2
    assert all(20 < len(article.text.split()) < 500 for article in asked.articles)
    assert asked.options.max_words == load_calls.WORDS
