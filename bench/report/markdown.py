"""Tables in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from bench.measures.bootstrap import Estimate

_BIG = 10.0
_SMALL = 1e-9


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Lay out a table; the first column is text, the others are figures."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))


def of_terminal(laid_out: Table) -> str:
    """Return a table that was laid out for a terminal."""
    columns = laid_out.columns
    lines = zip(*([_plain(cell) for cell in column.cells] for column in columns), strict=True)
    return table([_plain(column.header) for column in columns], list(lines))


def _plain(cell: object) -> str:
    return " ".join(str(cell).split())


def interval(estimate: Estimate) -> str:
    """Return a figure and how far its 95 % interval reaches, such as ``43.1 (42.0 to 44.2)``."""
    value, low, high = (number(bound) for bound in (estimate.value, estimate.low, estimate.high))
    return value if low == high else f"{value} ({low} to {high})"


def number(value: float) -> str:
    """Return a number in three digits, or two for hundreds."""
    if abs(value) >= _BIG:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 + _SMALL else f"{value:.3f}"
