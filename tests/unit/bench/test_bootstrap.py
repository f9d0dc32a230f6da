from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.measures.bootstrap import RESAMPLES, Estimate, difference, mean, ratio, statistic

if TYPE_CHECKING:
    from bench.measures.bootstrap import Indices

SAMPLE = np.random.default_rng(0).normal(10.0, 2.0, 400).tolist()


def test_values_that_are_all_alike_leave_no_doubt() -> None:
    assert mean([0.5, 0.5, 0.5]) == Estimate(0.5, 0.5, 0.5)


def test_the_interval_of_a_mean_is_about_twice_its_standard_error_wide_each_way() -> None:
    found = mean(SAMPLE)
    error = np.std(SAMPLE) / 400**0.5

    assert found.value == pytest.approx(np.mean(SAMPLE))
    assert found.high - found.value == pytest.approx(1.96 * error, rel=0.15)
    assert found.value - found.low == pytest.approx(1.96 * error, rel=0.15)


def test_the_same_values_give_the_same_interval() -> None:
    assert mean(SAMPLE) == mean(SAMPLE)


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios() -> None:
    assert ratio([1, 0], [1, 9]).value == pytest.approx(1 / 10)
    assert ratio([0, 0], [0, 0]) == Estimate(0.0, 0.0, 0.0)


def test_systems_that_differ_alike_on_every_item_surely_differ() -> None:
    found = difference([value + 1 for value in SAMPLE], SAMPLE)

    assert astuple(found) == pytest.approx((1.0, 1.0, 1.0))


def test_any_figure_of_items_agrees_with_the_mean() -> None:
    values = np.array(SAMPLE)

    found = statistic(lambda chosen: float(values[chosen].mean()), len(values))
    assert astuple(found) == pytest.approx(astuple(mean(SAMPLE)))


def test_what_belongs_together_is_drawn_together() -> None:
    drawn: list[Indices] = []

    def compute(chosen: Indices) -> float:
        drawn.append(chosen)
        return 0.0

    statistic(compute, 4, ["a", "b", "a", "b"])
    assert len(drawn) == RESAMPLES + 1
    for chosen in drawn:
        counts = np.bincount(chosen, minlength=4)
        assert counts[0] == counts[2]
        assert counts[1] == counts[3]


def test_resamples_that_define_no_figure_are_left_out() -> None:
    found = statistic(lambda chosen: 1.0 if 0 in chosen else float("nan"), 3)

    assert found == Estimate(1.0, 1.0, 1.0)
