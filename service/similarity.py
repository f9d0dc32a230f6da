"""How close two sentences of one story are: by meaning, beyond the topic that all share, and by words.

All sentences of a story are about the same people and things, so plain cosine calls nearly everything
similar. Two corrections: of the story's mean embedding a share is taken out of every one, the greater the
more sentences there are, and to the cosine is added the overlap of content words, each weighted by how
rare it is in the story.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from service.language.facts import facts
from service.language.names import known_names
from service.language.words import content_stems
from service.neighbours import is_large, near

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from service.domain import Encoded, Sentence, Vectors
    from service.language.facts import Facts
    from service.ports import Check

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

# Of the story's mean, with a story of any number of sentences; chosen with the weights and thresholds on
# annotated news excerpts that the encoder had not learned from, see docs/decisions/0001-similarity.md.
_TOPIC_SHARE = 0.7
# Sentences of which half of that is taken out: the mean of a few holds much of each of them.
_FEW = 60
# How much the cosine counts in similarity; the rest is overlap.
_MEANING = 0.8
_BLOCK = 512
# The same for pairs.
_PAIRS = 65_536
# Pairs that are looked at closely in one group of sentences, and at least how many of each sentence.
_CLOSE, _PARTNERS = 10_000, 4
# Centred cosine below which nothing supports anything, whatever words are shared.
_APART = 0.45
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Pairs of sentences that are near each other. Shape of all: ``(pairs,)``.

    Attributes:
        left: The lower sentence of each pair.
        right: The higher one.
        cosine: The cosine of their vectors.
        shared: The weight of the words that both have.
    """

    left: Integers
    right: Integers
    cosine: Floats
    shared: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """Sentences of one story, ready to be compared.

    Attributes:
        encoded: The sentences.
        check: Raises when nobody waits for the work any more; called before every block of rows.
        facts: What each states, comparable to the letter.
        names: Words in lower case that are seen to be names somewhere in the story.
        vectors: Embeddings with the topic taken out, unit rows. Shape: ``(sentences, dimensions)``.
        words: Weights of content words, one row a sentence. Shape: ``(sentences, vocabulary)``.
        holds: 1 where a sentence has a word. Shape: ``(vocabulary, sentences)``.
        mass: Sum of each row of ``words``. Shape: ``(sentences,)``.
        centre: What was taken out. Shape: ``(dimensions,)``.
        first: The first sentence with the same text. Shape: ``(sentences,)``.
        near: In a large story, the first sentences that are near each other, by meaning or by words; None in
            a small one, where every pair is looked at.
        columns: Column of each stem.
        rarity: Weight of each stem. Shape: ``(vocabulary,)``.
    """

    encoded: Encoded
    check: Check
    facts: tuple[Facts, ...]
    names: frozenset[str]
    vectors: Vectors
    words: csr_array
    holds: csr_array
    mass: Floats
    centre: Vectors
    first: Integers
    near: Near | None
    columns: Mapping[str, int]
    rarity: Floats

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, in the order of the articles."""
        return self.encoded.sentences

    def rows(self, start: int, stop: int) -> Floats:
        """Return how similar some are to all, from -0.8 to 1. Shape: ``(stop - start, sentences)``."""
        own = slice(start, stop)
        return self._similarity(self.vectors[own] @ self.vectors.T, self._shared(own), own, slice(None))

    def blocks(self) -> Iterator[tuple[int, Floats]]:
        """Yield the first row and the rows of the whole matrix, a block at a time, to bound memory."""
        for start in self._starts():
            yield start, self.rows(start, start + _BLOCK)

    def support_blocks(self) -> Iterator[tuple[int, Floats]]:
        """Yield, as :meth:`blocks` does, how much each sentence of a row is supported by all others."""
        for start in self._starts():
            own = slice(start, start + _BLOCK)
            covered = self._shared(own) / np.maximum(self.mass[own, None], _TINY)
            support = (self.vectors[own] @ self.vectors.T + covered) / 2
            yield start, np.asarray(support, dtype=np.float32)

    def between(self, indices: Sequence[int]) -> Floats:
        """Return the similarities among some sentences. Shape: ``(len(indices), len(indices))``."""
        chosen = np.asarray(indices, dtype=np.int64)
        vectors, words = self.vectors[chosen], self.words[chosen]
        # Columns of ``holds`` would be looked for among all words of the story.
        shared = _dense(words @ _held(words))
        return self._similarity(vectors @ vectors.T, shared, chosen, chosen)

    def close(self, indices: Sequence[int], least: float) -> Iterator[tuple[int, int, float]]:
        """Yield the places in ``indices`` of any two similar sentences, once, and how similar they are.

        Of a flood of copies, each is only paired with those behind it that are the most like it.
        """
        chosen = np.asarray(indices, dtype=np.int64)
        vectors, holds = self.vectors[chosen], _held(self.words[chosen])
        most = partners(len(chosen))
        for start in range(0, len(chosen), _BLOCK):
            self.check()
            own = chosen[start : start + _BLOCK]
            shared = _dense(self.words[own] @ holds)
            block = self._similarity(self.vectors[own] @ vectors.T, shared, own, chosen)
            for row, similarities in enumerate(block.round(5), start=start):
                behind = np.flatnonzero(similarities[row + 1 :] >= least) + row + 1
                for column in behind[np.argsort(-similarities[behind], kind="stable")][:most].tolist():
                    yield row, column, float(similarities[column])

    def support(self, text: str, vector: Vectors) -> Floats:
        """Return how much each sentence supports a new one, from 0 to 1. Shape: ``(sentences,)``.

        Unlike similarity this has a direction: what counts is how much of the new sentence the other holds.
        Words foreign to the story count as the rarest.
        """
        stems = content_stems(text)
        row = np.zeros(len(self.rarity), dtype=np.float32)
        row[[self.columns[stem] for stem in stems if stem in self.columns]] = 1.0
        rarity = np.square(self.rarity)
        mass = row @ rarity + (len(stems) - row.sum()) * rarity.max(initial=1.0)
        covered = self.words.power(2) @ row / max(mass, _TINY)
        cosine = self.vectors @ _unit((vector - self.centre)[None, :])[0]
        support = np.where(cosine >= _APART, (cosine + covered) / 2, 0.0)
        return np.asarray(np.clip(support, 0.0, 1.0), dtype=np.float32)

    def centred(self, vectors: Vectors) -> Vectors:
        """Return embeddings of other texts with the topic taken out, unit rows. Shape: as it was."""
        return _unit(vectors - self.centre)

    def covered(self, stems: Collection[str], by: Collection[str]) -> float:
        """Return how much of the weight of some words others hold, from 0 to 1.

        Words foreign to the story count as the rarest, as in :meth:`support`.
        """
        held = math.fsum(self._weight(stem) for stem in stems if stem in by)
        return held / max(math.fsum(map(self._weight, stems)), _TINY)

    def _weight(self, stem: str) -> float:
        rarity = self.rarity[self.columns[stem]] if stem in self.columns else self.rarity.max(initial=1.0)
        return float(rarity) ** 2

    def _starts(self) -> Iterator[int]:
        for start in range(0, len(self.vectors), _BLOCK):
            self.check()
            yield start

    def _shared(self, rows: slice) -> Floats:
        """Return the weight of the words that sentences share with all. Shape: ``(rows, sentences)``."""
        return _dense(self.words[rows] @ self.holds)

    def _similarity(
        self,
        cosine: Floats,
        shared: Floats,
        left: slice | NDArray[np.int64],
        right: slice | NDArray[np.int64],
    ) -> Floats:
        smaller: Floats = np.minimum.outer(self.mass[left], self.mass[right])
        return mixed(cosine, shared, smaller)


def mixed(cosine: Floats, shared: Floats, smaller: Floats) -> Floats:
    """Return how similar sentences are, from -0.8 to 1.

    Args:
        cosine: Of their vectors.
        shared: The weight of the words that both have.
        smaller: The weight of all words of the one that has less.

    Returns:
        The shape of all three.
    """
    overlap = shared / np.maximum(smaller, _TINY)
    return np.asarray(_MEANING * cosine + (1 - _MEANING) * overlap, dtype=np.float32)


def partners(count: int) -> int:
    """Return with how many others each of so many sentences is looked at closely, at most."""
    return max(_PARTNERS, _CLOSE // max(count, 1))


def story(encoded: Encoded, check: Check) -> Story:
    """Prepare sentences for comparison; there must be at least one."""
    texts = [sentence.text for sentence in encoded.sentences]
    names = known_names(texts)
    bags = [content_stems(text) for text in texts]
    frequency = Counter(stem for bag in bags for stem in bag)
    columns = {stem: column for column, stem in enumerate(sorted(frequency))}
    # Inverse sentence frequency, smoothed so that it stays positive (Robertson and Sparck Jones, 1976).
    weights = [math.log((len(texts) + 1) / (frequency[stem] + 0.5)) for stem in columns]
    rarity = np.array(weights, dtype=np.float32)
    indices = [sorted(columns[stem] for stem in bag) for bag in bags]
    starts = np.cumsum([0, *map(len, indices)])
    flat = np.array([column for row in indices for column in row], dtype=np.int64)
    words = csr_array((rarity[flat], flat, starts), shape=(len(texts), len(columns)))
    centre = _topic(encoded.vectors)
    vectors = _unit(encoded.vectors - centre)
    first = _first(texts)
    return Story(
        encoded=encoded,
        check=check,
        facts=tuple(facts(text, names) for text in texts),
        names=names,
        vectors=vectors,
        words=words,
        holds=_held(words),
        mass=np.asarray(words.sum(axis=1), dtype=np.float32).ravel(),
        centre=centre,
        first=first,
        near=_near(texts, first, vectors, words, check) if is_large(len(texts)) else None,
        columns=columns,
        rarity=rarity,
    )


def _topic(vectors: Vectors) -> Vectors:
    """Return what is taken out of every vector: the mean, shrunk, the more so the fewer it is of."""
    count = len(vectors)
    return np.asarray(_TOPIC_SHARE * count / (count + _FEW) * vectors.mean(axis=0), dtype=np.float32)


def _first(texts: Sequence[str]) -> Integers:
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, index) for index, text in enumerate(texts)], dtype=np.int64)


def _near(texts: Sequence[str], first: Integers, vectors: Vectors, words: csr_array, check: Check) -> Near:
    """Look for neighbours among distinct texts, in an order that does not depend on that of the articles."""
    distinct = map(int, np.flatnonzero(first == np.arange(len(first))))
    order = np.array(sorted(distinct, key=lambda index: texts[index]), dtype=np.int64)
    one, other = near(vectors[order], words[order], check)
    left, right = np.minimum(order[one], order[other]), np.maximum(order[one], order[other])
    cosine, shared = (np.empty(len(left), dtype=np.float32) for _ in range(2))
    holds = (words > 0).astype(np.float32)
    for start in range(0, len(left), _PAIRS):
        check()
        part = slice(start, start + _PAIRS)
        cosine[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]])
        shared[part] = words[left[part]].multiply(holds[right[part]]).sum(axis=1)
    return Near(left, right, cosine, shared)


def _held(words: csr_array) -> csr_array:
    """Return 1 where a sentence has a word. Shape: ``(vocabulary, sentences)``."""
    return (words > 0).astype(np.float32).T.tocsr()


def _unit(rows: Vectors) -> Vectors:
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
    return np.asarray(rows / norms, dtype=np.float32)


def _dense(product: csr_array) -> Floats:
    return np.asarray(product.todense(), dtype=np.float32)
