"""Times of tasks that take turns, so that a slow minute of the machine is shared by all."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Task = Callable[[], object]


def seconds_of(task: Task) -> float:
    """Return how long a task takes."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def interleaved(
    tasks: Mapping[str, Task], repetitions: Mapping[str, int], measure: Callable[[Task], float] = seconds_of
) -> dict[str, tuple[float, ...]]:
    """Measure tasks in rounds: A B C, A B C, and so on.

    Args:
        tasks: By name; each was warmed up before.
        repetitions: How often each is measured; one that has had its turns is left out of later rounds.
        measure: What is measured of a task.

    Returns:
        The figures of each task, one a round.
    """
    found: defaultdict[str, list[float]] = defaultdict(list)
    for done in range(max(repetitions.values(), default=0)):
        for name, task in tasks.items():
            if done < repetitions[name]:
                found[name].append(measure(task))
    return {name: tuple(values) for name, values in found.items()}
