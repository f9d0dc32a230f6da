"""In one minute: what Newsweave is better at than each peer, and where it is not."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.report.markdown import number, table
from bench.rows import LESS_IS_BETTER
from bench.speed.peers import NEWSWEAVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.measures.bootstrap import Estimate
    from bench.rows import Row
    from bench.speed.load_rows import LoadRow
    from bench.speed.peers import PeerRow
    from bench.speed.records import Record
    from bench.speed.redundancy import FilterRow

# What a reader would choose a summarizer by, in words, by the name of the figure.
ASKED = {
    "ROUGE-1": "says what an editor said: ROUGE-1",
    "ROUGE-2": "ROUGE-2",
    "ROUGE-L": "ROUGE-L",
    "facts covered": "tells planted facts",
    "joint score": "tells them and cites all who state them",
    "cite two articles": "cites several articles in a sentence",
    "specifics supported": "numbers, dates and names stand in the sources",
    "answered": "says anything at all",
    "repeated pairs": "does not repeat itself",
}
_NOTHING = "–"
# What nobody would choose, though nothing can have a higher recall.
_TRIVIAL = "keep everything"


def matrix(differences: Sequence[Row], speed: Record[PeerRow] | None) -> Iterator[str]:
    """Yield a table: a line a question, a column a peer, how often Newsweave is better, equal and worse.

    Args:
        differences: For every peer and corpus by how much Newsweave is above it, on the same clusters.
        speed: The times of Newsweave and its peers, if they were measured.
    """
    compared = [row for row in differences if row.items > 1]
    peers = list(dict.fromkeys(row.system for row in compared))
    lines = [[words, *(_tally(compared, peer, name) for peer in peers)] for name, words in ASKED.items()]
    if speed:
        lines += [_times(speed, peers, size) for size in dict.fromkeys(row.articles for row in speed.rows)]
    yield table(["Newsweave against", *peers], lines)


def losses(differences: Sequence[Row]) -> Iterator[str]:
    """Yield every figure of summaries by which Newsweave is surely worse than a peer, and by how much."""
    for row in differences:
        worse = [
            f"{name} by {number(abs(row.figures[name].value))}"
            for name in ASKED
            if row.items > 1 and name in row.figures and sign(name, row.figures[name]) < 0
        ]
        if worse:
            yield f"- Summaries, against {row.system} on {row.corpus}: {', '.join(worse)}."


def lower(task: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield every figure of a single stage in which some peer came out better, whatever the intervals say."""
    for corpus in dict.fromkeys(row.corpus for row in rows):
        own, *others = [row for row in rows if row.corpus == corpus]
        peers = [row for row in others if not row.system.startswith((own.system, _TRIVIAL))]
        found = [_best(name, own, peers) for name in own.figures]
        if worse := [entry for entry in found if entry]:
            yield f"- {task.capitalize()}, on {corpus}: {'; '.join(worse)}."


def slower(speed: Record[PeerRow]) -> Iterator[str]:
    """Yield the peers that are faster, and how much."""
    for system in dict.fromkeys(row.system for row in speed.rows if row.system != NEWSWEAVE):
        ratios = {row.articles: median(row.ratios) for row in speed.rows if row.system == system}
        faster = {size: number(1 / ratio) for size, ratio in ratios.items() if ratio < 1}
        if faster:
            yield f"- Speed: {system} is {_times_as_fast(faster)} articles."


def slower_filters(speed: Record[FilterRow]) -> Iterator[str]:
    """Yield the filters of redundancy that are faster than that of the service, and how much."""
    seconds = {(row.system, row.sentences): median(row.seconds) for row in speed.rows}
    sizes = dict.fromkeys(row.sentences for row in speed.rows)
    for system in dict.fromkeys(row.system for row in speed.rows if row.system != NEWSWEAVE):
        ratios = {size: seconds[NEWSWEAVE, size] / seconds[system, size] for size in sizes}
        faster = {size: number(ratio) for size, ratio in ratios.items() if ratio > 1}
        if faster:
            yield f"- Redundancy filter: {system} is {_times_as_fast(faster)} sentences."


def overloaded(load: Record[LoadRow]) -> Iterator[str]:
    """Yield what becomes of the server under more calls than it can answer, if it then answers fewer."""
    best = max((row.goodput for row in load.rows), default=0.0)
    for row in load.rows:
        if row.overload > 1 and row.goodput < best:
            yield (
                f"- Load: under {number(row.overload)} times the calls that it can answer it answers "
                f"{number(row.goodput)} a second in time, and {number(best)} at its best."
            )


def _times_as_fast(faster: Mapping[int, str]) -> str:
    return f"{', '.join(faster.values())} times as fast for {', '.join(f'{size:,}' for size in faster)}"


def _best(name: str, own: Row, peers: Sequence[Row]) -> str:
    """Return the best of the peers that are better than Newsweave in a figure, beside it, or nothing."""
    factor = -1 if name in LESS_IS_BETTER else 1
    measured = [row for row in peers if name in row.figures]
    best = max(measured, key=lambda row: factor * row.figures[name].value, default=own)
    ours, theirs = own.figures[name].value, best.figures[name].value
    if factor * theirs <= factor * ours:
        return ""
    return f"{name} {number(ours)} against {number(theirs)} of {best.system}"


def sign(name: str, difference: Estimate) -> int:
    """Return 1 if Newsweave is surely better, -1 if it is surely worse, or else 0."""
    above = (difference.low > 0) - (difference.high < 0)
    return -above if name in LESS_IS_BETTER else above


def _tally(differences: Sequence[Row], peer: str, name: str) -> str:
    found = [row.figures[name] for row in differences if row.system == peer and name in row.figures]
    signs = [sign(name, difference) for difference in found]
    if not signs:
        return _NOTHING
    counts = ((1, "+"), (0, "="), (-1, "−"))
    return " ".join(f"{mark}{signs.count(kind)}" for kind, mark in counts if kind in signs)


def _times(speed: Record[PeerRow], peers: Sequence[str], size: int) -> list[str]:
    """Return how many times as long as Newsweave each peer takes for so many articles."""
    ratios = {row.system: row.ratios for row in speed.rows if row.articles == size}
    cells = [f"× {number(median(ratios[peer]))}" if peer in ratios else _NOTHING for peer in peers]
    return [f"time of the peer for {size} articles, ours being 1", *cells]
