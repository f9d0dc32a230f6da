"""Floors: what a figure may not fall below, each beside the digest of the data that it was measured on.

They are raised when the service gets better, and lowered only with a reason that stays in the file.
"""

from __future__ import annotations

import json
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

    @property
    def floor(self) -> float:
        """Where its floor belongs: a little worse than what was measured."""
        slack = 0.0 if self.exact else max(_SLACK * abs(self.value), _SLACK / 10)
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
    """A floor that was lowered, and why."""

    figure: str
    before: float
    after: float
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
            new = Floor(reading.floor, reading.data, reading.down)
            if name not in floors or _better(new, floors[name]):
                floors[name] = new
        return replace(self, floors=floors)

    def lower(self, name: str, reading: Reading, reason: str) -> Floors:
        """Return floors of which one is set anew, whichever way, with the reason beside it.

        Raises:
            ValueError: There is no such floor, or no reason.
        """
        if name not in self.floors or not reason.strip():
            message = (
                f"there is no floor of {name!r}" if reason.strip() else "a floor is lowered for a reason only"
            )
            raise ValueError(message)
        new = Floor(reading.floor, reading.data, reading.down)
        told = Lowering(name, self.floors[name].value, new.value, reason)
        return Floors({**self.floors, name: new}, (*self.lowered, told))


def load(path: Path = FILE) -> Floors:
    """Read the floors; a file that is not there holds none."""
    if not path.is_file():
        return Floors()
    raw = json.loads(path.read_bytes())
    floors = {name: Floor(**floor) for name, floor in raw["floors"].items()}
    return Floors(floors, tuple(Lowering(**item) for item in raw["lowered"]))


def save(floors: Floors, path: Path = FILE) -> None:
    """Write the floors, sorted, so that a change shows as a difference of lines."""
    path.write_text(json.dumps(asdict(floors), indent=1, sort_keys=True) + "\n", "utf-8")


def _better(new: Floor, old: Floor) -> bool:
    return new.data == old.data and (new.value < old.value if new.down else new.value > old.value)
