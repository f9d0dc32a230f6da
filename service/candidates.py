"""Which pairs of sentences are worth a decision, and how close each sentence is to every article.

In a small story these are all pairs, by blocks of the whole matrix. In a large one they are those that are
near each other, by meaning or by words, so that the work grows with the number of sentences and not with its
square.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from service.similarity import mixed, partners

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from service.similarity import Near, Story

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]
    Pairs = tuple[Integers, Integers, Floats]

_BLOCK = 512
_TINY = 1e-12


def pairs(story: Story, least: float) -> Iterator[Pairs]:
    """Yield the pairs that may state the same, in parts.

    Of sentences with the same text only the first is in any pair. In a large story, two that are neither
    among the nearest of each other by meaning nor by words are left out, however similar they are.

    Args:
        story: The sentences and their similarities.
        least: The least similarity of a pair.

    Yields:
        The lower sentence of each pair, the higher, and their similarity; every pair once.
    """
    if story.near is not None:
        yield _near_pairs(story.near, story.mass, least)
        return
    numbers = np.arange(len(story.first))
    distinct = story.first == numbers
    for start, block in story.blocks():
        rows, columns = np.nonzero(block >= least)
        kept = (rows + start < columns) & distinct[rows + start] & distinct[columns]
        rows, columns = rows[kept], columns[kept]
        yield rows + start, columns, block[rows, columns]


def closest(story: Story, articles: Integers) -> Iterator[tuple[int, Floats]]:
    """Yield how much each sentence is supported by the closest sentence of each article, a block at a time.

    In a large story it is 0 from an article that has no sentence near to it.

    Args:
        story: The sentences and their similarities.
        articles: The first sentence of each article, ascending. Shape: ``(articles,)``.

    Yields:
        The first sentence of a block, and the support. Shape: ``(block, articles)``.
    """
    if story.near is not None:
        yield from _near_closest(story, story.near, articles)
        return
    for start, block in story.support_blocks():
        yield start, np.maximum.reduceat(block, articles, axis=1)


def close(story: Story, indices: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield the places in ``indices`` of any two similar sentences, once, and how similar they are.

    Many sentences of a large story are only looked at among those that are near; an index that stands at
    several places is then not paired with itself.

    Args:
        story: The sentences and their similarities.
        indices: Sentences, each the first with its text; one may stand at several places.
        least: The least similarity of a pair.
    """
    if story.near is None or len(indices) <= _BLOCK:
        yield from story.close(indices, least)
        return
    places: dict[int, list[int]] = defaultdict(list)
    for place, index in enumerate(indices):
        places[index].append(place)
    for part in pairs(story, least):
        for left, right, similarity in zip(*_best(part, list(places), story), strict=True):
            for one, other in itertools.product(places[int(left)], places[int(right)]):
                yield min(one, other), max(one, other), float(similarity)


def _best(part: Pairs, chosen: Sequence[int], story: Story) -> Pairs:
    """Return the pairs within some sentences, of each lower one those that are the most similar."""
    member = np.zeros(len(story.first), dtype=np.bool_)
    member[chosen] = True
    left, right, similarity = part[0], part[1], part[2].round(5)
    inside = np.flatnonzero(member[left] & member[right])
    order = inside[np.lexsort((right[inside], -similarity[inside], left[inside]))]
    left, right, similarity = left[order], right[order], similarity[order]
    starts = np.searchsorted(left, left)
    kept = np.arange(len(left)) - starts < partners(len(chosen))
    return left[kept], right[kept], similarity[kept]


def _near_pairs(near: Near, mass: Floats, least: float) -> Pairs:
    similarity = mixed(near.cosine, near.shared, np.minimum(mass[near.left], mass[near.right]))
    kept = similarity >= least
    return near.left[kept], near.right[kept], similarity[kept]


def _near_closest(story: Story, near: Near, articles: Integers) -> Iterator[tuple[int, Floats]]:
    support, tellers = _support(story, near), _tellers(story, articles)
    for start in range(0, len(story.first), _BLOCK):
        story.check()
        own = support[story.first[start : start + _BLOCK]].tocoo()
        told = np.zeros((own.shape[0], len(articles)), dtype=np.float32)
        # One entry for each article that tells what is near.
        counts = np.diff(tellers.indptr)[own.col]
        before = np.repeat(tellers.indptr[own.col] - np.cumsum(counts) + counts, counts)
        by = tellers.indices[np.arange(counts.sum()) + before]
        places = np.repeat(own.row.astype(np.int64), counts) * len(articles) + by
        np.maximum.at(told.reshape(-1), places, np.repeat(own.data, counts))
        yield start, told


def _support(story: Story, near: Near) -> csr_array:
    """Return how much each text is supported by those near to it, and by itself.

    Shape: ``(sentences, sentences)``.
    """
    own = np.flatnonzero(story.first == np.arange(len(story.first)))
    mass = np.maximum(story.mass, _TINY)
    covered = (near.shared / mass[near.left], near.shared / mass[near.right])
    values = np.concatenate(
        [*((near.cosine + part) / 2 for part in covered), (1 + (story.mass[own] > 0)) / 2]
    )
    ends = (np.concatenate([near.left, near.right, own]), np.concatenate([near.right, near.left, own]))
    size = len(story.first)
    return coo_array((values.astype(np.float32), ends), shape=(size, size)).tocsr()


def _tellers(story: Story, articles: Integers) -> csr_array:
    """Return which articles have each text, at the place of its first sentence.

    Shape: ``(sentences, articles)``.
    """
    article = np.searchsorted(articles, np.arange(len(story.first)), side="right") - 1
    told = np.ones(len(story.first), dtype=np.float32)
    shape = (len(story.first), len(articles))
    return coo_array((told, (story.first, article)), shape=shape).tocsr()
