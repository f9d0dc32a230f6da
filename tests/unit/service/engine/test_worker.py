from __future__ import annotations

import asyncio
import itertools
import threading
import time
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from service.engine.token import Token
from service.engine.worker import Workers
from service.errors import Cancelled, DeadlineExceeded, SlowConsumer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator


@asynccontextmanager
async def workers(count: int = 1, unread: int = 100) -> AsyncIterator[Workers]:
    pool = Workers(count, unread)
    try:
        yield pool
    finally:
        await pool.close()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker")]


async def test_items_come_in_order_from_another_thread() -> None:
    def generate() -> Iterator[tuple[int, int]]:
        for number in range(100):
            yield number, threading.get_ident()

    async with workers() as pool:
        items = [item async for item in pool.run(generate, Token())]
    assert [number for number, _ in items] == list(range(100))
    assert {thread for _, thread in items}.isdisjoint({threading.get_ident()})


async def test_what_the_generator_raises_comes_out_after_its_items() -> None:
    def generate() -> Iterator[str]:
        yield "first"
        message = "broken"
        raise ZeroDivisionError(message)

    async with workers() as pool:
        items = pool.run(generate, Token())
        assert await anext(items) == "first"
        with pytest.raises(ZeroDivisionError, match="broken"):
            await anext(items)


async def test_a_token_survives_work_that_ended_by_itself() -> None:
    token = Token()
    async with workers() as pool:
        assert [item async for item in pool.run(lambda: iter("ab"), token)] == ["a", "b"]
    token.check()


async def test_a_reader_that_leaves_stops_the_generator() -> None:
    token, closed = Token(), threading.Event()

    def generate() -> Iterator[int]:
        try:
            while True:
                yield 0
                time.sleep(0.01)  # slowly enough for its reader to keep up until it leaves
        finally:
            closed.set()

    async with workers() as pool:
        async with aclosing(pool.run(generate, token)) as items:
            await anext(items)
        assert await asyncio.to_thread(closed.wait, 5)
    with pytest.raises(Cancelled):
        token.check()


async def test_work_whose_reader_left_before_it_began_never_begins() -> None:
    release, begun = threading.Event(), threading.Event()

    def hold() -> Iterator[int]:
        yield 0
        release.wait(5)

    def generate() -> Iterator[int]:
        begun.set()
        yield 0

    async with workers(1) as pool, aclosing(pool.run(hold, Token())) as first:
        await anext(first)
        second = asyncio.create_task(anext(pool.run(generate, Token())))
        await asyncio.sleep(0.01)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        release.set()
        assert [item async for item in first] == []
    assert not begun.is_set()


async def test_work_that_waits_when_the_pool_closes_is_told() -> None:
    release = threading.Event()

    def hold() -> Iterator[int]:
        yield 0
        release.wait(5)

    async with workers(1) as pool, aclosing(pool.run(hold, Token())) as first:
        await anext(first)
        waiting = asyncio.create_task(anext(pool.run(lambda: iter([1]), Token())))
        await asyncio.sleep(0.01)
        closing = asyncio.create_task(pool.close())
        with pytest.raises(Cancelled):
            await waiting
        release.set()
        await closing


async def test_a_token_that_has_ended_keeps_work_from_beginning() -> None:
    async with workers() as pool:
        with pytest.raises(DeadlineExceeded):
            await anext(pool.run(lambda: iter([1]), Token(0.0)))


async def test_the_lowest_rank_begins_next() -> None:
    release, begun = threading.Event(), list[float]()

    def hold() -> Iterator[int]:
        yield 0
        release.wait(5)

    async def run(pool: Workers, rank: float) -> None:
        def generate() -> Iterator[float]:
            begun.append(rank)
            yield rank

        async with aclosing(pool.run(generate, Token(), rank)) as items:
            assert [item async for item in items] == [rank]

    async with workers(1) as pool, aclosing(pool.run(hold, Token())) as first:
        await anext(first)
        waiting = [asyncio.create_task(run(pool, rank)) for rank in (9.0, 1.0, 5.0)]
        await asyncio.sleep(0.01)
        release.set()
        await asyncio.gather(*waiting)
    assert begun == [1.0, 5.0, 9.0]


async def test_work_that_waits_past_its_deadline_is_told_so_and_never_begins() -> None:
    release, begun = threading.Event(), threading.Event()

    def hold() -> Iterator[int]:
        yield 0
        release.wait(5)

    def generate() -> Iterator[int]:
        begun.set()
        yield 0

    async with workers(1) as pool, aclosing(pool.run(hold, Token())) as first:
        await anext(first)
        with pytest.raises(DeadlineExceeded):
            await anext(pool.run(generate, Token(0.05)))
        assert not release.is_set()
        release.set()
        assert [item async for item in first] == []
    assert not begun.is_set()


async def test_a_reader_that_leaves_too_much_unread_ends_the_work_which_never_waits_for_it() -> None:
    made, ended = list[int](), threading.Event()

    def generate() -> Iterator[int]:
        try:
            for number in itertools.count():
                made.append(number)
                yield number
                time.sleep(0.001)
        finally:
            ended.set()

    async with workers(unread=5) as pool, aclosing(pool.run(generate, Token())) as items:
        read = [await anext(items)]
        assert await asyncio.to_thread(ended.wait, 5)
        with pytest.raises(SlowConsumer):
            await _read_into(read, items)
    # What was kept comes in order and without a gap, and it is no more than the bound.
    assert 5 <= len(read) <= 6 < len(made)
    assert read == list(range(len(read)))


async def _read_into(read: list[int], items: AsyncGenerator[int, None]) -> None:
    async for item in items:
        read.append(item)  # noqa: PERF401  what comes before an error is kept
