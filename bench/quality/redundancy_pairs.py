"""Redundancy, pair by pair: do paraphrases get a higher similarity than sentences that only look alike?

All sentences of a corpus are taken for one story, although they are from many: they share no topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.corpora import pairs
from bench.measures import bootstrap
from bench.measures.classification import average_precision, spearman
from bench.quality.provenance import signed
from bench.quality.similarities import SYSTEMS, TASK
from bench.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.corpora.pairs import Pair
    from bench.measures.bootstrap import Indices
    from bench.quality.peers_similarity import Floats, Peer

    Measure = Callable[[Indices], float]


def mrpc(limit: int | None) -> Iterator[Row]:
    """Yield the average precision of each system for paraphrases in the news."""
    found, digest = pairs.mrpc()
    for system in SYSTEMS:
        yield _row("mrpc", system, found[:limit], digest, _finding)


def sts(limit: int | None) -> Iterator[Row]:
    """Yield how well each system ranks graded pairs of the news."""
    found, digest = pairs.sts()
    for system in SYSTEMS:
        yield _row("sts-news", system, found[:limit], digest, _ranking)


def _finding(chosen: Sequence[Pair], scores: Floats) -> dict[str, Measure]:
    truth = np.array([pair.alike > 0 for pair in chosen])
    return {"average precision": lambda drawn: average_precision(truth[drawn], scores[drawn])}


def _ranking(chosen: Sequence[Pair], scores: Floats) -> dict[str, Measure]:
    """Return the correlation in all pairs, and the mean of those in each set, as SemEval reports it.

    A set of which a small sample holds too little for a correlation is left out.
    """
    grades = np.array([pair.alike for pair in chosen])
    parts = np.array([pair.part for pair in chosen])

    def by_part(drawn: Indices) -> float:
        inside = [drawn[parts[drawn] == name] for name in np.unique(parts[drawn])]
        found = np.array([spearman(grades[part], scores[part]) for part in inside])
        return float(found[~np.isnan(found)].mean()) if not np.isnan(found).all() else float("nan")

    return {
        "Spearman, mean of sets": by_part,
        "Spearman, all": lambda drawn: spearman(grades[drawn], scores[drawn]),
    }


def _row(
    corpus: str,
    system: Peer,
    chosen: Sequence[Pair],
    digest: str,
    measures: Callable[[Sequence[Pair], Floats], dict[str, Measure]],
) -> Row:
    found = measures(chosen, _scores(system, chosen))
    figures = {name: bootstrap.statistic(measure, len(chosen)) for name, measure in found.items()}
    signature = signed(corpus, len(chosen), digest, system.name, *system.packages)
    return Row(TASK, corpus, system.name, len(chosen), figures, signature)


def _scores(system: Peer, chosen: Sequence[Pair]) -> Floats:
    similarity = system.fit([text for pair in chosen for text in (pair.one, pair.other)])
    first = np.arange(0, 2 * len(chosen), 2)
    return similarity(first, first + 1)
