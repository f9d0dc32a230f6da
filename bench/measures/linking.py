"""Clusters of passages against annotated ones, scored by pairs.

A passage of a cluster stands for every annotated unit of which it covers at least half, or which covers at
least half of it, so that splitters that disagree on a border are not punished.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.measures.classification import agreement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.corpora.claims import Gold, Pair, Passage


@dataclass(frozen=True, slots=True)
class Linking:
    """How clusters agree with annotated ones; each from 0 to 1.

    Attributes:
        precision: Share of the linked pairs that state the same; 1 if none was linked. Pairs that state the
            same only in part do not count.
        recall: Share of the pairs that state the same that were linked; 1 if there are none.
        f1: Their harmonic mean, or 0 if no pair was linked rightly.
        lookalikes: Share of the pairs in similar words, which do not state the same, that were linked.
    """

    precision: float
    recall: float
    f1: float
    lookalikes: float


def score(gold: Gold, clusters: Iterable[Sequence[Passage]]) -> Linking:
    """Compare clusters with annotated ones; a passage may be in several clusters."""
    linked = links(gold.units, clusters)
    right = len(linked & gold.same)
    wrong = len(linked - gold.same - gold.partly)
    found = agreement(right, wrong, len(gold.same) - right)
    return Linking(
        precision=found.precision if right + wrong else 1.0,
        recall=found.recall if gold.same else 1.0,
        f1=found.f1,
        lookalikes=sum(pair in linked for pair in gold.lookalikes) / max(1, len(gold.lookalikes)),
    )


def links(units: Sequence[Passage], clusters: Iterable[Sequence[Passage]]) -> set[Pair]:
    """Return the pairs of units that stand together in a cluster."""
    groups = [tuple(members) for members in clusters]
    known = {member: _units_of(member, units) for member in {member for group in groups for member in group}}
    return {
        frozenset(pair)
        for members in groups
        for pair in itertools.combinations(sorted(set().union(*(known[member] for member in members))), 2)
    }


def overlap(one: Passage, other: Passage) -> int:
    """Return how many code points two passages share."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) if one.article == other.article else 0


def _units_of(member: Passage, units: Sequence[Passage]) -> set[Passage]:
    return {unit for unit in units if _stands_for(member, unit)}


def _stands_for(member: Passage, unit: Passage) -> bool:
    shorter = min(member.end - member.start, unit.end - unit.start)
    shared = overlap(member, unit)
    return shared > 0 and 2 * shared >= shorter
