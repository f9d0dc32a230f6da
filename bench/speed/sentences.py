"""Distinct sentences of the news, with their embeddings, which are made once and kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bench import neural, rows
from bench.corpora.shared import read
from service.domain import Span
from service.stages.split import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

CACHE = rows.RESULTS.parent / ".cache"
_FILES = ("mds_neus_allsides/train.jsonl", "mds_summhay_news/documents.jsonl")
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """Sentences on disk, for the processes that work on them.

    Attributes:
        texts: A list of sentences as JSON.
        vectors: Their embeddings, as numpy writes them. Shape: ``(sentences, dimensions)``.
        data: Digest of where they come from.
    """

    texts: Path
    vectors: Path
    data: str


def prepare(count: int, tell: Callable[[str], None]) -> Prepared:
    """Write so many sentences and their embeddings to the cache, unless they are there.

    Raises:
        CorpusMissing: The data sets are not on this machine.
        ValueError: They hold fewer sentences.
    """
    texts, digest = distinct(count)
    encoder = neural.files(neural.settings().encoder).card.weights_sha256
    key = hashlib.sha256(f"{json.dumps(texts)}{encoder}".encode()).hexdigest()[:12]
    prepared = Prepared(CACHE / f"sentences-{key}.json", CACHE / f"sentences-{key}.npy", digest)
    if not prepared.vectors.is_file():
        CACHE.mkdir(exist_ok=True)
        prepared.texts.write_text(json.dumps(texts), "utf-8")
        np.save(prepared.vectors, np.concatenate(list(_embedded(texts, tell))))
    return prepared


def distinct(count: int) -> tuple[list[str], str]:
    """Return so many distinct sentences, in a fixed random order, and the digest of the data."""
    files, digest = read(*_FILES)
    found = {text for records in files for record in records for text in _sentences(record)}
    if len(found) < count:
        message = f"{len(found)} sentences, and {count} are asked for"
        raise ValueError(message)
    return sorted(found, key=lambda text: hashlib.sha256(text.encode()).digest())[:count], digest


def _sentences(record: dict[str, Any]) -> Iterator[str]:
    """Yield the sentences of a document, or of all documents of a cluster."""
    for document in record.get("documents", [record]):
        for line in document["text"].splitlines():
            if line.strip():
                yield from (span.of(line) for span in sentence_spans(line, Span(0, len(line))))


def _embedded(texts: Sequence[str], tell: Callable[[str], None]) -> Iterator[Any]:
    for start in range(0, len(texts), _AT_ONCE):
        tell(f"embedding sentence {start} of {len(texts)} ...")
        yield neural.encoder().encode(texts[start : start + _AT_ONCE])
