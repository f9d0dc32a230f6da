"""How well an encoder tells the sentences that state one claim from all others of their story."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.encoder import Encoder
    from models.recipes.encoder.stories import Story


def figures(encoder: Encoder, stories: Sequence[Story]) -> dict[str, float]:
    """Return the figures of the model card, of cosines alone, over all pairs of sentences of one story.

    Args:
        encoder: Any.
        stories: Of clusters that were not learned from.
    """
    cosines, same, alike = [], [], []
    for story in stories:
        vectors = encoder.encode(story.texts, _go_on)
        for one, other in itertools.combinations(range(len(story.texts)), 2):
            cosines.append(float(vectors[one] @ vectors[other]))
            same.append((one, other) in story.same)
            alike.append((one, other) in story.alike)
    scores, right, close = np.array(cosines), np.array(same), np.array(alike)
    told = right | close
    return {
        "stories": len(stories),
        "pairs": len(scores),
        "pairs of one claim": int(right.sum()),
        "average precision": float(average_precision_score(right, scores)),
        "ROC AUC against look-alikes": float(roc_auc_score(right[told], scores[told])),
    }


def _go_on() -> None:
    """Never end the work."""
