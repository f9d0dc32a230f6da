"""What a classifier says, without the rules of the service, of pages that it was not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.recipes.cleaner.fitting import THRESHOLD, held_out
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from models.recipes.cleaner.pages import Page

THRESHOLDS = (0.25, 0.3, THRESHOLD, 0.4, 0.5)


def cross_validated(pages: Sequence[Page]) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 at each threshold, by words, as means over whole pages."""
    classifiers = held_out(pages)
    whole = [page for page in pages if page.is_whole]
    said = [classifiers[page.fold].of_features(page.values) for page in whole]
    return {
        str(threshold): _means(
            _score(page, likely >= threshold) for page, likely in zip(whole, said, strict=True)
        )
        for threshold in THRESHOLDS
    }


def _score(page: Page, kept: NDArray[np.bool_]) -> tuple[float, float, float]:
    words = np.array([word_count(text) for text in page.texts])
    right = float(words[kept & (page.labels == 1)].sum())
    wrong = float(words[kept & (page.labels == 0)].sum())
    missed = float(words[~kept & (page.labels == 1)].sum())
    return (
        right / max(right + wrong, 1.0),
        right / max(right + missed, 1.0),
        2 * right / max(2 * right + wrong + missed, 1.0),
    )


def _means(scores: Iterable[tuple[float, float, float]]) -> dict[str, float]:
    means = np.mean(list(scores), axis=0)
    return {
        name: round(float(mean), 3) for name, mean in zip(("precision", "recall", "F1"), means, strict=True)
    }
