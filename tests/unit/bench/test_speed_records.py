from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bench.speed.load_calls import Outcome
from bench.speed.load_rows import LoadRow, row
from bench.speed.records import Record, load, save
from bench.speed.stages import StageRow

if TYPE_CHECKING:
    from pathlib import Path

R = TypeVar("R")


def _record(part: str, line: R) -> Record[R]:
    return Record(part, quick=True, signature="version:1", about="", figures={"s": 2.0}, rows=(line,))


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    record = _record("stages", StageRow("draft", (1.25, 1.5), 0.75))
    assert save(record, tmp_path) == tmp_path / "speed-stages.json"
    assert load("stages", StageRow, tmp_path) == record


def test_figures_that_are_none_and_counts_by_name_are_read_again(tmp_path: Path) -> None:
    lost = [Outcome(due, None, due + 1, "UNAVAILABLE") for due in (0.0, 1.0)]
    of_calls = row(lost, 30.0, loop="open", overload=2.0)
    save(_record("load", of_calls), tmp_path)
    found = load("load", LoadRow, tmp_path)
    assert found
    assert found.rows == (of_calls,)


def test_digits_that_no_clock_tells_are_left_out(tmp_path: Path) -> None:
    save(_record("stages", StageRow("draft", (0.123456789,), 1.0)), tmp_path)
    found = load("stages", StageRow, tmp_path)
    assert found
    assert found.rows[0].seconds == (0.123457,)


def test_what_was_never_measured_has_no_record(tmp_path: Path) -> None:
    assert load("stages", StageRow, tmp_path) is None
