from __future__ import annotations

import threading
from concurrent.futures import CancelledError, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.engine.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 5.0


@contextmanager
def lane() -> Iterator[Lane]:
    made = Lane(1, "lane")
    try:
        yield made
    finally:
        made.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("lane")]


@contextmanager
def held(busy: Lane) -> Iterator[None]:
    """Keep the only thread of a lane busy."""
    begun, go = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go.wait(PATIENCE)

    holding = busy.submit(hold, 0.0)
    assert begun.wait(PATIENCE)
    yield
    go.set()
    holding.result(PATIENCE)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-10, 10), max_size=10))
def test_what_waits_runs_in_the_order_of_its_ranks(ranks: list[float]) -> None:
    ran: list[int] = []
    with lane() as busy:
        with held(busy):
            turns = [
                busy.submit(lambda number=number: ran.append(number), value)  # type: ignore[misc]
                for number, value in enumerate(ranks)
            ]
            assert busy.items == len(ranks)
        wait(turns, PATIENCE)
    assert ran == sorted(range(len(ranks)), key=lambda number: ranks[number])


def test_an_idle_thread_begins_at_once_whatever_the_rank() -> None:
    with lane() as idle:
        assert idle.submit(lambda: 1, 1e9).result(PATIENCE) == 1


def test_work_that_is_cancelled_frees_its_place_at_once_and_never_runs() -> None:
    ran: list[int] = []
    with lane() as busy:
        with held(busy):
            late = busy.submit(lambda: ran.append(1), 0.0, tokens=7)
            assert (busy.items, busy.tokens) == (1, 7)
            assert late.cancel()
            assert (busy.items, busy.tokens) == (0, 0)
        assert busy.submit(lambda: 2, 0.0).result(PATIENCE) == 2
    assert not ran


def test_a_fault_is_the_result_of_its_work_only() -> None:
    with lane() as idle:
        with pytest.raises(ZeroDivisionError):
            idle.submit(lambda: 1 // 0, 0.0).result(PATIENCE)
        assert idle.submit(lambda: 2, 0.0).result(PATIENCE) == 2


def test_a_lane_that_is_closed_cancels_what_waits_and_takes_no_more() -> None:
    busy = Lane(1, "lane")
    with held(busy):
        waiting = busy.submit(lambda: 1, 0.0)
        closing = threading.Thread(target=busy.close)
        closing.start()
        with pytest.raises(CancelledError):
            waiting.result(PATIENCE)
    closing.join(PATIENCE)
    with pytest.raises(RuntimeError):
        busy.submit(lambda: 1, 0.0)
    assert busy.items == 0
