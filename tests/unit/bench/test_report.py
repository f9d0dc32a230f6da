from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from rich.table import Table

from bench.measures.bootstrap import Estimate
from bench.report import charts, markdown
from bench.report.drawing import chart
from bench.report.quality import component
from bench.report.standing import losses, lower, matrix, overloaded, slower, slower_filters
from bench.rows import Row
from bench.speed.load_rows import LoadRow
from bench.speed.peers import PeerRow
from bench.speed.records import Record
from bench.speed.redundancy import FilterRow

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


R = TypeVar("R")


def row(figures: dict[str, Estimate], corpus: str = "news", system: str = "lead", items: int = 10) -> Row:
    return Row("differences", corpus, system, items, figures, "")


MIXED = {
    "ROUGE-1": Estimate(1.0, 0.5, 1.5),
    "ROUGE-2": Estimate(-1.0, -1.5, -0.5),
    "ROUGE-L": Estimate(0.2, -0.1, 0.5),
    "repeated pairs": Estimate(-0.5, -0.9, -0.1),
}


def tallies(*differences: Row, speed: Record[PeerRow] | None = None) -> dict[str, list[str]]:
    lines = next(iter(matrix(differences, speed))).splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {words: peers for words, *peers in cells}


def test_better_and_worse_are_what_the_interval_is_sure_of() -> None:
    found = tallies(row(MIXED, "one"), row(MIXED, "two"))

    assert found["says what an editor said: ROUGE-1"] == ["+2"]
    assert found["ROUGE-2"] == ["−2"]
    assert found["ROUGE-L"] == ["=2"]
    assert found["does not repeat itself"] == ["+2"]  # fewer are better
    assert found["tells planted facts"] == ["–"]


def test_every_peer_has_a_column_with_its_time() -> None:
    times = (PeerRow("lead", 5, 900, (2.0, 3.0, 9.0), (0.5, 0.25, 0.75)),)
    speed = Record("peers", quick=False, signature="", about="", figures={}, rows=times)
    found = tallies(row(MIXED), row(MIXED, system="other"), speed=speed)

    assert found["time of the peer for 5 articles, ours being 1"] == ["× 0.500", "–"]


def test_one_cluster_proves_nothing() -> None:
    assert list(losses([row(MIXED, items=1)])) == []


def test_where_it_loses_is_said() -> None:
    assert list(losses([row(MIXED)])) == ["- Summaries, against lead on news: ROUGE-2 by 1.000."]


def test_a_peer_that_is_better_at_a_single_stage_is_named() -> None:
    sure = {"F1": Estimate(0.5, 0.4, 0.6), "look-alikes linked": Estimate(0.1, 0, 0.2)}
    close = {"F1": Estimate(0.51, 0.4, 0.6), "look-alikes linked": Estimate(0.2, 0, 0.2)}
    own = [row(sure, system="newsweave"), row(close, system="newsweave, similarity only")]

    assert list(lower("redundancy", own)) == []
    assert list(lower("redundancy", [*own, row(close, system="minhash")])) == [
        "- Redundancy, on news: F1 0.500 against 0.510 of minhash."
    ]


def record(*lines: R) -> Record[R]:
    return Record("part", quick=False, signature="", about="", figures={}, rows=lines)


def test_a_faster_peer_is_named_once() -> None:
    times = record(
        PeerRow("lead", 5, 900, (2.0,), (0.5,)),
        PeerRow("slow", 5, 900, (8.0,), (2.0,)),
        PeerRow("lead", 10, 900, (2.0,), (0.25,)),
        PeerRow("lead", 20, 900, (2.0,), (1.5,)),
    )

    assert list(slower(times)) == ["- Speed: lead is 2.00, 4.00 times as fast for 5, 10 articles."]


def test_a_faster_filter_is_named() -> None:
    times = record(
        FilterRow("newsweave", 1_000, 9, (3.0,), (1,)),
        FilterRow("quick", 1_000, 9, (1.0,), (1,)),
        FilterRow("slow", 1_000, 9, (4.0,), (1,)),
    )

    assert list(slower_filters(times)) == [
        "- Redundancy filter: quick is 3.00 times as fast for 1,000 sentences."
    ]


def test_a_server_that_gives_way_is_told_of() -> None:
    def under(overload: float, goodput: float) -> LoadRow:
        return LoadRow("open", 0, overload, 9.0, 9, 9, {}, 0, goodput, goodput, None, None, None, None, None)

    assert list(overloaded(record(under(0.8, 0.8), under(2.0, 0.8)))) == []
    (line,) = overloaded(record(under(0.8, 0.8), under(2.0, 0.5)))
    assert "under 2.00 times the calls" in line
    assert "answers 0.500 a second in time, and 0.800 at its best" in line


def test_a_table_has_a_line_a_system_and_a_dash_for_what_was_not_measured() -> None:
    one, other = row({"F1": Estimate(0.5, 0.4, 0.6)}), row({"AP": Estimate(12.34, 12.34, 12.34)}, system="b")

    assert next(component([one, other])).splitlines() == [
        "| news | items | F1 | AP |",
        "| --- | ---: | ---: | ---: |",
        "| lead | 10 | 0.500 (0.400 to 0.600) | – |",
        "| b | 10 | – | 12.3 |",
    ]


def test_a_table_of_the_terminal_is_taken_over() -> None:
    laid_out = Table("one", "two")
    laid_out.add_row("a", "b\nc")

    assert markdown.of_terminal(laid_out).splitlines()[-1] == "| a | b c |"


def test_the_same_chart_is_the_same_file(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        with chart("line", 2, 2, tmp_path / folder) as axes:
            axes.plot([1, 2], [3, 4])

    assert (tmp_path / "first/line.svg").read_bytes() == (tmp_path / "second/line.svg").read_bytes()


def test_times_of_peers_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "chart", partial(chart, folder=tmp_path))
    times = tuple(PeerRow("lead", size, 900, (float(size),), (1.0,)) for size in (2, 5))
    name = charts.peers(Record("peers", quick=False, signature="", about="", figures={}, rows=times))

    assert "lead" in (tmp_path / f"{name}.svg").read_text("utf-8")
