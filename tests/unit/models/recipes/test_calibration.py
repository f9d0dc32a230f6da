from __future__ import annotations

import numpy as np
import pytest

from models.recipes.verifier.calibration import temperature, threshold_of


def test_logits_that_are_too_sure_are_cooled() -> None:
    labels = np.array([0, 0, 0, 1], dtype=np.int64)  # right three times of four
    sure = np.tile(np.array([[9.0, 0.0]], dtype=np.float64), (4, 1))

    # Three quarters are right where the two logits differ by ln 3.
    assert temperature(sure, labels) == pytest.approx(9.0 / np.log(3.0), abs=0.01)


def test_logits_that_mean_what_they_say_stay() -> None:
    labels = np.array([0, 0, 0, 1], dtype=np.int64)
    honest = np.tile(np.array([[np.log(3.0), 0.0]], dtype=np.float64), (4, 1))

    assert temperature(honest, labels) == pytest.approx(1.0, abs=0.01)


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    truth = np.array([True, True, False, True, False])

    assert threshold_of(1.0, scores, truth) == 0.8
    # At 0.6 all of the right ones reach it, and half of the wrong ones.
    assert threshold_of(0.66, scores, truth) == 0.6
    assert threshold_of(0.5, scores, truth) == 0.5


def test_equal_scores_stand_or_fall_together() -> None:
    scores = np.array([0.9, 0.8, 0.8])
    truth = np.array([True, True, False])

    assert threshold_of(1.0, scores, truth) == 0.9


def test_no_threshold_is_precise_enough() -> None:
    assert threshold_of(0.9, np.array([0.5, 0.4]), np.array([False, True])) is None
