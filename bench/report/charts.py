"""The charts of the report."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from matplotlib.ticker import StrMethodFormatter

from bench.report.drawing import OURS, THEIRS, chart, colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.rows import Row
    from bench.speed.load_rows import LoadRow
    from bench.speed.peers import PeerRow
    from bench.speed.records import Record
    from bench.speed.redundancy import FilterRow
    from bench.speed.stages import StageRow


def intervals(name: str, rows: Sequence[Row], figure: str) -> None:
    """Draw one figure of every system on every corpus, with its interval."""
    found = [row for row in rows if figure in row.figures]
    corpora = list(dict.fromkeys(row.corpus for row in found))
    with chart(name, 7, 0.6 + 0.19 * (len(found) + len(corpora))) as axes:
        places, labels = [], []
        for place, row in enumerate(_spaced(found, corpora)):
            if row is None:
                continue
            estimate = row.figures[figure]
            axes.plot([estimate.low, estimate.high], [place, place], color=colour(row.system), linewidth=1.5)
            axes.plot(estimate.value, place, "o", color=colour(row.system), markersize=4)
            places.append(place)
            labels.append(f"{row.system} · {row.corpus}")
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.set_xlabel(f"{figure}, 95 % interval")


def _spaced(rows: Sequence[Row], corpora: Sequence[str]) -> list[Row | None]:
    """Return the rows by corpus, with a gap after each."""
    return [entry for corpus in corpora for entry in (*(row for row in rows if row.corpus == corpus), None)]


def stages(record: Record[StageRow]) -> str:
    """Draw the median time of every stage, and return the name of the chart."""
    with chart("stages", 7, 2.8) as axes:
        names = [row.stage for row in record.rows]
        axes.barh(names, [median(row.seconds) for row in record.rows], color=OURS, height=0.6)
        axes.invert_yaxis()
        axes.set_xlabel("seconds")
    return "stages"


def peers(record: Record[PeerRow]) -> str:
    """Draw the time of every system by the number of articles."""
    points = [(row.system, row.articles, median(row.seconds)) for row in record.rows]
    return _curves("peers", "articles", points)


def growth(record: Record[FilterRow]) -> str:
    """Draw the time of every filter by the number of sentences."""
    points = [(row.system, row.sentences, median(row.seconds)) for row in record.rows]
    return _curves("growth", "sentences", points)


def _curves(name: str, across: str, points: Sequence[tuple[str, int, float]]) -> str:
    """Draw a line of seconds for every system, both axes by their logarithms, and return the chart's name."""
    with chart(name, 7, 3.4) as axes:
        for system in dict.fromkeys(system for system, _, _ in points):
            own = [(size, seconds) for name_, size, seconds in points if name_ == system]
            shade = OURS if system == "newsweave" else None
            axes.plot(*zip(*own, strict=True), marker="o", markersize=4, label=system, color=shade)
        axes.set_xscale("log")
        axes.set_yscale("log")
        sizes = sorted({size for _, size, _ in points})
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.set_xlabel(across)
        axes.set_ylabel("seconds")
        axes.legend(frameon=False)
    return name


def load(record: Record[LoadRow]) -> str:
    """Draw the latencies of every load."""
    with chart("load", 7, 2.8) as axes:
        names = [
            f"callers: {row.callers}" if row.callers else f"calls: {row.overload} × capacity"
            for row in record.rows
        ]
        for place, row in enumerate(record.rows):
            axes.plot([row.p50 or 0, row.p99 or 0], [place, place], color=OURS, linewidth=3)
            axes.plot(row.first_p50 or 0, place, "o", color=THEIRS, markersize=4)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlabel("seconds: median to 99th percentile of the answer (bar), median first sentence (dot)")
    return "load"
