"""A logistic regression that tells the blocks of an article from the furniture of its page.

Its weights were learned from labelled pages by ``models/recipes/cleaner``; they are listed in
``classifier.toml``, with a card beside it.
"""

from __future__ import annotations

import functools
import json
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from service.language.context import features
from service.language.furniture import judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import RemovalReason

WEIGHTS = "classifier.toml"


@dataclass(frozen=True, slots=True)
class Classifier:
    """A logistic regression over the features of blocks.

    Attributes:
        names: The features, in the order in which they are measured.
        weights: Log-odds of being of the article for one unit of a feature. Shape: ``(features,)``.
        intercept: Log-odds of a block of which every feature is 0.
        threshold: Probability from which a block is kept, from 0 to 1.
        data: SHA-256 of each file of pages that it was fitted on, by name.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    intercept: float
    threshold: float
    data: Mapping[str, str] = field(default_factory=dict)

    def probabilities(
        self, texts: Sequence[str], reasons: Sequence[RemovalReason | None] | None = None
    ) -> NDArray[np.float64]:
        """Return how likely each block of a page is of its article, from 0 to 1. Shape: ``(blocks,)``.

        Args:
            texts: The blocks of one page, in order.
            reasons: What :func:`service.language.furniture.judge` says of each, where that is known already.

        Raises:
            ValueError: The weights are of other features.
        """
        if not texts:
            return np.zeros(0)
        names, values = features(texts, [judge(text) for text in texts] if reasons is None else reasons)
        if names != self.names:
            message = "the weights are of other features: train the classifier again"
            raise ValueError(message)
        return self.of_features(values)

    def of_features(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of blocks that are measured already. Shape: ``(blocks,)``."""
        return np.asarray(1 / (1 + np.exp(-(values @ self.weights + self.intercept))))


@functools.cache
def trained() -> Classifier:
    """Return the classifier that ships with the service."""
    return read(resources.files("service.language").joinpath(WEIGHTS).read_text("utf-8"))


def read(text: str) -> Classifier:
    """Read a classifier from TOML: ``threshold``, ``intercept``, and tables of digests and of weights."""
    table = tomllib.loads(text)
    weights: dict[str, float] = table["weights"]
    values = np.array(list(weights.values()), dtype=np.float64)
    threshold, intercept = float(table["threshold"]), float(table["intercept"])
    return Classifier(tuple(weights), values, intercept, threshold, table["data"])


def written(classifier: Classifier) -> str:
    """Return the TOML of a classifier; the reverse of :func:`read`."""
    weights = zip(classifier.names, classifier.weights.tolist(), strict=True)
    lines = [
        "# Written by python -m models.recipes.cleaner; the card is classifier.md.",
        f"threshold = {classifier.threshold}",
        f"intercept = {classifier.intercept}",
        "",
        "[data]",
        *(f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in classifier.data.items()),
        "",
        "[weights]",
        *(f"{json.dumps(name)} = {weight}" for name, weight in weights),
    ]
    return "\n".join(lines) + "\n"
