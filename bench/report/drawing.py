"""Charts as SVG files that are the same, byte for byte, for the same figures."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

CHARTS = Path(__file__).resolve().parents[1] / "charts"
OURS, THEIRS = "#0b6e4f", "#8a8f98"
_STYLE: dict[Any, Any] = {  # its own type lists every one of three hundred keys
    "svg.hashsalt": "newsweave",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "axes.axisbelow": True,
}


@contextmanager
def chart(name: str, width: float, height: float, folder: Path = CHARTS) -> Iterator[Axes]:
    """Open a chart to draw on, and write it to ``<name>.svg``; sizes are in inches."""
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
        yield axes
        folder.mkdir(exist_ok=True)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)


def colour(system: str) -> str:
    """Return the colour of a system: one for ours, one for all others."""
    return OURS if system.startswith("newsweave") else THEIRS
