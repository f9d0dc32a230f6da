from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Article, Drafting, Job, SummaryOptions
from service.engine.admission import Admission, Place, effort
from service.errors import DeadlineUnattainable, QueueFull, Unavailable

RATE = 100


@dataclass
class Door:
    """An admission with a clock that is set by hand, whose calls leave when they are told to."""

    requests: int = 10
    tokens: int = 1_000_000
    now: float = 1_000.0
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.admission = Admission(2, self.requests, self.tokens, lambda: self.now)

    def enter(self, seconds: float, *efforts: int) -> Place:
        return self.stack.enter_context(self.admission.admit(self.now + seconds, efforts))

    def met(self, place: Place, seconds: float = 0.0) -> None:
        with place.working(place.needs[0]):
            self.now += seconds

    def learn(self) -> None:
        """Find out that the machine does a hundred tokens a second."""
        with self.admission.admit(self.now + 100, [RATE]) as place:
            self.met(place, 1.0)


@pytest.fixture
def door() -> Door:
    return Door()


def test_before_the_first_answer_only_the_bounds_count(door: Door) -> None:
    for _ in range(10):
        door.enter(0.001, 10_000)
    with pytest.raises(QueueFull) as told:
        door.enter(0.001, 1)
    assert told.value.metadata == {"max_queued_requests": "10"}
    assert told.value.retry_after > 0


def test_a_call_that_is_begun_waits_no_more(door: Door) -> None:
    places = [door.enter(100, 10) for _ in range(10)]
    assert door.admission.waiting == 10
    with places[3].working(places[3].needs[0]):
        assert door.admission.waiting == 9
        door.enter(100, 10)
        with pytest.raises(QueueFull):
            door.enter(100, 10)


def test_what_all_calls_cost_is_bounded_and_one_alone_is_not() -> None:
    door = Door(tokens=1_000)
    alone = door.enter(100, 5_000)
    with pytest.raises(QueueFull) as told:
        door.enter(100, 1)
    assert told.value.metadata == {"max_queued_tokens": "1000"}
    door.met(alone, 50)
    door.enter(100, 600)
    door.enter(100, 400)
    with pytest.raises(QueueFull) as told:
        door.enter(100, 1)
    # A hundred tokens a second: five seconds for half of a thousand.
    assert told.value.retry_after == pytest.approx(5.0)


def test_a_call_that_leaves_frees_its_place_at_once(door: Door) -> None:
    with ExitStack() as others:
        for _ in range(10):
            others.enter_context(door.admission.admit(door.now + 100, [10]))
        with pytest.raises(QueueFull):
            door.enter(100, 10)
    for _ in range(10):
        door.enter(100, 10)


def test_a_wait_that_would_outlast_the_deadline_is_refused_with_the_time_to_come_back(door: Door) -> None:
    door.learn()
    door.enter(20, 1_000)
    # Ten seconds of work go before, to which half is added for doubt, and ten are its own.
    with pytest.raises(DeadlineUnattainable) as told:
        door.enter(22, 1_000)
    assert told.value.retry_after == pytest.approx(3)
    assert told.value.metadata == {"estimated_seconds": "25.000", "remaining_seconds": "22.000"}
    door.enter(26, 1_000)


def test_an_idle_server_tries_what_is_not_hopeless(door: Door) -> None:
    door.learn()
    with pytest.raises(DeadlineUnattainable) as told:
        door.enter(4.9, 1_000)
    assert told.value.metadata["remaining_seconds"] == "4.900"
    door.enter(5.1, 1_000)


def test_a_call_in_a_hurry_goes_before_and_is_refused_only_if_it_makes_another_late(door: Door) -> None:
    door.learn()
    door.enter(28, 1_000)
    door.enter(20, 900)
    with pytest.raises(DeadlineUnattainable):
        door.enter(10, 600)
    door.enter(10, 200)


def test_a_call_in_a_hurry_waits_for_a_worker_if_all_are_busy(door: Door) -> None:
    door.learn()
    slow, quick = door.enter(25, 1_000), door.enter(20, 400)
    with slow.working(slow.needs[0]):
        with door.admission.admit(door.now + 1, [100]):
            pass
        with quick.working(quick.needs[0]):
            with pytest.raises(DeadlineUnattainable):
                door.enter(6.9, 100)
            door.enter(7.1, 100)


def test_a_call_that_is_late_already_keeps_nobody_out(door: Door) -> None:
    door.learn()
    door.enter(12, 1_000)
    door.now += 11
    door.enter(60, 100)


def test_a_batch_leaves_half_of_the_machine_to_others(door: Door) -> None:
    door.learn()
    with pytest.raises(DeadlineUnattainable):
        door.enter(100, *[100] * 64)
    batch = door.enter(130, *[100] * 64)
    for _ in range(64):
        door.met(door.enter(5, 100), 1.0)
        door.met(batch, 1.0)
    assert door.now <= 1_001 + 130


def test_a_batch_of_many_is_one_call_in_the_queue() -> None:
    door = Door(requests=2)
    door.enter(1e6, *[10] * 64)
    door.enter(1e6, 10)
    with pytest.raises(QueueFull):
        door.enter(1e6, 10)


def test_work_that_fails_is_over_and_teaches_nothing(door: Door) -> None:
    place = door.enter(10, 100)
    with suppress(ZeroDivisionError), place.working(place.needs[0]):
        raise ZeroDivisionError
    assert not place.needs
    # Nothing is known still, so nothing is refused.
    door.enter(0.001, 100_000)


@given(
    st.lists(
        st.tuples(st.floats(0.1, 60), st.lists(st.integers(1, 3_000), min_size=1, max_size=4), st.booleans()),
        max_size=40,
    )
)
def test_what_is_in_never_exceeds_the_bounds_and_all_of_it_ends_in_time(
    calls: list[tuple[float, list[int], bool]],
) -> None:
    door, places = Door(requests=5, tokens=5_000), list[Place]()
    door.learn()
    for seconds, efforts, ends in calls:
        with suppress(Unavailable):
            places.append(door.enter(seconds, *efforts))
        open_ = [place for place in places if place.needs]
        assert sum(not place.begun for place in open_) <= 5
        left = sum(need.tokens for place in open_ for need in place.needs)
        assert left <= 5_000 or len(open_) == 1
        if ends and open_:
            # The machine does as it was thought to: the lowest rank next, a hundred tokens a second.
            place = min(open_, key=lambda place: place.needs[0].rank)
            need = place.needs[0]
            own = need.tokens / RATE
            door.met(place, own)
            # An idle server tries what may take up to twice the time that it has; nothing else is late.
            assert door.now <= need.deadline + own / 2 + 1e-6


def test_what_is_written_costs_more_than_what_is_read() -> None:
    article = Article("a", "x" * 4_000)
    extracted = Job((article,), SummaryOptions(max_words=300, drafting=Drafting.EXTRACTIVE))
    written = Job((article,), SummaryOptions(max_words=300))
    page = Job((Article("a", "", html="x" * 4_000),), extracted.options)
    assert (effort(extracted), effort(written), effort(page)) == (1_100, 9_100, 350)
    assert effort(Job((Article("a", ""),), extracted.options)) == 100
    # Of ten tokens no more than ten are written, however many words may be.
    assert effort(Job((Article("a", "x" * 40),), written.options)) == 100 + 10 + 10 * 20
    reader = replace(extracted.options, background=("x" * 400,), focus_query="x" * 40)
    assert effort(Job((article,), reader)) == 1_110, "no model reads the background"
