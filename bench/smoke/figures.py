"""Figures beside their targets.

A promise fails the run when it is missed. Any other figure is told beside its target and fails the
run only beyond its floor, so that nobody is tempted to tune the service to a handful of articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rich.table import Table
from rich.text import Text


class Outcome(Enum):
    """How a figure came out."""

    REACHED = "reached"
    MISSED = "below target"
    FAILED = "FAILED"
    TOLD = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes:
        name: What was measured.
        value: What came out, in words.
        target: What it should be, in words.
        outcome: How they compare.
        detail: What is at fault, if anything.
    """

    name: str
    value: str
    target: str
    outcome: Outcome
    detail: str = ""


def promise(name: str, value: str, target: str, faults: list[str]) -> Figure:
    """Return a figure that fails as soon as there is one fault."""
    return Figure(name, value, target, Outcome.FAILED if faults else Outcome.REACHED, "; ".join(faults))


def at_least(name: str, value: float, target: float, floor: float, unit: str = "") -> Figure:
    """Return a figure that should be high."""
    wanted = f"at least {_shown(target)}{unit} (floor {_shown(floor)})"
    return Figure(name, f"{_shown(value)}{unit}", wanted, _outcome(value >= target, value >= floor))


def at_most(name: str, value: float, target: float, ceiling: float, unit: str = "") -> Figure:
    """Return a figure that should be low."""
    wanted = f"at most {_shown(target)}{unit} (never over {_shown(ceiling)})"
    return Figure(name, f"{_shown(value)}{unit}", wanted, _outcome(value <= target, value <= ceiling))


def told(name: str, value: str) -> Figure:
    """Return a figure that has no target, and is told for comparison."""
    return Figure(name, value, "", Outcome.TOLD)


def table(figures: list[Figure]) -> Table:
    """Lay the figures out."""
    styles = {
        Outcome.REACHED: "green",
        Outcome.MISSED: "yellow",
        Outcome.FAILED: "bold red",
        Outcome.TOLD: "",
    }
    laid_out = Table("figure", "measured", "target", "outcome", title="What it reached", title_justify="left")
    for item in figures:
        outcome = Text(item.outcome.value, style=styles[item.outcome])
        laid_out.add_row(Text(item.name), Text(item.value), Text(item.target), outcome)
        if item.detail:
            laid_out.add_row("", Text(item.detail, style="dim"), "", "")
    return laid_out


def _outcome(reached: bool, above_floor: bool) -> Outcome:  # noqa: FBT001  two comparisons, in order
    return Outcome.REACHED if reached else Outcome.MISSED if above_floor else Outcome.FAILED


def _shown(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
