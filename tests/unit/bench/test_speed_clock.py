from __future__ import annotations

import pytest

from bench.speed.clock import Clock


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def hands() -> Hands:
    return Hands()


def test_time_of_nested_work_counts_once(hands: Hands) -> None:
    clock = Clock(hands)
    with clock.running("outer"):
        hands.time += 1
        with clock.running("inner"):
            hands.time += 10
        hands.time += 2
        with clock.running("inner"):
            hands.time += 20
    hands.time += 1_000
    assert clock.seconds == {"outer": 3, "inner": 30}


def test_work_within_work_of_the_same_name_counts_once(hands: Hands) -> None:
    clock = Clock(hands)
    with clock.running("draft"):
        hands.time += 1
        with clock.running("draft"):
            hands.time += 2
    assert clock.seconds == {"draft": 3}


def test_time_until_a_failure_counts_and_what_was_under_way_goes_on(hands: Hands) -> None:
    clock = Clock(hands)

    def fail(seconds: float) -> None:
        hands.time += seconds
        raise LookupError

    with clock.running("rest"):
        with pytest.raises(LookupError):
            clock.timed("work", fail)(5)
        hands.time += 1
    assert clock.seconds == {"work": 5, "rest": 1}


def test_timed_work_returns_what_it_did_before(hands: Hands) -> None:
    assert Clock(hands).timed("join", ", ".join)(["a", "b"]) == "a, b"
