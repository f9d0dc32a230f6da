"""Measures a subset, and fails if a figure is below its floor.

python -m bench.gate                                  judge
python -m bench.gate --raise                          raise the floors to what is measured
python -m bench.gate --lower FIGURES --reason TEXT    set floors anew, by the beginning of their names
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.gate import floors as kept
from bench.gate.readings import take
from bench.gate.verdict import Finding, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.gate.readings import Readings
    from bench.gate.verdict import Verdict

_WIDTH = 130
_STYLES = {Finding.KEPT: "green", Finding.SKIPPED: "yellow"}


def main() -> None:
    """Do what the arguments say."""
    arguments = _arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    readings = take(lambda what: console.print(f"{what} ...", style="dim"))
    if arguments.raise_ or arguments.lower:
        try:
            kept.save(_changed(arguments, readings))
        except ValueError as error:
            sys.exit(str(error))
    verdicts = list(judge(readings.figures, kept.load(), readings.missing))
    console.print(table(verdicts))
    for what in readings.missing.values():
        console.print(f"skipped: {what}", style="yellow")
    failed = [verdict for verdict in verdicts if not verdict.passes]
    console.print(
        f"{len(failed)} of {len(verdicts)} figures keep the gate shut" if failed else "The gate is open."
    )
    sys.exit(1 if failed else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.gate", description="Hold figures against their floors.")
    parser.add_argument("--raise", dest="raise_", action="store_true", help="raise every floor that can be")
    parser.add_argument(
        "--lower", metavar="FIGURES", help="set anew, lower if need be, the floors whose names begin so"
    )
    parser.add_argument("--reason", default="", help="why; kept in the file")
    arguments = parser.parse_args()
    if arguments.lower and not arguments.reason.strip():
        parser.error("--lower needs --reason")
    return arguments


def _changed(arguments: argparse.Namespace, readings: Readings) -> kept.Floors:
    floors = kept.load()
    if arguments.lower:
        floors = floors.lower(arguments.lower, readings.figures, arguments.reason)
    return floors.raised(readings.figures) if arguments.raise_ else floors


def table(verdicts: Sequence[Verdict]) -> Table:
    """Lay the verdicts out, those that fail last, where they are seen."""
    laid_out = Table("figure", "measured", "floor", "difference", "", title="The gate", title_justify="left")
    for verdict in sorted(verdicts, key=lambda verdict: not verdict.passes):
        outcome = Text(verdict.finding.value, style=_STYLES.get(verdict.finding, "bold red"))
        measured = verdict.reading.value if verdict.reading else None
        bound = verdict.floor.value if verdict.floor else None
        cells = [_shown(value) for value in (measured, bound, verdict.difference)]
        laid_out.add_row(Text(verdict.figure), *cells, outcome)
    return laid_out


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    main()
