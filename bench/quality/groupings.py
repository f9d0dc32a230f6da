"""Ways to put the sentences of a story that state the same together: the service's, and its peers' by theirs.

Everything but the service itself is grouped by complete linkage, as the service groups, so that what differs
is the similarity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from bench.neural import settings
from bench.quality.peers_similarity import COSINE, PEERS, Peer
from bench.quality.similarities import ALONE, OURS
from bench.quality.stories import story_of, unsplit
from service.stages.cluster import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.quality.peers_similarity import Indices

    Labels = Callable[[float], Indices]

_STEPS = 100
_USUAL = 0.70


@dataclass(frozen=True, slots=True)
class Grouping:
    """A way to group sentences.

    Attributes:
        name: Its name in tables.
        peer: Its similarity.
        threshold: The least similarity of two that are together, or None for what is best on the very data
            that it is measured on, a generous choice.
        group: Prepares the sentences of a story; what it returns gives a threshold's group of each sentence.
    """

    name: str
    peer: Peer
    threshold: float | None
    group: Callable[[Sequence[str]], Labels]

    def chosen(self, quality: Callable[[float], float]) -> float:
        """Return the threshold, if need be the one of a hundred that has the highest quality."""
        if self.threshold is not None:
            return self.threshold
        return max((step / _STEPS for step in range(1, _STEPS)), key=quality)

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


def _by_service(texts: Sequence[str]) -> Labels:
    story = story_of(unsplit(texts))

    def labels(threshold: float) -> Indices:
        found = np.empty(len(texts), dtype=np.int64)
        for group in cluster(story, threshold):
            found[list(group.members)] = group.id
        return found

    return labels


def _by(peer: Peer) -> Callable[[Sequence[str]], Labels]:
    """Return complete linkage by a similarity; a story must have two sentences."""

    def group(texts: Sequence[str]) -> Labels:
        left, right = np.triu_indices(len(texts), k=1)
        # Copies of a sentence can be more alike than 1 by a rounding error.
        distances = np.maximum(1.0 - peer.fit(texts)(left, right), 0.0)
        tree = linkage(distances, method="complete")
        return lambda threshold: fcluster(tree, 1.0 - threshold, criterion="distance").astype(np.int64)

    return group
