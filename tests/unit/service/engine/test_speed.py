from __future__ import annotations

import pytest

from service.engine.speed import Speed


def test_nothing_is_known_before_the_first_end_nor_long_after_the_last() -> None:
    speed = Speed()
    assert speed.rate(0.0) is None
    speed.begin(0.0)
    speed.end(100, 2.0)
    assert speed.rate(2.0) == 50
    assert speed.rate(301.0) == 50
    assert speed.rate(303.0) is None


def test_time_without_work_does_not_count() -> None:
    speed = Speed()
    speed.begin(0.0)
    speed.end(100, 1.0)
    speed.begin(50.0)
    speed.end(100, 51.0)
    assert speed.rate(51.0) == pytest.approx(100)


def test_ends_of_work_that_overlapped_are_one_stretch_of_time() -> None:
    speed = Speed()
    speed.begin(0.0)
    for end in (4.0, 4.0, 4.0, 4.0):
        speed.end(100, end)
    assert speed.rate(4.0) == pytest.approx(100)


def test_what_is_new_counts_more() -> None:
    speed = Speed()
    speed.begin(0.0)
    for end in range(1, 61):
        speed.end(100, float(end))
    for end in range(61, 121):
        speed.end(50, float(end))
    rate = speed.rate(120.0)
    assert rate
    assert 50 < rate < 75
