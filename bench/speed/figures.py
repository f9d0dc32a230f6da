"""Figures of repeated measurements."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_BIG = 100.0


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which ``share`` per cent of the values lie, or None of no values.

    Between two values it is interpolated (Hyndman and Fan, 1996, definition 7).
    """
    return float(np.percentile(values, share)) if values else None


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float | None:
    """Return the power of the size with which the time grows: the slope of the logarithms, by least squares.

    None if there are fewer than two sizes.
    """
    if len(set(sizes)) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def shown(values: Sequence[float], unit: str = "") -> str:
    """Return the median and, of several values, the least and the greatest."""
    if not values:
        return "-"
    middle = f"{number(median(values))}{unit}"
    return f"{middle} [{number(min(values))}, {number(max(values))}]" if len(values) > 1 else middle


def number(value: float | None) -> str:
    """Return a figure in about three digits; a dash for none."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= _BIG else f"{value:.3g}"
