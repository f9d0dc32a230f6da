from __future__ import annotations

import pytest

from bench.corpora.claims import Gold, Pair, Passage
from bench.measures.linking import Linking, links, overlap, score

A, B, C, D = (Passage("one", 0, 10), Passage("one", 10, 30), Passage("two", 0, 10), Passage("two", 10, 30))
UNITS = (A, B, C, D)


def pair(one: Passage, other: Passage) -> Pair:
    return frozenset((one, other))


GOLD = Gold(
    units=UNITS,
    same=frozenset({pair(A, C), pair(B, D)}),
    partly=frozenset({pair(A, D)}),
    lookalikes=(pair(A, B), pair(C, D)),
)


def test_the_annotation_itself_is_perfect() -> None:
    assert score(GOLD, [[A, C], [B, D]]) == Linking(1.0, 1.0, 1.0, 0.0)


def test_figures_are_those_worked_out_by_hand() -> None:
    # Linked: A-B wrong and a look-alike, A-C right, B-C wrong.
    found = score(GOLD, [[A, B, C], [D]])

    assert (found.precision, found.recall, found.lookalikes) == (1 / 3, 1 / 2, 1 / 2)
    assert found.f1 == pytest.approx(2 * 1 / 5)


def test_pairs_that_state_the_same_in_part_are_neither_right_nor_wrong() -> None:
    assert score(GOLD, [[A, D]]) == Linking(1.0, 0.0, 0.0, 0.0)


def test_nothing_linked_is_precise_and_finds_nothing() -> None:
    assert score(GOLD, [[A], [B], [C], [D]]) == Linking(1.0, 0.0, 0.0, 0.0)


def test_a_pair_linked_twice_counts_once() -> None:
    assert score(GOLD, [[A, C], [A, C], [B, C]]).precision == 1 / 2


def test_half_of_the_shorter_is_enough_and_less_is_not() -> None:
    half, less = Passage("one", 5, 100), Passage("one", 6, 20)

    assert links([A, C], [[half, C]]) == {pair(A, C)}
    assert links([A, C], [[less, C]]) == set()
    assert links([A, C], [[Passage("one", 2, 4), C]]) == {pair(A, C)}


def test_a_passage_over_two_units_links_them() -> None:
    assert links(UNITS, [[Passage("one", 0, 30)]]) == {pair(A, B)}


def test_passages_share_nothing_across_articles_or_at_a_border() -> None:
    assert overlap(A, Passage("one", 4, 40)) == 6
    assert overlap(A, B) == overlap(A, C) == 0
