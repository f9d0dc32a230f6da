"""Cluster: sentences that state the same thing.

Complete linkage: every member is similar to every other, so that no chain joins two claims. Sentences
that disagree on a number, a date or a negation are never together.
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
    from collections.abc import Iterator

    from service.similarity import Story

_NEVER = 4.0


def cluster(story: Story, threshold: float) -> tuple[Cluster, ...]:
    """Group sentences that state the same thing; every sentence is in exactly one cluster.

    Args:
        story: The sentences and their similarities.
        threshold: The least similarity of any two members.

    Returns:
        Clusters in the order of their first members.
    """
    groups = sorted(_groups(story, threshold))
    return tuple(_cluster(number, group, story) for number, group in enumerate(groups, start=1))


def _groups(story: Story, threshold: float) -> Iterator[list[int]]:
    """Complete linkage within each component of the graph of similar pairs, which is exact."""
    count, labels = connected_components(_graph(story, threshold), directed=False)
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(count + 1))
    for start, stop in itertools.pairwise(bounds):
        component = [int(index) for index in order[start:stop]]
        if len(component) == 1:
            yield component
        else:
            yield from _complete_linkage(component, story, threshold)


def _graph(story: Story, threshold: float) -> coo_array:
    rows, columns = [], []
    for start, block in story.blocks():
        for row, column in np.argwhere(block >= threshold):
            left, right = start + int(row), int(column)
            if left < right and not story.facts[left].disagree(story.facts[right]):
                rows.append(left)
                columns.append(right)
    return coo_array(
        (np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(len(story.facts), len(story.facts))
    )


def _complete_linkage(component: list[int], story: Story, threshold: float) -> Iterator[list[int]]:
    distance = 1.0 - story.between(component).astype(np.float64)
    for left in range(len(component)):
        for right in range(left):
            if story.facts[component[left]].disagree(story.facts[component[right]]):
                distance[left, right] = distance[right, left] = _NEVER
    np.fill_diagonal(distance, 0.0)
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1.0 - threshold + 1e-9, metric="precomputed", linkage="complete"
    ).fit_predict(np.maximum(distance, distance.T))
    for label in np.unique(labels):
        yield [component[int(index)] for index in np.flatnonzero(labels == label)]


def _cluster(number: int, members: list[int], story: Story) -> Cluster:
    similarities = story.between(members)
    central = int(np.argmax(similarities.sum(axis=0)))
    return Cluster(
        number,
        tuple(members),
        tuple(float(value) for value in similarities[central]),
        len({story.sentences[index].source for index in members}),
    )
