from __future__ import annotations

import io

import pytest
from rich.console import Console

from bench.smoke.figures import Outcome, at_least, at_most, promise, table


def test_one_fault_breaks_a_promise() -> None:
    assert promise("spans", "9 of 9", "all", []).outcome is Outcome.REACHED
    broken = promise("spans", "8 of 9", "all", ["a 3-7"])
    assert (broken.outcome, broken.detail) == (Outcome.FAILED, "a 3-7")


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(9, Outcome.REACHED), (8, Outcome.MISSED), (7, Outcome.MISSED), (6, Outcome.FAILED)],
)
def test_a_figure_that_should_be_high(value: int, outcome: Outcome) -> None:
    assert at_least("facts", value, 9, 7).outcome is outcome


@pytest.mark.parametrize(
    ("value", "outcome"), [(12, Outcome.REACHED), (12.5, Outcome.MISSED), (40.5, Outcome.FAILED)]
)
def test_a_figure_that_should_be_low(value: float, outcome: Outcome) -> None:
    assert at_most("seconds", value, 12, 40, " s").outcome is outcome


def test_the_table_tells_value_target_outcome_and_fault() -> None:
    written = io.StringIO()
    console = Console(width=120, file=written)
    console.print(
        table([promise("spans [all]", "8 of 9", "all", ["a 3-7"]), at_most("time", 12.5, 12, 40, " s")])
    )
    text = written.getvalue()
    for told in (
        "spans [all]",
        "8 of 9",
        "FAILED",
        "a 3-7",
        "12.5 s",
        "at most 12 s (never over 40)",
        "below target",
    ):
        assert told in text
