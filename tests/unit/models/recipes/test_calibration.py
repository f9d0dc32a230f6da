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


@pytest.mark.parametrize(("share", "threshold"), [(1.0, 0.1), (0.95, 0.1), (0.75, 0.3), (0.5, 0.5)])
def test_the_threshold_is_the_highest_that_a_share_reaches(share: float, threshold: float) -> None:
    scores = np.array([0.9, 0.7, 0.5, 0.3, 0.1])

    assert threshold_of(share, scores) == threshold
    assert (scores >= threshold).mean() >= share
