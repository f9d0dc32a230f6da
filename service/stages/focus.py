"""Focus: what the reader asked for weighs in with what matters to the story."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from service.domain import News
from service.language.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from service.domain import Ranked, Vectors
    from service.similarity import Story

# Weight of relevance against salience; chosen with the threshold, see docs/decisions/0025-reader.md.
_RELEVANCE = 0.7
_TINY = 1e-12


def focus(ranked: Sequence[Ranked], story: Story, query: str, vector: Vectors, threshold: float) -> News:
    """Let the relevance of clusters to a query weigh in with their salience.

    The plan chooses by salience and novelty; so this makes it query-weighted maximal marginal relevance. If
    nothing is relevant enough to be an answer, all stays as it is.

    Args:
        ranked: All clusters, by falling salience.
        story: The sentences and their similarities.
        query: What the reader asked.
        vector: Its embedding, of unit length. Shape: ``(dimensions,)``.
        threshold: The least relevance of an answer.

    Returns:
        The clusters by falling salience, and whether the query is answered.
    """
    relevance = _relevance(ranked, story, query, vector)
    most = relevance.max(initial=0.0)
    if not most >= max(threshold, _TINY):  # nor may it be no number
        return News(tuple(ranked), is_answered=False)
    scaled = relevance / most
    focused = [_focused(item, float(part)) for item, part in zip(ranked, scaled, strict=True)]
    return News(tuple(sorted(focused, key=lambda item: (-item.salience, item.cluster.id))))


def _relevance(ranked: Sequence[Ranked], story: Story, query: str, vector: Vectors) -> NDArray[np.float32]:
    """Return how much the representative of each cluster bears on a query, from 0 to 1; 0 without one.

    It is the mean of two parts: how close they are, and how much of the query the sentence holds.

    Shape: ``(clusters,)``.
    """
    cosine = story.vectors @ story.centred(vector[None, :])[0]
    stems = content_stems(query)
    found = np.zeros(len(ranked), dtype=np.float32)
    for place, item in enumerate(ranked):
        index = item.representative
        if index is not None:
            covered = story.covered(stems, story.facts[index].stems)
            found[place] = np.clip((cosine[index] + covered) / 2, 0.0, 1.0)
    return found


def _focused(ranked: Ranked, relevance: float) -> Ranked:
    salience = (1 - _RELEVANCE) * ranked.salience + _RELEVANCE * relevance
    lead = (1 - _RELEVANCE) * ranked.lead + _RELEVANCE * relevance
    return replace(ranked, salience=salience, lead=lead)
