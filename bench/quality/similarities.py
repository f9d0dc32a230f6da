"""The similarity of the service, with and without its comparison of facts, beside that of its peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.quality.peers_similarity import PEERS, Peer
from bench.quality.provenance import NEWSWEAVE
from bench.quality.stories import story_of, unsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.quality.peers_similarity import Floats, Indices, Similarity
    from service.similarity import Story

TASK = "redundancy"
# Pairs whose similarity is asked for at once.
_BLOCK = 64
# More than the whole range of the similarity, which is from -0.5 to 1.
_NEVER = 2.0


def _alone(texts: Sequence[str]) -> Similarity:
    story = story_of(unsplit(texts))
    return lambda left, right: _similarity(story, left, right)


def _with_facts(texts: Sequence[str]) -> Similarity:
    """Put pairs that disagree on a number, a date or the like below all others, as they are never joined."""
    story = story_of(unsplit(texts))
    return lambda left, right: _similarity(story, left, right) - _NEVER * _disagree(story, left, right)


def _similarity(story: Story, left: Indices, right: Indices) -> Floats:
    return np.concatenate([np.empty(0), *_blocks(story, left, right)])


def _blocks(story: Story, left: Indices, right: Indices) -> Iterator[Floats]:
    for start in range(0, len(left), _BLOCK):
        one, other = left[start : start + _BLOCK], right[start : start + _BLOCK]
        block = story.between([*one, *other])
        yield np.diagonal(block, offset=len(one)).astype(np.float64)


def _disagree(story: Story, left: Indices, right: Indices) -> Floats:
    """Return 1 for each pair that disagrees, and 0 for the others."""
    found = [
        story.facts[one].disagree(story.facts[other]) is not None
        for one, other in zip(left, right, strict=True)
    ]
    return np.array(found, dtype=np.float64)


OURS = Peer(NEWSWEAVE, _with_facts)
ALONE = Peer(f"{NEWSWEAVE}, similarity only", _alone)
SYSTEMS = (OURS, ALONE, *PEERS)
