"""Other ways to say how alike two sentences are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from datasketch import MinHash
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.neural import published_encoder
from bench.quality import provenance
from service.language.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Indices = NDArray[np.int64]
    Floats = NDArray[np.float64]

_LONGEST_SHINGLE = 3
_PERMUTATIONS = 128


class Similarity(Protocol):
    """Says how alike sentences are, pair by pair."""

    def __call__(self, left: Indices, right: Indices) -> Floats:
        """Return one figure a pair; high is alike. Shape: that of ``left`` and of ``right``."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to say how alike two sentences are.

    Attributes:
        name: Its name in tables.
        fit: Prepares the sentences of one story, or of one corpus of pairs.
        packages: The distributions that it comes from.
    """

    name: str
    fit: Callable[[Sequence[str]], Similarity]
    packages: tuple[str, ...] = ()


def _cosine(texts: Sequence[str]) -> Similarity:
    """Cosine of the embeddings of the encoder that the service's own was trained from."""
    vectors = published_encoder().encode(texts).astype(np.float64)
    return lambda left, right: np.asarray(np.einsum("nd,nd->n", vectors[left], vectors[right]))


def _tfidf(texts: Sequence[str]) -> Similarity:
    rows = TfidfVectorizer().fit_transform(texts)
    return lambda left, right: np.asarray(rows[left].multiply(rows[right]).sum(axis=1)).ravel()


def _minhash(texts: Sequence[str]) -> Similarity:
    """Estimate the Jaccard similarity of runs of one to three words (Broder, 1997)."""
    signatures = np.stack([_sketch(text) for text in texts])
    return lambda left, right: np.asarray((signatures[left] == signatures[right]).mean(axis=1))


def _sketch(text: str) -> NDArray[np.uint64]:
    sketch = MinHash(num_perm=_PERMUTATIONS)
    sketch.update_batch([shingle.encode() for shingle in _shingles(words(text.lower()))])
    return np.asarray(sketch.hashvalues)


def _shingles(found: Sequence[str]) -> Iterator[str]:
    for length in range(1, _LONGEST_SHINGLE + 1):
        for start in range(len(found) - length + 1):
            yield " ".join(found[start : start + length])


COSINE = Peer(provenance.COSINE, _cosine)
PEERS = (
    COSINE,
    Peer("tf-idf cosine", _tfidf, ("scikit-learn",)),
    Peer("minhash", _minhash, ("datasketch",)),
)
