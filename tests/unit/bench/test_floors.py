from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from bench.gate.floors import Floor, Floors, Lowering, Reading, load, save
from bench.gate.verdict import Finding, judge

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Reading(0.80, "data")
FLOORS = Floors({"f1": Floor(0.75, "data"), "errors": Floor(0.10, "data", down=True)})
ERRORS = Reading(0.08, "data", down=True)


def findings(
    readings: dict[str, Reading], floors: Floors = FLOORS, skipped: tuple[str, ...] = ()
) -> dict[str, Finding]:
    return {verdict.figure: verdict.finding for verdict in judge(readings, floors, skipped)}


def test_what_is_as_good_as_its_floor_is_kept() -> None:
    assert findings({"f1": GOOD, "errors": ERRORS}) == {"f1": Finding.KEPT, "errors": Finding.KEPT}


def test_a_figure_below_its_floor_fails_with_the_difference() -> None:
    verdicts = {
        v.figure: v
        for v in judge({"f1": Reading(0.70, "data"), "errors": Reading(0.2, "data", down=True)}, FLOORS)
    }

    assert {verdict.finding for verdict in verdicts.values()} == {Finding.BELOW}
    assert not any(verdict.passes for verdict in verdicts.values())
    assert verdicts["f1"].difference == pytest.approx(-0.05)
    assert verdicts["errors"].difference == pytest.approx(-0.10)


def test_a_figure_that_is_not_measured_fails_unless_its_data_is_not_here() -> None:
    assert findings({"errors": ERRORS})["f1"] is Finding.VANISHED
    assert findings({"errors": ERRORS}, skipped=("f",))["f1"] is Finding.SKIPPED


def test_a_figure_on_other_data_or_without_a_floor_fails() -> None:
    found = findings({"f1": Reading(0.9, "other"), "errors": ERRORS, "new": GOOD})

    assert found["f1"] is Finding.OTHER_DATA
    assert found["new"] is Finding.NEW
    assert not any(v.passes for v in judge({"f1": Reading(0.9, "other")}, Floors({"f1": Floor(0.1, "data")})))


def test_floors_are_raised_a_little_below_what_was_measured_and_never_lowered() -> None:
    raised = FLOORS.raised(
        {"f1": Reading(0.90, "data"), "errors": Reading(0.5, "data", down=True), "new": GOOD}
    )

    assert 0.85 < raised.floors["f1"].value < 0.90
    assert raised.floors["errors"] == FLOORS.floors["errors"]
    assert raised.floors["new"].value < GOOD.value
    assert FLOORS.raised({"f1": Reading(0.2, "data")}) == FLOORS


def test_a_ceiling_is_raised_downwards() -> None:
    assert 0.02 < FLOORS.raised({"errors": Reading(0.02, "data", down=True)}).floors["errors"].value < 0.10


def test_the_floor_of_a_promise_is_the_promise() -> None:
    assert Reading(0.98, "data", exact=True).floor == 1.0
    assert Reading(3.0, "data", exact=True, down=True).floor == 0.0


def test_floors_of_other_data_are_not_raised_silently() -> None:
    assert FLOORS.raised({"f1": Reading(0.99, "other")}) == FLOORS


def test_floors_are_lowered_by_the_beginning_of_their_names_with_a_reason_that_stays() -> None:
    lowered = FLOORS.lower("f1", {"f1": Reading(0.5, "other")}, "The set was replaced.")

    assert lowered.floors["f1"].value < 0.5
    assert lowered.floors["errors"] == FLOORS.floors["errors"]
    assert lowered.lowered == (Lowering("f1", 0.75, lowered.floors["f1"].value, "The set was replaced."),)


def test_a_floor_that_is_measured_no_more_is_given_up_with_a_reason() -> None:
    given_up = FLOORS.lower("f1", {}, "The figure was dropped.")

    assert set(given_up.floors) == {"errors"}
    assert given_up.lowered == (Lowering("f1", 0.75, None, "The figure was dropped."),)


def test_a_floor_that_is_set_anew_and_higher_needs_no_record() -> None:
    assert FLOORS.lower("f1", {"f1": Reading(0.99, "data")}, "anew").lowered == ()


@pytest.mark.parametrize(("name", "reason"), [("f1", " "), ("unknown", "because")])
def test_a_floor_is_not_lowered_without_a_reason_or_a_name(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match="floor"):
        FLOORS.lower(name, {"f1": GOOD}, reason)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_no_figure(value: float) -> None:
    with pytest.raises(ValueError, match="figure"):
        Reading(value, "data")


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert load(path) == Floors()
    floors = FLOORS.lower("f1", {"f1": Reading(0.6, "data")}, "why")
    save(floors, path)

    assert load(path) == floors
