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
# A run on samples is to see that everything works; it leaves the results alone.
QUICK = RESULTS.parent / ".cache" / "quick"


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
    """Put rows into the file of their task, in the place of all earlier rows of the same corpora."""
    new = list(rows)
    measured = {row.corpus for row in new}
    kept = [row for row in load(task, folder) if row.corpus not in measured]
    path = folder / f"{task}.json"
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps([_rounded(row) for row in (*kept, *new)], indent=1, allow_nan=False)
    # Whole or not at all: a run may be ended at any time.
    whole = path.with_suffix(".part")
    whole.write_text(f"{content}\n", "utf-8")
    whole.replace(path)
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
