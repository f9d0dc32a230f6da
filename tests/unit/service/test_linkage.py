from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from service.linkage import complete_linkage, components

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAPHS = st.tuples(st.integers(2, 14), st.randoms(use_true_random=False), st.floats(0.1, 1.0))


def graph(drawn: tuple[int, object, float]) -> tuple[int, dict[tuple[int, int], float]]:
    """Return some items, and scores of some of their pairs, all distinct."""
    count, random, share = drawn
    pairs = list(itertools.combinations(range(count), 2))
    scores = random.sample(range(1_000), len(pairs))  # type: ignore[attr-defined]
    chosen = [random.random() < share for _ in pairs]  # type: ignore[attr-defined]
    return count, {
        pair: score / 1_000 for pair, score, kept in zip(pairs, scores, chosen, strict=True) if kept
    }


def grouped(count: int, scores: dict[tuple[int, int], float]) -> NDArray[np.int64]:
    left, right = (np.array([pair[end] for pair in scores], dtype=np.int64) for end in (0, 1))
    return complete_linkage(left, right, np.array(list(scores.values())), count, lambda: None)


def partition(labels: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


@given(GRAPHS.map(graph))
def test_it_is_complete_linkage_up_to_the_pairs_that_are_not_given(
    drawn: tuple[int, dict[tuple[int, int], float]],
) -> None:
    count, scores = drawn
    distance = np.full((count, count), 9.0)
    np.fill_diagonal(distance, 0.0)
    for (one, other), score in scores.items():
        distance[one, other] = distance[other, one] = 1.0 - score
    expected = fcluster(linkage(squareform(distance), "complete"), 1.0, "distance")
    assert partition(grouped(count, scores)) == partition(expected.astype(np.int64))


@given(GRAPHS.map(graph))
def test_every_two_of_a_group_are_a_pair_and_the_least_names_it(
    drawn: tuple[int, dict[tuple[int, int], float]],
) -> None:
    count, scores = drawn
    labels = grouped(count, scores)
    for group in partition(labels):
        assert {int(labels[item]) for item in group} == {min(group)}
        assert all(pair in scores for pair in itertools.combinations(sorted(group), 2))


@given(st.integers(2, 14), st.randoms(use_true_random=False))
def test_equal_scores_are_whole_groups_still(count: int, random: object) -> None:
    pairs = list(itertools.combinations(range(count), 2))
    random.shuffle(pairs)  # type: ignore[attr-defined]
    assert grouped(count, dict.fromkeys(pairs, 0.5)).tolist() == [0] * count


def test_a_flood_of_items_that_are_all_alike_merges_in_few_rounds() -> None:
    left, right = np.triu_indices(1_000, 1)
    rounds = 0

    def check() -> None:
        nonlocal rounds
        rounds += 1

    labels = complete_linkage(left, right, np.full(len(left), 0.5), 1_000, check)
    assert not labels.any()
    assert rounds < 60


def test_items_without_pairs_are_alone() -> None:
    assert grouped(3, {}).tolist() == [0, 1, 2]


def test_components_are_joined_by_any_chain_of_pairs() -> None:
    assert components(6, [(0, 2), (2, 5), (1, 3)]).tolist() == [0, 1, 0, 1, 2, 0]
    assert components(2, []).tolist() == [0, 1]
    assert not len(components(0, []))
