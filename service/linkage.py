"""Which items belong together, by the pairs that do: by one link or by all, without a matrix of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from service.ports import Check

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

# Odd numbers that mix the bits of two indices (Steele, Lea and Flood, 2014).
_MIX_LEFT, _MIX_RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)


def components(count: int, pairs: Sequence[tuple[int, int]]) -> Integers:
    """Group items that are joined by pairs, however many lie between.

    Args:
        count: How many items there are.
        pairs: Two items each.

    Returns:
        The number of each item's group. Shape: ``(items,)``.
    """
    if not count:
        return np.zeros(0, dtype=np.int64)
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def complete_linkage(left: Integers, right: Integers, scores: Floats, count: int, check: Check) -> Integers:
    """Group items so that every two of a group are a pair, the closest first.

    Two groups may merge while all pairs between them are given, and are as close as the least score of these.
    As a merger brings no group closer to a third, all groups that are closest to each other can merge at
    once, and the result is that of one merger after the other (Bruynooghe, 1977).

    Args:
        left: The lower item of each pair. Shape: ``(pairs,)``.
        right: The higher one; every pair is given once. Shape: ``(pairs,)``.
        scores: How close they are. Equal scores are put in an order without favourites: with one, a flood of
            items that are all alike would merge one by one. Shape: ``(pairs,)``.
        count: How many items there are.
        check: Raises when nobody waits for the work any more.

    Returns:
        The least item of each item's group. Shape: ``(items,)``.
    """
    group = np.arange(count)
    while len(left):
        check()
        merged = _closest_to_each_other(left, right, scores, count)
        target = np.arange(count)
        target[right[merged]] = left[merged]
        group = target[group]
        # Two groups stay a pair if each part of one was a pair with each part of the other.
        parts = np.bincount(target, minlength=count)
        left, right, scores = _between(target[left], target[right], scores, parts)
    return group


def _closest_to_each_other(left: Integers, right: Integers, scores: Floats, count: int) -> NDArray[np.bool_]:
    """Tell for each pair whether neither item has a closer one; at least one pair is so."""
    mixed = left.astype(np.uint64) * _MIX_LEFT ^ right.astype(np.uint64) * _MIX_RIGHT
    order = np.lexsort((right, left, mixed >> _HALF, -scores))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    first = np.full(count, len(order))
    np.minimum.at(first, left, place)
    np.minimum.at(first, right, place)
    return np.asarray((first[left] == place) & (first[right] == place), dtype=np.bool_)


def _between(
    one: Integers, other: Integers, scores: Floats, parts: Integers
) -> tuple[Integers, Integers, Floats]:
    """Return the pairs of groups that are paired throughout, each with its least score."""
    left, right = np.minimum(one, other), np.maximum(one, other)
    apart = left < right
    order = np.lexsort((right[apart], left[apart]))
    left, right, scores = left[apart][order], right[apart][order], scores[apart][order]
    starts = np.flatnonzero((np.diff(left, prepend=-1) != 0) | (np.diff(right, prepend=-1) != 0))
    if not len(starts):
        return left, right, scores
    given = np.diff(starts, append=len(left))
    left, right, scores = left[starts], right[starts], np.minimum.reduceat(scores, starts)
    whole = given == parts[left] * parts[right]
    return left[whole], right[whole], scores[whole]
