from __future__ import annotations

import pytest

from bench.speed.figures import exponent, number, percentile, shown


@pytest.mark.parametrize(("share", "value"), [(0, 1.0), (50, 2.5), (95, 3.85), (100, 4.0)])
def test_percentiles_lie_between_values(share: float, value: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == pytest.approx(value)


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 50) is None


def test_what_takes_a_hundred_times_as_long_for_ten_times_as_much_grows_with_the_square() -> None:
    assert exponent([10, 100, 1_000], [0.5, 50, 5_000]) == pytest.approx(2)


def test_the_exponent_is_of_the_best_line_through_all_points() -> None:
    # Logarithms to base ten: (0, 0), (1, 1), (2, 1); the slope of the best line is 1/2.
    assert exponent([1, 10, 100], [1, 10, 10]) == pytest.approx(0.5)


def test_one_size_tells_no_growth() -> None:
    assert exponent([1_000], [3.0]) is None


def test_several_figures_are_shown_with_their_spread() -> None:
    assert shown([3.0, 1.0, 2.0], " s") == "2 s [1, 3]"
    assert shown([1.5], " s") == "1.5 s"
    assert shown([]) == "-"
    assert [number(1234.5), number(0.01234), number(None)] == ["1,234", "0.0123", "-"]
