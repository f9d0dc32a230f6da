"""Which texts of a large story are near each other: by meaning or by words, without looking at all pairs.

By meaning: a graph of small worlds (Malkov and Yashunin, 2018), built by one thread in the order given, so
that the same texts have the same neighbours. By words: those that share the most weight of words which are
not in hundreds of texts; what shares only common words is near by meaning or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array
    from usearch.index import BatchMatches, Matches

    from service.domain import Vectors
    from service.ports import Check

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]

# Sentences up to which every pair is looked at, which is faster then and leaves nothing out.
_EXACT = 6_000
# Neighbours of each text by meaning, and as many by words.
_COUNT = 64
# Links of each text in the graph, and how many texts are followed to set and to use them.
_LINKS, _EXPANSION = 16, 64
_BLOCK = 512
# A word in more texts than this brings nobody together by itself; bounds the work on each text.
_COMMON = 256
# Texts that share less than this part of the shorter one's words are near by meaning or not at all.
_LEAST_SHARED = 0.2


def is_large(sentences: int) -> bool:
    """Tell whether there are too many sentences to look at every pair."""
    return sentences > _EXACT


def near(vectors: Vectors, words: csr_array, check: Check) -> tuple[Integers, Integers]:
    """Return the pairs of texts that are near each other by meaning or by words.

    Args:
        vectors: Embeddings, unit rows. Shape: ``(texts, dimensions)``.
        words: Weights of content words. Shape: ``(texts, vocabulary)``.
        check: Raises when nobody waits for the work any more; called before every block of texts.

    Returns:
        The lower and the higher index of each pair; every pair once, in ascending order.
    """
    count = len(vectors)
    codes = np.sort(np.concatenate([_by_meaning(vectors, check), *_by_words(words, check)]))
    found = codes[np.diff(codes, prepend=-1) > 0]
    return found // count, found % count


def nearest(vectors: Vectors, wanted: int, check: Check) -> Integers:
    """Return the nearest by meaning of each text; where fewer are found, the text itself fills the row.

    Args:
        vectors: Embeddings, unit rows. Shape: ``(texts, dimensions)``.
        wanted: How many neighbours of each.
        check: As for :func:`near`.

    Returns:
        Indices of texts; a text is perhaps among its own. Shape: ``(texts, wanted)``,
        or ``(texts, texts)`` if there are fewer.
    """
    # Only when it is needed: a process that loads it before Ray cannot begin Ray any more (record 27).
    from usearch.index import Index  # noqa: PLC0415

    index = Index(
        ndim=vectors.shape[1],
        metric="ip",
        dtype="bf16",
        connectivity=_LINKS,
        expansion_add=_EXPANSION,
        expansion_search=_EXPANSION,
    )
    keys = np.arange(len(vectors), dtype=np.int64)
    for rows in _blocks(len(vectors), check):
        index.add(keys[rows], vectors[rows], threads=1)
    found = np.tile(keys[:, None], (1, min(wanted, len(keys))))
    for rows in _blocks(len(vectors), check):
        matches = _each(index.search(vectors[rows], found.shape[1], threads=1))
        for row, match in zip(found[rows], matches, strict=True):
            row[: len(match)] = match.keys
    return found


def _each(matches: Matches | BatchMatches) -> list[Matches]:
    """Return the neighbours of each text; those of one alone come by themselves."""
    from usearch.index import Matches  # noqa: PLC0415  as above

    if isinstance(matches, Matches):
        return [matches]
    return [matches[row] for row in range(len(matches))]


def _by_meaning(vectors: Vectors, check: Check) -> Integers:
    found = nearest(vectors, _COUNT, check)
    return _codes(np.repeat(np.arange(len(found)), found.shape[1]), found.ravel(), len(found))


def _by_words(words: csr_array, check: Check) -> Iterator[Integers]:
    """Yield the pairs of each text with those that share the most of its words, a block at a time."""
    mass = np.asarray(words.sum(axis=1), dtype=np.float32).ravel()
    rare = words[:, np.bincount(words.indices, minlength=words.shape[1]) <= _COMMON]
    holds = (rare > 0).astype(np.float32).T.tocsr()
    for rows in _blocks(words.shape[0], check):
        shared = (rare[rows] @ holds).tocoo()
        left, right = shared.row.astype(np.int64) + rows.start, shared.col.astype(np.int64)
        overlap = shared.data / np.minimum(mass[left], mass[right])
        kept = (overlap >= _LEAST_SHARED) & (left != right)
        yield _codes(*_first(left[kept], right[kept], overlap[kept], _COUNT), words.shape[0])


def _first(left: Integers, right: Integers, overlap: Floats, wanted: int) -> tuple[Integers, Integers]:
    """Return the pairs of each left text with those that overlap it most."""
    order = np.lexsort((right, -overlap, left))
    left, right = left[order], right[order]
    place = np.arange(len(left)) - np.searchsorted(left, left)
    return left[place < wanted], right[place < wanted]


def _codes(left: Integers, right: Integers, count: int) -> Integers:
    """Return one number for each pair of two texts, whichever is named first."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    return (low * count + high)[low < high]


def _blocks(count: int, check: Check) -> Iterator[slice]:
    for start in range(0, count, _BLOCK):
        check()
        yield slice(start, min(start + _BLOCK, count))
