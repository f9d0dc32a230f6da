from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.measures.bootstrap import Estimate
from bench.rows import Row, load, save, signature

if TYPE_CHECKING:
    from pathlib import Path


def row(system: str, value: float) -> Row:
    return Row("task", "corpus", system, 3, {"F1": Estimate(value, 0.0, 1.0)}, signature(data="abc", items=3))


def test_rows_are_read_as_they_were_saved(tmp_path: Path) -> None:
    assert load("task", tmp_path) == []
    save("task", [row("a", 0.5), row("b", 0.25)], tmp_path)

    assert load("task", tmp_path) == [row("a", 0.5), row("b", 0.25)]


def test_new_rows_take_the_place_of_all_of_their_corpus_and_leave_the_others(tmp_path: Path) -> None:
    other = replace(row("a", 0.25), corpus="other")
    save("task", [row("a", 0.5), row("renamed", 0.5), other], tmp_path)
    save("task", [row("a", 0.75)], tmp_path)

    assert load("task", tmp_path) == [other, row("a", 0.75)]


def test_a_signature_names_what_a_figure_depends_on() -> None:
    assert row("a", 0.5).signature == "data:abc|items:3"
