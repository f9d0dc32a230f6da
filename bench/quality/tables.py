"""Rows as a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.measures.bootstrap import Estimate
    from bench.rows import Row

_BIG = 10.0


def table(rows: Sequence[Row]) -> Table:
    """Lay out the rows of one corpus: a line a figure, a column a system."""
    title = f"{rows[0].task} · {rows[0].corpus}"
    laid_out = Table(
        "", *[f"{row.system}\n{row.items} items" for row in rows], title=title, title_justify="left"
    )
    for name in dict.fromkeys(name for row in rows for name in row.figures):
        cells = [Text(shown(row.figures[name])) if name in row.figures else Text("") for row in rows]
        laid_out.add_row(Text(name), *cells)
    laid_out.caption = "\n".join(row.signature for row in rows)
    laid_out.caption_justify = "left"
    return laid_out


def shown(estimate: Estimate) -> str:
    """Return a figure with its interval, in three digits."""
    value, low, high = (_number(bound) for bound in (estimate.value, estimate.low, estimate.high))
    return value if low == high else f"{value} [{low}, {high}]"


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= _BIG else f"{value:.3f}"
