"""Ways to put the sentences of a story that state the same together: the service's, and its peers' by theirs.

The service makes clusters. Its peers put together every pair that is similar enough, without asking whether
the pairs make clusters: that is what most people do, and complete linkage gave every peer a lower F1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.neural import settings
from bench.quality.peers_similarity import COSINE, PEERS, Peer
from bench.quality.similarities import ALONE, OURS
from bench.quality.stories import story_of, unsplit
from service.stages.cluster import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.measures.classification import Flags

    Links = Callable[[float], Flags]

# Thresholds tried, in hundredths; below the first nearly every pair is similar enough.
_FIRST, _STEPS = 5, 100
_USUAL = 0.70


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to group sentences.

    Attributes:
        name: Its name in tables.
        peer: Its similarity.
        threshold: The least similarity of two that are together, or None for what is best on the very data
            that it is measured on, a generous choice.
        group: Prepares the sentences of a story; what it returns tells for a threshold which are together.
    """

    name: str
    peer: Peer
    threshold: float | None
    group: Callable[[Sequence[str]], Links]

    def chosen(self, quality: Callable[[float], float]) -> float:
        """Return the threshold, if need be the hundredth that has the highest quality."""
        if self.threshold is not None:
            return self.threshold
        return max((step / _STEPS for step in range(_FIRST, _STEPS)), key=quality)

    @property
    def choice(self) -> str:
        """How the threshold is chosen."""
        return "best-on-this-set" if self.threshold is None else "fixed"


def systems() -> tuple[Grouping, ...]:
    """Return the service as it is set, and its peers."""
    same = settings().same_claim_similarity
    usual = f"{COSINE.name} {_USUAL:.2f}"
    return (
        Grouping(OURS.name, OURS, same, _by_service),
        Grouping(ALONE.name, ALONE, same, _by(ALONE)),
        Grouping(usual, COSINE, _USUAL, _by(COSINE)),
        *(Grouping(peer.name, peer, None, _by(peer)) for peer in PEERS),
    )


def _by_service(texts: Sequence[str]) -> Links:
    story = story_of(unsplit(texts))

    def links(threshold: float) -> Flags:
        found = np.zeros((len(texts), len(texts)), dtype=np.bool_)
        for group in cluster(story, threshold):
            found[np.ix_(group.members, group.members)] = True
        return found

    return links


def _by(peer: Peer) -> Callable[[Sequence[str]], Links]:
    """Return the pairs that are similar enough."""

    def group(texts: Sequence[str]) -> Links:
        left, right = np.indices((len(texts), len(texts)))
        similarity = peer.fit(texts)(left.ravel(), right.ravel()).reshape(left.shape)
        return lambda threshold: similarity >= threshold

    return group
