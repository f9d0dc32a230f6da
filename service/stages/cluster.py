"""Cluster: sentences that state the same thing.

Complete linkage: every member is similar to every other, so that no chain joins two claims. Sentences
that disagree on a number, a date, a negation, a possibility or who does what to whom are never together.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import AgglomerativeClustering

from service.domain import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from service.language.facts import Facts
    from service.similarity import Story

_NEVER = 4.0
# Sentences that are linked at once. More that are all alike are a flood of copies: they are cut into parts.
_PART = 1_000


def cluster(story: Story, threshold: float) -> tuple[Cluster, ...]:
    """Group sentences that state the same thing; every sentence is in exactly one cluster.

    Args:
        story: The sentences and their similarities.
        threshold: The least similarity of any two members.

    Returns:
        Clusters in the order of their first members.
    """
    compatible = _Compatible(story.facts)
    groups = sorted(_groups(story, compatible, threshold))
    return tuple(_cluster(number, group, story) for number, group in enumerate(groups, start=1))


class _Compatible:
    """Which sentences do not disagree, worked out once for any two kinds of facts."""

    def __init__(self, facts: Sequence[Facts]) -> None:
        kinds: dict[Facts, int] = {}
        self._kind = np.array([kinds.setdefault(stated, len(kinds)) for stated in facts], dtype=np.int64)
        self._facts = list(kinds)
        self._known: dict[int, bool] = {}

    def pairs(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell for pairs of sentences whether they may be together. Shape: that of ``left`` and ``right``."""
        codes, places = np.unique(
            self._kind[left] * len(self._facts) + self._kind[right], return_inverse=True
        )
        return np.array([self._agree(int(code)) for code in codes], dtype=np.bool_)[places]

    def _agree(self, code: int) -> bool:
        if code not in self._known:
            one, other = divmod(code, len(self._facts))
            self._known[code] = not self._facts[one].disagree(self._facts[other])
        return self._known[code]


def _groups(story: Story, compatible: _Compatible, threshold: float) -> Iterator[list[int]]:
    """Complete linkage within each component of the graph of similar pairs, which is exact."""
    labels = _components(story, compatible, threshold)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(int(labels.max()) + 2))
    for start, stop in itertools.pairwise(bounds):
        component = [int(index) for index in order[start:stop]]
        if len(component) == 1:
            yield component
            continue
        component.sort(key=lambda index: (story.sentences[index].text, index))
        for first in range(0, len(component), _PART):
            story.check()
            yield from _complete_linkage(component[first : first + _PART], story, compatible, threshold)


def _components(story: Story, compatible: _Compatible, threshold: float) -> NDArray[np.int64]:
    """Return the number of each sentence's component. The graph grows by blocks, to bound memory."""
    count = len(story.sentences)
    labels = np.arange(count)
    for start, block in story.blocks():
        rows, columns = np.nonzero(block >= threshold)
        rows += start
        above = rows < columns
        rows, columns = rows[above], columns[above]
        linked = compatible.pairs(rows, columns)
        edges = (np.concatenate([rows[linked], np.arange(count)]), np.concatenate([columns[linked], labels]))
        graph = coo_array((np.ones(len(edges[0]), dtype=np.int8), edges), shape=(count, count))
        labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _complete_linkage(
    component: list[int], story: Story, compatible: _Compatible, threshold: float
) -> Iterator[list[int]]:
    if len(component) == 1:
        yield component
        return
    indices = np.array(component)
    # Rounded, so that equal distances stay equal in whatever order the articles come.
    distance = 1.0 - story.between(component).astype(np.float64).round(5)
    left, right = np.meshgrid(indices, indices, indexing="ij")
    distance[~compatible.pairs(left.ravel(), right.ravel()).reshape(distance.shape)] = _NEVER
    np.fill_diagonal(distance, 0.0)
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1.0 - threshold + 1e-9, metric="precomputed", linkage="complete"
    ).fit_predict(np.maximum(distance, distance.T))
    for label in np.unique(labels):
        yield sorted(component[int(index)] for index in np.flatnonzero(labels == label))


def _cluster(number: int, members: list[int], story: Story) -> Cluster:
    if len(members) == 1:
        return Cluster(number, (members[0],), (1.0,), 1)
    similarities = story.between(members)
    central = int(np.argmax(similarities.sum(axis=0)))
    return Cluster(
        number,
        tuple(members),
        tuple(float(value) for value in similarities[central]),
        len({story.sentences[index].source for index in members}),
    )
