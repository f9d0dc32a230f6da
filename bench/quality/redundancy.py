"""Redundancy: are sentences that state the same told from those that only look alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.quality import redundancy_excerpts, redundancy_pairs, redundancy_seeds
from bench.quality.similarities import TASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.rows import Row

__all__ = ["TASK", "TASKS", "rows"]

TASKS: dict[str, Callable[[int | None], Iterator[Row]]] = {
    redundancy_seeds.CORPUS: redundancy_seeds.rows,
    redundancy_excerpts.CORPUS: redundancy_excerpts.rows,
    "mrpc": redundancy_pairs.mrpc,
    "sts-news": redundancy_pairs.sts,
}


def rows(limit: int | None = None) -> Iterator[Row]:
    """Yield one row a corpus and system.

    Args:
        limit: The most stories or pairs of a corpus.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    for task in TASKS.values():
        yield from task(limit)
