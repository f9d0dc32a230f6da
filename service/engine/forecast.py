"""When what was accepted will be done, if the lowest rank goes first and the speed stays what it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from service.engine.backlog import rank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Speeds differ from request to request, and others may use the machine: a wait is told this much longer.
_DOUBT = 1.5
# Without a wait there is nothing to lose by a try, unless it is hopeless.
_HOPE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Work that was accepted, or is to be.

    Attributes:
        deadline: Monotonic time by which it is to be done.
        rank: Its place in the order; the lowest goes first.
        tokens: What it costs, at least 1.
    """

    deadline: float
    rank: float
    tokens: int


def needs(deadline: float, efforts: Sequence[int], now: float) -> list[Need]:
    """Return the needs of one call, one for each of its clusters.

    A batch shares the time that it has among its clusters, by what they cost. So it goes on at the pace that
    it needs, and what is in a hurry goes between.
    """
    if len(efforts) == 1:
        return [Need(deadline, rank(deadline, now), *efforts)]
    shares = [done / sum(efforts) for done in accumulate(efforts)]
    due = [now + share * (deadline - now) for share in shares]
    return [Need(end, end, tokens) for end, tokens in zip(due, efforts, strict=True)]


def seconds(accepted: Iterable[Need], rate: float, first: Need | None = None) -> dict[Need, float]:
    """Return after how many seconds each need is met, on the safe side.

    Args:
        accepted: All of them.
        rate: Tokens a second.
        first: One that goes before all others, whatever its rank.
    """
    before, found = 0, dict[Need, float]()
    for need in sorted(accepted, key=lambda need: (need is not first, need.rank)):
        own = need.tokens / rate
        found[need] = _DOUBT * before / rate + own if before else _HOPE * own
        before += need.tokens
    return found


def lateness(
    accepted: Iterable[Need], rate: float, now: float, first: Need | None = None
) -> dict[Need, float]:
    """Return the needs that would be met too late, and by how many seconds; see :func:`seconds`."""
    ends = {need: now + taken for need, taken in seconds(accepted, rate, first).items()}
    return {need: end - need.deadline for need, end in ends.items() if end > need.deadline}
