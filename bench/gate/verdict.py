"""Readings against floors: what fell below, what vanished, what stands on other data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bench.gate.floors import Floor, Floors, Reading


class Finding(Enum):
    """How a figure stands to its floor."""

    KEPT = "kept"
    BELOW = "BELOW ITS FLOOR"
    VANISHED = "NOT MEASURED"
    OTHER_DATA = "MEASURED ON OTHER DATA"
    NEW = "NO FLOOR YET"
    SKIPPED = "skipped"


_PASSING = frozenset({Finding.KEPT, Finding.SKIPPED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure, judged.

    Attributes:
        figure: Its name.
        finding: How it stands.
        reading: What was measured, if anything.
        floor: Its floor, if it has one.
    """

    figure: str
    finding: Finding
    reading: Reading | None
    floor: Floor | None

    @property
    def passes(self) -> bool:
        """Whether the gate may open for all that this figure says."""
        return self.finding in _PASSING

    @property
    def difference(self) -> float | None:
        """By how much the figure is better than its floor; negative if it is worse."""
        return -self.floor.shortfall(self.reading) if self.reading and self.floor else None


def judge(
    readings: Mapping[str, Reading], floors: Floors, skipped: Collection[str] = ()
) -> Iterator[Verdict]:
    """Judge every figure that was measured or has a floor, in the order of their names.

    Args:
        readings: What was measured.
        floors: What it may not be worse than.
        skipped: Beginnings of the names of figures whose data is not here.
    """
    for name in sorted({*readings, *floors.floors}):
        reading, floor = readings.get(name), floors.floors.get(name)
        absent = name.startswith(tuple(skipped))
        yield Verdict(name, _finding(reading, floor, absent=absent), reading, floor)


def _finding(reading: Reading | None, floor: Floor | None, *, absent: bool) -> Finding:
    if reading is None:
        return Finding.SKIPPED if absent else Finding.VANISHED
    if floor is None:
        return Finding.NEW
    if reading.data != floor.data:
        return Finding.OTHER_DATA
    return Finding.KEPT if floor.shortfall(reading) <= 0 else Finding.BELOW
