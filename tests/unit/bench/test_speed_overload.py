from __future__ import annotations

import pytest

from bench.speed.load_calls import Outcome
from bench.speed.load_samples import slope
from bench.speed.overload import Plan, Promise, promises

PLAN = Plan(seconds=10.0, deadline=5.0)


def kept(
    outcomes: list[Outcome], best: float, grown: float | None = 0.5, health: tuple[float, ...] = (0.002,)
) -> dict[str, bool]:
    return {one.name: one.kept for one in promises(outcomes, best, PLAN, grown, health)}


def answered(due: float, seconds: float = 1.0) -> Outcome:
    return Outcome(due, due + 0.5, due + seconds, "OK")


def refused(due: float, seconds: float = 0.01) -> Outcome:
    return Outcome(due, None, due + seconds, "RESOURCE_EXHAUSTED")


def test_a_server_that_answers_what_it_can_and_refuses_the_rest_keeps_all_promises() -> None:
    outcomes = [answered(float(second)) for second in range(11)]
    outcomes += [refused(second + 0.5) for second in range(10)]
    found = promises(outcomes, 1.0, PLAN, 0.5, [0.002])
    assert all(one.kept for one in found)
    assert {one.name: one.figure for one in found} == pytest.approx(
        {
            "goodput below the best, %": 0.0,
            "p99 of answers, s": 1.0,
            "accepted and not answered in time": 0,
            "p50 of refusals, s": 0.01,
            "p99 of refusals, s": 0.01,
            "p99 of health, s": 0.002,
            "not answered exactly once": 0,
            "memory, MiB a minute": 0.5,
        }
    )


@pytest.mark.parametrize(
    ("outcomes", "broken"),
    [
        ([answered(0.0), answered(10.0)], "goodput below the best, %"),
        ([answered(0.0, 6.0), refused(10.0)], "p99 of answers, s"),
        ([Outcome(0.0, None, 5.0, "DEADLINE_EXCEEDED"), refused(10.0)], "accepted and not answered in time"),
        ([answered(0.0), refused(10.0, 0.2)], "p50 of refusals, s"),
        ([Outcome(0.0, None, 1.0, "BROKEN"), refused(10.0)], "not answered exactly once"),
    ],
)
def test_a_promise_that_is_broken_is_noticed(outcomes: list[Outcome], broken: str) -> None:
    assert not kept(outcomes, best=1.0)[broken]


def test_memory_that_grows_is_noticed() -> None:
    assert not kept([answered(0.0), answered(1.0)], 1.0, grown=1.5)["memory, MiB a minute"]


def test_health_that_is_late_is_noticed() -> None:
    assert not kept([answered(0.0), answered(1.0)], 1.0, health=(0.001, 0.2))["p99 of health, s"]


def test_what_could_not_be_counted_breaks_no_promise() -> None:
    assert Promise("memory", None, 1.0).kept


def test_the_slope_is_that_after_the_warm_up() -> None:
    seconds = [float(second) for second in range(90)]
    grown = [100.0 + 10 * second for second in range(30)]
    grown += [400.0 + second / 30 for second in range(60)]
    assert slope(seconds, grown) == pytest.approx(2.0)
    assert slope(seconds[:1], grown[:1]) is None
