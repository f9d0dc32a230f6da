"""Floors: what a figure may not fall below, each beside the digest of the data that it was measured on.

They are raised when the service gets better, and lowered only with a reason that stays in the file.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).resolve().parents[1] / "floors.json"
# How far below what was measured a floor is set: another machine rounds its sums in another way.
_SLACK = 0.03
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure that was measured.

    Attributes:
        value: What came out.
        data: Digest of the data.
        exact: Whether it is a promise, so that nothing less will do.
        down: Whether less is better.
    """

    value: float
    data: str
    exact: bool = False
    down: bool = False

    def __post_init__(self) -> None:
        """Reject what is no number: it would be above every floor."""
        if not math.isfinite(self.value):
            message = f"a figure is {self.value}"
            raise ValueError(message)

    @property
    def floor(self) -> float:
        """Where its floor belongs: a little worse than what was measured, or the promise if it is one."""
        if self.exact:
            return 0.0 if self.down else 1.0
        slack = max(_SLACK * abs(self.value), _SLACK / 10)
        return round(self.value + slack if self.down else max(0.0, self.value - slack), _DIGITS)


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure may not be worse than.

    Attributes:
        value: The bound.
        data: Digest of the data that it was set on.
        down: Whether less is better, so that the bound is a ceiling.
    """

    value: float
    data: str
    down: bool = False

    def shortfall(self, reading: Reading) -> float:
        """Return by how much a figure is worse than the bound; 0 or less if it is not."""
        return reading.value - self.value if self.down else self.value - reading.value


@dataclass(frozen=True, slots=True)
class Lowering:
    """A floor that was lowered, or given up, and why."""

    figure: str
    before: float
    after: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Floors:
    """Every floor by the name of its figure, and the history of those that were lowered."""

    floors: Mapping[str, Floor] = field(default_factory=dict)
    lowered: tuple[Lowering, ...] = ()

    def raised(self, readings: Mapping[str, Reading]) -> Floors:
        """Return floors that are as high as these and as the readings allow; none is lower than before."""
        floors = dict(self.floors)
        for name, reading in readings.items():
            new = _floor(reading)
            if name not in floors or _better(new, floors[name]):
                floors[name] = new
        return replace(self, floors=floors)

    def lower(self, beginning: str, readings: Mapping[str, Reading], reason: str) -> Floors:
        """Return floors of which some are set anew, or given up if they are measured no more.

        Args:
            beginning: That of the names of the floors.
            readings: What is measured.
            reason: Why; it is kept beside every floor that is now less strict.

        Raises:
            ValueError: There is no such floor, or no reason.
        """
        names = [name for name in self.floors if name.startswith(beginning)]
        if not names or not reason.strip():
            message = f"no floor is called {beginning!r}, or no reason was given to lower it"
            raise ValueError(message)
        new = {name: _floor(readings[name]) for name in names if name in readings}
        told = [
            Lowering(name, self.floors[name].value, new[name].value if name in new else None, reason)
            for name in names
            if name not in new or not _better(new[name], self.floors[name])
        ]
        kept = {name: floor for name, floor in self.floors.items() if name not in names}
        return Floors(kept | new, (*self.lowered, *told))


def load(path: Path = FILE) -> Floors:
    """Read the floors; a file that is not there holds none."""
    if not path.is_file():
        return Floors()
    raw = json.loads(path.read_bytes())
    floors = {name: Floor(**floor) for name, floor in raw["floors"].items()}
    return Floors(floors, tuple(Lowering(**item) for item in raw["lowered"]))


def save(floors: Floors, path: Path = FILE) -> None:
    """Write the floors, sorted, so that a change shows as a difference of lines."""
    path.write_text(json.dumps(asdict(floors), indent=1, sort_keys=True, allow_nan=False) + "\n", "utf-8")


def _floor(reading: Reading) -> Floor:
    return Floor(reading.floor, reading.data, reading.down)


def _better(new: Floor, old: Floor) -> bool:
    return new.data == old.data and (new.value < old.value if new.down else new.value > old.value)
