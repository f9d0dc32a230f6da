"""Pairs of sentences that say the same, by a measure that is not the service's own."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SURELY_SAME = 0.85
_MAYBE_SAME = 0.70
_SHARED_WORDS = 0.60
_WORD = re.compile(r"\w+")
_SHORT = 3


def repeated(sentences: list[str], vectors: NDArray[np.float32]) -> list[tuple[str, str]]:
    """Return the pairs of sentences that say the same.

    Two sentences do if their embeddings almost coincide, or if these are close and most of the longer
    words of the shorter sentence stand in the other as well.

    Args:
        sentences: The sentences of one summary.
        vectors: Their unit embeddings. Shape: ``(len(sentences), dimensions)``.
    """
    similarity = vectors @ vectors.T
    return [
        (sentences[one], sentences[other])
        for one, other in combinations(range(len(sentences)), 2)
        if similarity[one, other] >= _threshold(sentences[one], sentences[other])
    ]


def _threshold(one: str, other: str) -> float:
    first, second = _content(one), _content(other)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return _MAYBE_SAME if shared >= _SHARED_WORDS else _SURELY_SAME


def _content(sentence: str) -> set[str]:
    return {word for word in _WORD.findall(sentence.lower()) if len(word) > _SHORT}


def distinct(text: str, size: int = 4) -> float:
    """Return the share of runs of ``size`` words that are distinct (Li et al., 2016), 1 for shorter texts."""
    said = _WORD.findall(text.lower())
    runs = [tuple(said[start : start + size]) for start in range(len(said) - size + 1)]
    return len(set(runs)) / len(runs) if runs else 1.0
