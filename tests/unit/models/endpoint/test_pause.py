from __future__ import annotations

import pytest

from models.endpoint.errors import Outage
from models.endpoint.pause import Pause


def lets_in(pause: Pause, now: float) -> bool:
    try:
        pause.enter(now)
    except Outage:
        return False
    return True


def test_all_are_let_in_as_long_as_nothing_fails() -> None:
    pause = Pause()
    assert lets_in(pause, 0.0)
    assert lets_in(pause, 0.0)


def test_nobody_asks_during_a_pause_and_is_told_why() -> None:
    pause = Pause()
    pause.failed(Outage("it is down"), 100.0, tries=False)
    with pytest.raises(Outage, match="it is down"):
        pause.enter(104.9)


def test_then_one_tries_and_the_others_wait_for_how_it_goes() -> None:
    pause = Pause()
    pause.failed(Outage("down"), 100.0, tries=False)
    assert [lets_in(pause, 105.1) for _ in range(3)] == [True, False, False]
    assert not lets_in(pause, 1_000.0)
    pause.succeeded()
    assert [lets_in(pause, 105.2) for _ in range(3)] == [True] * 3


def test_each_pause_is_twice_as_long_up_to_a_minute() -> None:
    pause, now = Pause(), 0.0
    told: list[int] = []
    for _ in range(6):
        pause.failed(Outage("down"), now, tries=bool(told))
        length = next(second for second in range(1_000) if lets_in(pause, now + second))
        told.append(length)
        now += length
    assert told == [5, 10, 20, 40, 60, 60]


def test_drafts_that_were_under_way_make_the_pause_no_longer() -> None:
    pause = Pause()
    for now in (0.0, 1.0, 2.0):
        pause.failed(Outage("down"), now, tries=False)
    assert lets_in(pause, 5.0)


def test_nor_do_they_end_the_try_of_another() -> None:
    pause = Pause()
    pause.failed(Outage("down"), 0.0, tries=False)
    assert lets_in(pause, 5.0)
    pause.failed(Outage("down"), 6.0, tries=False)
    pause.leave(tries=False)
    assert not lets_in(pause, 1_000.0)
    pause.failed(Outage("down"), 7.0, tries=True)
    assert (lets_in(pause, 16.9), lets_in(pause, 17.0)) == (False, True)


def test_the_endpoint_may_ask_for_a_longer_one_within_bounds() -> None:
    pause = Pause()
    pause.failed(Outage("busy", retry_after=30.0), 0.0, tries=False)
    assert (lets_in(pause, 29.9), lets_in(pause, 30.0)) == (False, True)
    pause.failed(Outage("busy", retry_after=1e9), 30.0, tries=True)
    assert lets_in(pause, 630.0)


def test_one_who_is_called_off_lets_the_next_one_try() -> None:
    pause = Pause()
    pause.failed(Outage("down"), 0.0, tries=False)
    assert lets_in(pause, 6.0)
    pause.leave(tries=True)
    assert lets_in(pause, 6.0)
