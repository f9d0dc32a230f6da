"""A logistic regression, fitted on all pages or on those of all folds but one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.recipes.cleaner.pages import FOLDS
from service.language.classifier import Classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.recipes.cleaner.pages import Page

# Inverse strength of regularization, of the coefficients of standardized features.
_STRENGTH = 0.01
_ROUNDS = 2000
_DIGITS = 5
# Losing the story is worse than keeping a caption; see docs/decisions/0002-cleaning.md.
THRESHOLD = 0.35


def fit(pages: Sequence[Page]) -> Classifier:
    """Fit the classifier; its weights are those of features as they are measured, not standardized."""
    values = np.concatenate([page.values for page in pages])
    labels = np.concatenate([page.labels for page in pages])
    counted = np.concatenate([page.weights for page in pages])
    known = labels >= 0
    scaler = StandardScaler().fit(values[known])
    regression = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS)
    regression.fit(scaler.transform(values[known]), labels[known], sample_weight=counted[known])
    weights = np.round(regression.coef_[0] / scaler.scale_, _DIGITS)
    intercept = round(float(regression.intercept_[0] - scaler.mean_ @ weights), _DIGITS)
    return Classifier(pages[0].names, weights, intercept, THRESHOLD)


def held_out(pages: Sequence[Page]) -> tuple[Classifier, ...]:
    """Return one classifier a fold, fitted on the pages of all other folds."""
    return tuple(fit([page for page in pages if page.fold != fold]) for fold in range(FOLDS))
