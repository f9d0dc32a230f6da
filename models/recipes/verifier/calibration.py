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


def threshold_of(share: float, scores: NDArray[np.float64]) -> float:
    """Return the highest score that a share of the right sentences reaches.

    Args:
        share: From 0 to 1.
        scores: Of right sentences, the higher the likelier. Shape: ``(sentences,)``.
    """
    return float(np.quantile(scores, 1 - share, method="lower"))
