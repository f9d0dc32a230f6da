"""How sure a figure is: percentile bootstrap (Efron and Tibshirani, 1993, chapter 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

RESAMPLES = 1_000
SEED = 12_345
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes:
        value: What was measured.
        low: Lower end of the interval.
        high: Upper end of the interval.
    """

    value: float
    low: float
    high: float


def mean(values: Sequence[float]) -> Estimate:
    """Return the mean of values, one an item; there must be at least one."""
    sample = np.asarray(values, dtype=np.float64)
    means = sample[_resamples(len(sample))].mean(axis=1)
    return _estimate(float(sample.mean()), means)


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """Return the sum of the parts over the sum of the wholes, items drawn together; 0 where both are 0."""
    above, below = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    chosen = _resamples(len(above))
    values = above[chosen].sum(axis=1) / np.maximum(below[chosen].sum(axis=1), 1e-12)
    return _estimate(float(above.sum() / max(below.sum(), 1e-12)), values)


def difference(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """Return the mean difference ``one - other`` of two systems on the same items, in the same order."""
    return mean(np.subtract(one, other).tolist())


def statistic(compute: Callable[[Indices], float], items: int, groups: Sequence[str] = ()) -> Estimate:
    """Return any figure of a set of items.

    Args:
        compute: The figure of the items with these indices, some of them several times, or NaN where it
            is not defined. Such resamples are left out.
        items: How many items there are.
        groups: The group of each item, such as its document: groups are drawn whole. None: each for itself.
    """
    members = _members(groups or [str(index) for index in range(items)])
    drawn = [np.concatenate([members[group] for group in draw]) for draw in _resamples(len(members))]
    values = np.array([compute(indices) for indices in drawn])
    return _estimate(compute(np.arange(items)), values[~np.isnan(values)])


def _members(groups: Sequence[str]) -> list[Indices]:
    places: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        places.setdefault(group, []).append(index)
    return [np.array(indices, dtype=np.int64) for indices in places.values()]


def _resamples(items: int) -> Indices:
    """Return the same draws for the same number of items. Shape: ``(RESAMPLES, items)``."""
    return np.random.default_rng(SEED).integers(0, items, (RESAMPLES, items))


def _estimate(value: float, values: NDArray[np.float64]) -> Estimate:
    if not len(values):
        return Estimate(value, value, value)
    low, high = np.percentile(values, [_LOW, _HIGH])
    return Estimate(value, float(low), float(high))
