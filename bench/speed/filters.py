"""Ways to find what is said twice, each from sentences and their embeddings to how many groups are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasketch import MinHash, MinHashLSH
from semhash import SemHash

from bench.neural import settings
from service.domain import Encoded, Sentence, Span
from service.language.words import words
from service.similarity import story
from service.stages.cluster import cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.domain import Vectors

_PERMUTATIONS = 128
_JACCARD = 0.5
_LONGEST_SHINGLE = 3


def newsweave(texts: Sequence[str], vectors: Vectors) -> int:
    """Compare and cluster as the service does, each sentence as if of an article of its own."""
    sentences = tuple(Sentence(source, Span(0, len(text)), text, 0.0) for source, text in enumerate(texts))
    return len(cluster(story(Encoded(sentences, vectors), _go_on), settings().same_claim_similarity))


def semhash(texts: Sequence[str], vectors: Vectors) -> int:
    """Deduplicate with semhash as it is by default: approximate neighbours, cosine of 0.9."""
    found = SemHash.from_records(list(texts), model=_Known(texts, vectors)).self_deduplicate()
    return len(found.selected)


def minhash(texts: Sequence[str], _vectors: Vectors) -> int:
    """Keep each sentence that has no near copy before it, by runs of one to three words (Broder, 1997)."""
    index = MinHashLSH(threshold=_JACCARD, num_perm=_PERMUTATIONS)
    kept = 0
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=_PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in _shingles(words(text.lower()))])
        if not index.query(sketch):
            index.insert(number, sketch)
            kept += 1
    return kept


FILTERS: dict[str, Callable[[Sequence[str], Vectors], int]] = {
    "newsweave": newsweave,
    "semhash": semhash,
    "minhash-lsh": minhash,
}


class _Known:
    """An encoder that looks embeddings up, so that filters differ in nothing else."""

    def __init__(self, texts: Sequence[str], vectors: Vectors) -> None:
        self._rows = {text: row for row, text in enumerate(texts)}
        self._vectors = vectors

    def encode(self, inputs: Sequence[Any] | Any, **_: Any) -> Vectors:  # noqa: ANN401 - as semhash has it
        return self._vectors[[self._rows[text] for text in inputs]]


def _shingles(found: Sequence[str]) -> Iterator[str]:
    for length in range(1, _LONGEST_SHINGLE + 1):
        for start in range(len(found) - length + 1):
            yield " ".join(found[start : start + length])


def _go_on() -> None:
    """Never end the work."""
