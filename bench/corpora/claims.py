"""Which passages of overlapping articles state the same claim, as annotated by reading."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.corpora.shared import read, shuffled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_COUNTED = frozenset({"content", "derived"})


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A half-open range of code points of an article."""

    article: str
    start: int
    end: int


Pair = frozenset[Passage]


@dataclass(frozen=True, slots=True)
class Gold:
    """Passages of one story, and which of them state the same.

    Attributes:
        units: The passages that count.
        same: Pairs that state the same claim.
        partly: Pairs of which one states the claim of the other among others: neither right nor wrong.
        lookalikes: Pairs in similar words that do not state the same.
    """

    units: tuple[Passage, ...]
    same: frozenset[Pair]
    partly: frozenset[Pair]
    lookalikes: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The beginnings of a few articles about one event. Of other pairs than these nothing is known.

    Attributes:
        id: Unique in its corpus.
        texts: The excerpts, by name.
        same: Pairs of passages that state the same claim.
        lookalikes: Pairs in similar words that do not.
    """

    id: str
    texts: Mapping[str, str]
    same: frozenset[Pair]
    lookalikes: frozenset[Pair]


def annotated(folder: Path) -> tuple[Gold, str]:
    """Read ``claims.json`` of a folder of articles, and the digest of the folder."""
    raw = json.loads((folder / "claims.json").read_bytes())
    pairs = [pair for group in raw["clusters"] for pair in itertools.combinations(group["members"], 2)]
    same = frozenset(_pair(pair) for pair in pairs if not _is_partial(pair))
    units = tuple(_passage(unit) for unit in raw["units"] if unit["kind"] in _COUNTED)
    hard = (_pair((item["a"], item["b"])) for item in raw["hard_negatives"])
    gold = Gold(
        units=units,
        same=same,
        partly=frozenset(map(_pair, pairs)) - same,
        lookalikes=tuple(pair for pair in hard if _is_pair(pair) and pair <= set(units)),
    )
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return gold, hashlib.sha256(content).hexdigest()


def excerpts() -> tuple[tuple[Excerpts, ...], str]:
    """Read the annotated clusters of news excerpts that were kept for development, and the digest."""
    (rows,), digest = read("newsweave_claims/dev.jsonl")
    return shuffled(map(_excerpts, rows)), digest


def _excerpts(row: Mapping[str, Any]) -> Excerpts:
    texts = {str(number): item["text"] for number, item in enumerate(row["documents"])}
    same = frozenset(
        _pairs(pair for claim in row["claims"] for pair in itertools.combinations(claim["members"], 2))
    )
    return Excerpts(row["id"], texts, same, frozenset(_pairs(row["hard_negatives"])) - same)


def _pairs(items: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[Pair]:
    return filter(_is_pair, map(_pair, items))


def _pair(members: Sequence[Mapping[str, Any]]) -> Pair:
    return frozenset(map(_passage, members))


def _is_pair(pair: Pair) -> bool:
    """Tell whether a pair is of two passages and not of one with itself."""
    return len(pair) > 1


def _is_partial(members: Sequence[Mapping[str, Any]]) -> bool:
    return any(member.get("part") for member in members)


def _passage(item: Mapping[str, Any]) -> Passage:
    article = item["article"] if "article" in item else item["doc"]
    return Passage(str(article), item["start"], item["end"])
