"""ROUGE F1 (Lin, 2004), as the package ``rouge-score`` computes it, with stemming."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rouge_score.rouge_scorer import RougeScorer

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-L": "rougeL"}


def rouge(reference: str, summary: str) -> Mapping[str, float]:
    """Return ROUGE-1, ROUGE-2 and ROUGE-L, from 0 to 100."""
    scores = _scorer().score(reference, summary)
    return {name: 100.0 * scores[kind].fmeasure for name, kind in KINDS.items()}


@cache
def _scorer() -> RougeScorer:
    return RougeScorer(list(KINDS.values()), use_stemmer=True)
