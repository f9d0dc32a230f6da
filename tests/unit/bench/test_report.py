from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from bench.measures.bootstrap import Estimate
from bench.report import markdown
from bench.report.drawing import chart
from bench.report.quality import component, one_minute
from bench.report.standing import standings
from bench.rows import Row

if TYPE_CHECKING:
    from pathlib import Path

    from bench.report.standing import Standing


def row(figures: dict[str, Estimate], corpus: str = "news", system: str = "lead", items: int = 10) -> Row:
    return Row("differences", corpus, system, items, figures, "")


def standing(figures: dict[str, Estimate], items: int = 10) -> Standing:
    (found,) = standings([row(figures, items=items)])
    return found


def test_better_and_worse_are_what_the_interval_is_sure_of() -> None:
    found = standing(
        {
            "ROUGE-1": Estimate(1.0, 0.5, 1.5),
            "ROUGE-2": Estimate(-1.0, -1.5, -0.5),
            "ROUGE-L": Estimate(0.2, -0.1, 0.5),
        }
    )

    assert found.better == ("ROUGE-1 (news)",)
    assert found.worse == ("ROUGE-2 (news)",)
    assert found.same == ("ROUGE-L (news)",)


def test_fewer_repetitions_are_better() -> None:
    found = standing({"repeated pairs": Estimate(-0.5, -0.9, -0.1)})

    assert found.better == ("not repeating itself (news)",)


def test_one_cluster_proves_nothing() -> None:
    found = standing({"ROUGE-1": Estimate(5.0, 5.0, 5.0)}, items=1)

    assert (found.better, found.same, found.worse) == ((), (), ())


def test_corpora_of_one_figure_stand_together() -> None:
    better = {"ROUGE-1": Estimate(1.0, 0.5, 1.5)}
    (found,) = standings([row(better, "one"), row(better, "two")])

    assert found.better == ("ROUGE-1 (one, two)",)


def test_where_it_loses_is_said() -> None:
    found = standing({"ROUGE-1": Estimate(-1.0, -1.5, -0.5)})

    assert "- **Newsweave is worse at:** ROUGE-1 (news)." in list(one_minute([found]))


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
