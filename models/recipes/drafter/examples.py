"""What the drafter learns from: sentences that state one claim, and the one sentence to write of them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.recipes.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.recipes.claims import Claim, Cluster
    from models.recipes.data import Corpora

_SHOWN = 4
_SPECIFIC = re.compile(r"\d[\d,.]*\d|\d|\b[A-Z][\w’'-]+")
_WORD = re.compile(r"[a-z][a-z’'-]{5,}")
_FROM_SPLIT = 500
# Of the long words of a target, how many must stand in its sources, by their first letters.
_COVERED, _STEM = 0.9, 5


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        sources: Sentences that state a claim.
        target: The sentence to write of them.
        origin: Where it is from.
    """

    sources: tuple[str, ...]
    target: str
    origin: str


def of_claims(clusters: Iterable[Cluster], seed: int) -> list[Example]:
    """Return an example for every annotated claim, its sources in a random order."""
    choice = random.Random(seed)  # noqa: S311  no secret
    return [_of_claim(claim, choice) for cluster in clusters for claim in cluster.claims]


def _of_claim(claim: Claim, choice: random.Random) -> Example:
    sources = list(dict.fromkeys((*claim.members[:_SHOWN], *claim.context)))
    choice.shuffle(sources)
    return Example(tuple(sources), claim.right[0], "claims")


def of_others(corpora: Corpora) -> Iterator[Example]:
    """Yield examples of other corpora, of which only those are taken that add nothing to their sources."""
    for row in corpora.read("fusion_poc/train.jsonl"):
        example = Example(tuple(map(plain, row["sentences"])), plain(row["fused"]), "poc")
        if faithful(example):
            yield example
    found = 0
    for row in corpora.read("fusion_wikisplit/validation.jsonl"):
        example = Example(tuple(map(plain, row["parts"])), plain(row["fused"]), "wikisplit")
        if found < _FROM_SPLIT and faithful(example):
            found += 1
            yield example


def faithful(example: Example) -> bool:
    """Tell whether every number and name of a target, and nearly every long word, stands in its sources."""
    sources = " ".join(example.sources)
    said = set(_SPECIFIC.findall(sources))
    _, _, after_first = example.target.partition(" ")
    if any(found not in said for found in _SPECIFIC.findall(after_first)):
        return False
    stems = {word[:_STEM] for word in _WORD.findall(sources.casefold())}
    words = _WORD.findall(example.target.casefold())
    return bool(words) and sum(word[:_STEM] in stems for word in words) >= _COVERED * len(words)
