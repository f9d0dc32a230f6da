"""The evaluations of single stages, by corpus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.quality import altered, checking, cleaning, digests, redundancy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.rows import Row


@dataclass(frozen=True, slots=True)
class Component:
    """An evaluation of one stage on one corpus.

    Attributes:
        task: What is asked, also the name of the file of results.
        corpus: The name of the data.
        measure: Yields one row a system, on at most so many items.
    """

    task: str
    corpus: str
    measure: Callable[[int | None], Iterator[Row]]


COMPONENTS: tuple[Component, ...] = (
    *(Component(cleaning.TASK, corpus, measure) for corpus, measure in cleaning.TASKS.items()),
    *(Component(redundancy.TASK, corpus, measure) for corpus, measure in redundancy.TASKS.items()),
    *(Component(digests.TASK, corpus, measure) for corpus, measure in digests.TASKS.items()),
    *(Component(checking.TASK, corpus, measure) for corpus, measure in checking.TASKS.items()),
    Component(altered.TASK, altered.CORPUS, altered.rows),
)
