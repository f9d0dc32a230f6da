from __future__ import annotations

import pytest

from bench.measures.fragments import extractiveness, fragments


def test_fragments_are_the_longest_copied_pieces() -> None:
    source, said = ["a", "b", "c", "d", "e", "f"], ["a", "b", "x", "d", "e", "f"]

    assert list(fragments(source, said)) == [2, 3]


def test_the_longest_of_several_places_counts() -> None:
    assert list(fragments(["a", "b", "x", "a", "b", "c"], ["a", "b", "c"])) == [3]


def test_coverage_and_density_are_those_worked_out_by_hand() -> None:
    figures = extractiveness("a b c d e f", "a b x d e")

    assert figures.coverage == pytest.approx(4 / 5)
    assert figures.density == pytest.approx((2**2 + 2**2) / 5)


def test_case_and_marks_do_not_matter() -> None:
    assert extractiveness("He said: “Go home”.", "he said go home").coverage == 1.0


def test_nothing_is_copied_into_an_empty_summary() -> None:
    assert extractiveness("a b", "").density == 0.0
