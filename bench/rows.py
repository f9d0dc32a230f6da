"""One row of results: a system on a corpus, with its figures and what is needed to measure it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measures.bootstrap import Estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Figures of which less is better; of all others more is, or neither.
LESS_IS_BETTER = frozenset({"forbidden", "repeated pairs", "look-alikes linked", "wrong accepted"})
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """What one system reached on one corpus.

    Attributes:
        task: What was asked, such as ``summaries``; also the name of the file of results.
        corpus: The name of the data.
        system: The name of the system.
        items: How many clusters, pages or pairs it was measured on.
        figures: Each figure with its interval, in the order of the table.
        signature: What is needed to measure it again, as ``key:value|key:value``.
    """

    task: str
    corpus: str
    system: str
    items: int
    figures: Mapping[str, Estimate]
    signature: str


def signature(**parts: object) -> str:
    """Join what a figure depends on."""
    return "|".join(f"{name}:{value}" for name, value in parts.items())


def save(task: str, rows: Iterable[Row], folder: Path = RESULTS) -> Path:
    """Put rows into the file of their task, in the place of earlier rows of the same corpus and system."""
    kept = {(row.corpus, row.system): row for row in [*load(task, folder), *rows]}
    path = folder / f"{task}.json"
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps([_rounded(row) for row in kept.values()], indent=1) + "\n", "utf-8")
    return path


def load(task: str, folder: Path = RESULTS) -> list[Row]:
    """Read the rows of a task; there are none before the first run."""
    path = folder / f"{task}.json"
    if not path.is_file():
        return []
    return [_row(record) for record in json.loads(path.read_bytes())]


def _row(record: dict[str, object]) -> Row:
    figures = {name: Estimate(*bounds) for name, bounds in dict(record.pop("figures")).items()}  # type: ignore[call-overload]
    return Row(**record, figures=figures)  # type: ignore[arg-type]


def _rounded(row: Row) -> dict[str, object]:
    figures = {
        name: [round(bound, 5) for bound in (estimate.value, estimate.low, estimate.high)]
        for name, estimate in row.figures.items()
    }
    return asdict(row) | {"figures": figures}
