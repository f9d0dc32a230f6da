"""Cluster: sentences that state the same thing.

Complete linkage: every member is similar to every other, so that no chain joins two claims. Sentences
that disagree on a number, a date, a negation, a possibility or who does what to whom are never together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.candidates import pairs
from service.domain import Cluster
from service.linkage import complete_linkage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from service.similarity import Story

    _Scored = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

# Decimal places of a similarity that count, and one in the last of them.
_DIGITS, _LAST = 5, 1e-5
# Pairs from one look at whether anybody waits to the next.
_CHECKED = 500


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


def _groups(story: Story, threshold: float) -> list[list[int]]:
    """Group by complete linkage; what is said in the same words is one item of it."""
    left, right, scores = _linked(story, threshold)
    count = len(story.sentences)
    # By their texts, so that the order of the articles decides nothing.
    order = sorted(range(count), key=lambda index: (story.sentences[index].text, index))
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    one, other = place[left], place[right]
    lower, higher = np.minimum(one, other), np.maximum(one, other)
    labels = complete_linkage(lower, higher, scores, count, story.check)[place[story.first]]
    members: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        members.setdefault(int(label), []).append(index)
    return list(members.values())


def _linked(story: Story, threshold: float) -> _Scored:
    """Return the pairs that are similar and disagree on nothing, and how similar they are.

    Similarities are rounded, so that equal ones stay equal in whatever order the articles come.
    """
    found = []
    for left, right, similarity in pairs(story, threshold - _LAST):
        scores = similarity.astype(np.float64).round(_DIGITS)
        kept = scores >= threshold - _LAST / 2
        kept[kept] = list(_agreeing(story, left[kept].tolist(), right[kept].tolist()))
        found.append((left[kept], right[kept], scores[kept]))
    left, right, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return left, right, scores


def _agreeing(story: Story, left: Sequence[int], right: Sequence[int]) -> Iterator[bool]:
    """Tell of pairs of sentences whether they may be together."""
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        if not place % _CHECKED:
            story.check()
        yield not story.facts[one].disagree(story.facts[other])


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
