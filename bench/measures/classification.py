"""How well decisions, scores and rankings agree with labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from sklearn import metrics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How what was found agrees with what should have been; each from 0 to 1.

    Attributes:
        precision: Share of what was found that is right.
        recall: Share of what is right that was found.
        f1: Their harmonic mean.
    """

    precision: float
    recall: float
    f1: float


def agreement(right: float, wrong: float, missed: float) -> Agreement:
    """Compare amounts; a share of nothing is 0.

    Args:
        right: What was found and should have been.
        wrong: What was found and should not have been.
        missed: What was not found and should have been.
    """
    return Agreement(
        precision=_share(right, right + wrong),
        recall=_share(right, right + missed),
        f1=_share(2 * right, 2 * right + wrong + missed),
    )


def balanced_accuracy(truth: Flags, accepted: Flags) -> float:
    """Return the mean of the shares of each kind that were decided rightly; NaN if a kind is missing."""
    if not _has_both(truth):
        return float("nan")
    return (accepted_share(truth, accepted) + 1 - accepted_share(~truth, accepted)) / 2


def accepted_share(kind: Flags, accepted: Flags) -> float:
    """Return which share of the items of a kind is accepted; NaN if there are none."""
    return float(accepted[kind].mean()) if kind.any() else float("nan")


def area(truth: Flags, scores: Floats) -> float:
    """Return the area under the ROC curve: how often a true one scores above a false one; ties count half.

    Of the sum of ranks (Hanley and McNeil, 1982), because a bootstrap asks for it thousands of times and
    scikit-learn's takes ten times as long. NaN if a kind is missing.
    """
    if not _has_both(truth):
        return float("nan")
    true = np.count_nonzero(truth)
    below = stats.rankdata(scores)[truth].sum() - true * (true + 1) / 2
    return float(below / (true * (len(truth) - true)))


def average_precision(truth: Flags, scores: Floats) -> float:
    """Return the mean precision at each gain of recall; NaN if nothing is true."""
    return float(metrics.average_precision_score(truth, scores)) if truth.any() else float("nan")


def spearman(grades: Floats, scores: Floats) -> float:
    """Return the correlation of two rankings, ties ranked in the middle; NaN if one of them ranks nothing."""
    if min(np.ptp(grades), np.ptp(scores)) <= 0:
        return float("nan")
    return float(stats.spearmanr(grades, scores).statistic)


def best_threshold(truth: Flags, scores: Floats) -> float:
    """Return the score from which to accept so that balanced accuracy is greatest (Youden, 1950).

    It is one of the scores, the highest of several that are as good, or infinite if to accept none is best.
    """
    false, true, thresholds = metrics.roc_curve(truth, scores)
    return float(thresholds[np.argmax(true - false)])


def crossed(truth: Flags, scores: Floats, half: Flags) -> float:
    """Return balanced accuracy with the threshold of the other half, both ways, averaged.

    Args:
        truth: What should be accepted.
        scores: High for what is likely true.
        half: Which half each item is in; what is not independent must be in the same.
    """
    return (_read_off(truth, scores, half) + _read_off(truth, scores, ~half)) / 2


def _read_off(truth: Flags, scores: Floats, chosen_on: Flags) -> float:
    if not _has_both(truth[chosen_on]):
        return float("nan")
    threshold = best_threshold(truth[chosen_on], scores[chosen_on])
    return balanced_accuracy(truth[~chosen_on], scores[~chosen_on] >= threshold)


def _has_both(truth: Flags) -> bool:
    return bool(truth.any() and not truth.all())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
