from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from bench.measures.classification import (
    Agreement,
    accepted_share,
    agreement,
    area,
    average_precision,
    balanced_accuracy,
    best_threshold,
    crossed,
    spearman,
)

TRUTH = np.array([True, True, False, False, False])
SCORES = np.array([0.9, 0.4, 0.6, 0.2, 0.1])


def test_precision_recall_and_f1_are_those_worked_out_by_hand() -> None:
    found = agreement(right=6, wrong=2, missed=4)

    assert (found.precision, found.recall) == (6 / 8, 6 / 10)
    assert found.f1 == pytest.approx(2 * (6 / 8) * (6 / 10) / (6 / 8 + 6 / 10))


def test_a_share_of_nothing_is_nothing() -> None:
    assert agreement(0, 0, 0) == Agreement(0.0, 0.0, 0.0)


def test_balanced_accuracy_counts_both_kinds_alike_however_many_there_are() -> None:
    accepted = np.array([True, False, True, False, False])

    assert accepted_share(TRUTH, accepted) == 1 / 2
    assert balanced_accuracy(TRUTH, accepted) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    assert area(TRUTH, SCORES) == pytest.approx(5 / 6)


def test_pairs_that_tie_count_half() -> None:
    assert area(np.array([True, False]), np.array([0.5, 0.5])) == 0.5


@pytest.mark.parametrize("digits", [1, 8])
def test_the_area_is_that_of_scikit_learn(digits: int) -> None:
    random = np.random.default_rng(0)
    truth, scores = random.random(200) < 0.3, random.random(200).round(digits)

    assert area(truth, scores) == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)


def test_average_precision_is_the_mean_precision_where_a_true_one_is_found() -> None:
    assert average_precision(TRUTH, SCORES) == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_spearman_sees_order_only() -> None:
    assert spearman(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 11.0])) == pytest.approx(1.0)
    # One swap of neighbours among four: 1 - 6 * (1 + 1) / (4 * (16 - 1)).
    assert spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 1.0, 3.0, 4.0])) == pytest.approx(0.8)


def test_what_needs_both_kinds_is_not_a_number_without_them() -> None:
    alone, scores = np.array([True, True]), np.array([0.1, 0.2])

    assert math.isnan(area(alone, scores))
    assert math.isnan(balanced_accuracy(alone, alone))
    assert math.isnan(average_precision(~alone, scores))
    assert math.isnan(spearman(np.array([1.0, 1.0]), scores))
    assert math.isnan(accepted_share(~alone, alone))


def test_the_best_threshold_is_the_score_from_which_to_accept() -> None:
    assert best_threshold(TRUTH, SCORES) == 0.4
    assert best_threshold(np.array([False, True]), np.array([0.9, 0.1])) in {math.inf, 0.1}


def test_each_half_is_read_at_the_threshold_of_the_other() -> None:
    truth = np.array([True, False, True, False])
    scores = np.array([0.8, 0.2, 0.5, 0.3])
    half = np.array([True, True, False, False])

    # The threshold of the first half, 0.8, refuses all of the second; that of the second suits the first.
    assert crossed(truth, scores, half) == pytest.approx((0.5 + 1.0) / 2)


def test_a_half_of_one_kind_has_no_threshold() -> None:
    assert math.isnan(crossed(TRUTH, SCORES, np.array([True, True, False, False, False])))
