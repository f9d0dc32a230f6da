"""What one part of the speed run found, as one file of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bench import rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESULTS = rows.RESULTS
# A quick run is to see that everything works; it leaves the results alone.
QUICK = RESULTS.parent / ".cache" / "quick"
_DIGITS = 6
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Record(Generic[R]):
    """What one part found.

    Attributes:
        part: The name of the part; the file is ``speed-<part>.json``.
        quick: Whether it was a quick run, whose figures are not worth reading.
        signature: What is needed to measure it again, as ``key:value|key:value``.
        about: What was measured, in words.
        figures: Single figures, by name with unit.
        rows: The lines of its table, all of one flat dataclass; where one holds a list of seconds, each
            entry is one repetition.
    """

    part: str
    quick: bool
    signature: str
    about: str
    figures: Mapping[str, float]
    rows: tuple[R, ...]


def save(record: Record[R], folder: Path | None = None) -> Path:
    """Write a record; without a folder, where records of its kind belong."""
    folder = folder or (QUICK if record.quick else RESULTS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"speed-{record.part}.json"
    path.write_text(json.dumps(_plain(record), indent=1, allow_nan=False) + "\n", "utf-8")
    return path


def load(part: str, kind: type[R], folder: Path = RESULTS) -> Record[R] | None:
    """Read the record of a part, whose rows are of a kind, or None if it was never measured."""
    path = folder / f"speed-{part}.json"
    if not path.is_file():
        return None
    content = json.loads(path.read_bytes())
    found = tuple(kind(**{name: _frozen(value) for name, value in row.items()}) for row in content["rows"])
    return Record(**content | {"rows": found})


def _plain(record: Record[R]) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a record as dictionaries, with no more digits than a clock is worth."""
    return _rounded(asdict(record))


def _rounded(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    match value:
        case float():
            return round(value, _DIGITS)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(value) if isinstance(value, list) else value
