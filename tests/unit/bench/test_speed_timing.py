from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.speed.timing import interleaved

if TYPE_CHECKING:
    from bench.speed.timing import Task


def test_tasks_take_turns_until_they_have_had_theirs() -> None:
    calls: list[str] = []

    def measure(task: Task) -> float:
        task()
        return float(len(calls))

    tasks = {name: partial(calls.append, name) for name in "ABC"}
    found = interleaved(tasks, {"A": 3, "B": 1, "C": 2}, measure)
    assert "".join(calls) == "ABCACA"
    assert found == {"A": (1, 4, 6), "B": (2,), "C": (3, 5)}
