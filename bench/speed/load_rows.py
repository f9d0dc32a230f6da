"""What many calls come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.speed.figures import percentile
from bench.speed.load_calls import OK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.speed.load_calls import Outcome


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A server under one load.

    Attributes:
        loop: ``closed``: callers ask again when they are answered. ``open``: calls come by chance.
        callers: How many there are in a closed loop; 0 in an open one.
        overload: In an open loop, the rate of calls over the most that closed loops got; 0 in a closed one.
        seconds: From the first call that was due to the end of the last one.
        offered: Calls that were made.
        answered: Calls that brought a summary.
        statuses: How many calls ended with each other status, by the name of its code.
        late: Answered calls that took longer than the deadline, counted from when they were due.
        throughput: Answered calls a second.
        goodput: Answered calls a second that were not late.
        p50: Median seconds of answered calls, counted from when they were due; None without answers.
        p95: The same, which 95 % do not exceed.
        p99: The same, which 99 % do not exceed; of fewer than a hundred calls it is close to the slowest.
        first_p50: Median seconds to the first sentence, of answered calls.
        first_p95: The same, which 95 % do not exceed.
    """

    loop: str
    callers: int
    overload: float
    seconds: float
    offered: int
    answered: int
    statuses: Mapping[str, int]
    late: int
    throughput: float
    goodput: float
    p50: float | None
    p95: float | None
    p99: float | None
    first_p50: float | None
    first_p95: float | None


def row(
    outcomes: Sequence[Outcome], deadline: float, *, loop: str, callers: int = 0, overload: float = 0.0
) -> LoadRow:
    """Sum up at least one call."""
    seconds = max(outcome.ended for outcome in outcomes) - min(outcome.due for outcome in outcomes)
    answered = [outcome for outcome in outcomes if outcome.status == OK]
    times = [outcome.seconds for outcome in answered]
    firsts = [outcome.first - outcome.due for outcome in answered if outcome.first is not None]
    late = sum(taken > deadline for taken in times)
    return LoadRow(
        loop=loop,
        callers=callers,
        overload=overload,
        seconds=seconds,
        offered=len(outcomes),
        answered=len(answered),
        statuses=dict(Counter(outcome.status for outcome in outcomes if outcome.status != OK)),
        late=late,
        throughput=len(answered) / seconds,
        goodput=(len(answered) - late) / seconds,
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
        first_p50=percentile(firsts, 50),
        first_p95=percentile(firsts, 95),
    )
