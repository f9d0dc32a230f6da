from __future__ import annotations

import asyncio
import math
import os
import time
from typing import TYPE_CHECKING

import pytest

from service.engine.replica import Answer, Asked, Replica
from service.engine.wire import Batch, Role
from service.ports import DraftRequest
from tests.unit.service.engine import isolated_models
from tests.unit.service.engine.isolated_models import PRIVATE, STEP_SECONDS

if TYPE_CHECKING:
    from service.engine.wire import Reports
    from service.ports import LoadedModels

PATIENCE = 10.0


@pytest.fixture
def replica() -> Replica:
    return Replica(isolated_models.load, PATIENCE)


def asked(text: str, *, rank: float = 1.0, tokens: int = 0, deadline: float = math.inf) -> Asked:
    return Asked(Role.ENCODER, (text,), tokens, rank, deadline)


async def begun(replica: Replica, what: Asked) -> asyncio.Task[Answer | None]:
    """Begin a use, and return when it has been handed to the lane."""
    task = asyncio.create_task(replica.use(what))
    await asyncio.sleep(5 * STEP_SECONDS)
    return task


async def test_it_tells_its_models_and_answers_with_the_batches_that_it_took(replica: Replica) -> None:
    told = await replica.loaded()
    assert set(told.cards) == set(Role)
    assert told.threshold == 0.75
    answer = await replica.use(asked("four"))
    assert answer
    assert answer.batches == (Batch("encoder", 1, 4, 100, 0),)
    draft = await replica.use(Asked(Role.DRAFTER, (DraftRequest(("s",), 5),), 1, 1.0, math.inf))
    assert draft == Answer(["s"])


async def test_without_a_drafter_it_says_so_and_does_the_rest() -> None:
    replica = Replica(isolated_models.load_without_a_drafter, PATIENCE)
    told = await replica.loaded()
    assert (set(told.cards), told.threshold) == ({Role.ENCODER}, 0.0)
    for role in (Role.DRAFTER, Role.VERIFIER):
        answer = await replica.use(Asked(role, (), 1, 1.0, math.inf))
        assert answer
        assert "RuntimeError" in answer.fault
    assert (await replica.use(asked("four"))).value is not None  # type: ignore[union-attr]


async def test_the_lowest_rank_runs_next(replica: Replica) -> None:
    order: list[str] = []
    first = await begun(replica, asked("step"))
    others: list[asyncio.Task[Answer | None]] = []
    for name, rank in (("late", 9.0), ("soon", 1.0), ("then", 5.0)):
        others.append(await begun(replica, asked(name, rank=rank)))
        others[-1].set_name(name)
        others[-1].add_done_callback(lambda task: order.append(task.get_name()))
    first.cancel()
    await asyncio.wait_for(asyncio.gather(*others), PATIENCE)
    assert order == ["soon", "then", "late"]


async def test_what_waits_is_told_in_tokens_for_as_long_as_it_waits(replica: Replica) -> None:
    running = await begun(replica, asked("step", tokens=1_000))
    assert await replica.record_autoscaling_stats() == {"queued_tokens": 0}
    waiting = [await begun(replica, asked("x", tokens=tokens)) for tokens in (20, 3)]
    assert await replica.record_autoscaling_stats() == {"queued_tokens": 23}
    waiting[0].cancel()
    await asyncio.sleep(STEP_SECONDS)
    assert await replica.record_autoscaling_stats() == {"queued_tokens": 3}
    running.cancel()
    assert await asyncio.wait_for(waiting[1], PATIENCE)
    assert await replica.record_autoscaling_stats() == {"queued_tokens": 0}


async def test_a_use_whose_caller_leaves_stops_at_its_next_step(replica: Replica) -> None:
    running = await begun(replica, asked("step"))
    next_one = await begun(replica, asked("next"))
    assert not next_one.done()
    running.cancel()
    assert await asyncio.wait_for(next_one, PATIENCE)
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_use_whose_caller_leaves_before_its_turn_never_starts(replica: Replica) -> None:
    running = await begun(replica, asked("step"))
    late = await begun(replica, asked("die"))
    late.cancel()
    running.cancel()
    assert await replica.use(asked("next"))


async def test_a_use_ends_at_its_deadline_by_the_clock_of_the_replica(replica: Replica) -> None:
    start = time.monotonic()
    assert await replica.use(asked("step", deadline=0.2)) is None
    assert 0.2 <= time.monotonic() - start < PATIENCE / 2


async def test_a_fault_is_told_by_its_kind_and_place_and_never_comes_out(replica: Replica) -> None:
    answer = await replica.use(asked("fail"))
    assert answer
    assert "ZeroDivisionError" in answer.fault
    assert "isolated_models.py" in answer.fault
    assert PRIVATE not in answer.fault


async def test_a_use_of_a_verifier_that_is_not_there_is_a_fault() -> None:
    def without(reports: Reports) -> LoadedModels:
        models = isolated_models.load(reports)
        return type(models)(models.encoder, models.drafter)

    replica = Replica(without, PATIENCE)
    assert (await replica.loaded()).threshold == 0
    answer = await replica.use(Asked(Role.VERIFIER, (("a", "b"),), 1, 1.0, math.inf))
    assert answer
    assert "RuntimeError" in answer.fault


async def test_a_process_without_memory_ends(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    await replica.use(asked("memory"))
    assert codes == [70]
