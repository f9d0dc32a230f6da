"""From logits to probabilities that mean what they say, and to the threshold of a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLDEST, _HOTTEST = 0.25, 20.0


def temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the temperature of the least negative log likelihood (Guo et al., 2017).

    Args:
        logits: Shape: ``(pairs, classes)``.
        labels: The right class of each. Shape: ``(pairs,)``.
    """

    def loss(value: float) -> float:
        return -float(log_softmax(logits / value, axis=1)[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(loss, bounds=(_COLDEST, _HOTTEST), method="bounded").x)


def threshold_of(precision: float, scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> float | None:
    """Return the lowest score such that of all that reach it a large enough share is true.

    What is true and what is not weigh the same, however many there are of each.

    Args:
        precision: The share, from 0 to 1.
        scores: The higher, the likelier. Shape: ``(pairs,)``.
        truth: Shape: ``(pairs,)``.

    Returns:
        None if no score is high enough.
    """
    candidates = np.unique(scores)
    shares = [
        ((scores[truth] >= candidate).mean(), (scores[~truth] >= candidate).mean())
        for candidate in candidates
    ]
    reached = [bool(right >= precision * (right + wrong)) for right, wrong in shares]
    return float(candidates[reached.index(True)]) if any(reached) else None
