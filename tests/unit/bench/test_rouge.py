from __future__ import annotations

import pytest

from bench.measures.rouge import rouge


def test_scores_are_those_worked_out_by_hand() -> None:
    """Of "the cat ran", two words of three, one pair of two, and a common subsequence of two are right."""
    scores = rouge("the cat sat on the mat", "the cat ran")

    assert scores["ROUGE-1"] == pytest.approx(100 * 2 * (2 / 3) * (2 / 6) / (2 / 3 + 2 / 6))
    assert scores["ROUGE-2"] == pytest.approx(100 * 2 * (1 / 2) * (1 / 5) / (1 / 2 + 1 / 5))
    assert scores["ROUGE-L"] == pytest.approx(scores["ROUGE-1"])


def test_words_are_stemmed() -> None:
    assert rouge("the talks failed", "the talk fails")["ROUGE-1"] == pytest.approx(100)


def test_an_empty_summary_scores_nothing() -> None:
    assert set(rouge("the cat sat", "").values()) == {0.0}
