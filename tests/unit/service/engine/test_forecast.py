from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine.forecast import Need, lateness, needs, seconds

EFFORTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=20)


def need(deadline: float, tokens: int) -> Need:
    return Need(deadline, deadline, tokens)


def test_what_goes_before_is_waited_for_with_doubt() -> None:
    first, second, third = need(10, 100), need(20, 200), need(30, 300)
    assert seconds([third, first, second], rate=100) == {first: 0.5, second: 3.5, third: 7.5}


def test_who_would_be_late_is_told_with_how_late() -> None:
    first, second = need(1, 100), need(3, 200)
    assert lateness([first, second], rate=100, now=0) == {second: 0.5}
    assert lateness([first, second], rate=200, now=0) == {}


@given(EFFORTS, st.floats(1, 1_000))
def test_a_batch_shares_its_time_by_what_its_clusters_cost(efforts: list[int], time: float) -> None:
    made = needs(50.0 + time, efforts, now=50.0)
    assert [one.tokens for one in made] == efforts
    deadlines = [one.deadline for one in made]
    assert deadlines == sorted(deadlines)
    assert deadlines[-1] == pytest.approx(50.0 + time)
    assert deadlines[0] - 50 == pytest.approx(time * efforts[0] / sum(efforts))


@given(EFFORTS, st.floats(1, 1_000))
def test_more_work_makes_nobody_earlier(efforts: list[int], rate: float) -> None:
    accepted = [need(index, tokens) for index, tokens in enumerate(efforts)]
    before = seconds(accepted, rate)
    after = seconds([need(-1, 10), *accepted], rate)
    assert all(after[one] >= before[one] for one in accepted)
