"""In one minute: what Newsweave is better at than each peer, and where it is not."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from bench.report.markdown import number, table
from bench.rows import LESS_IS_BETTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measures.bootstrap import Estimate
    from bench.rows import Row
    from bench.speed.peers import PeerRow
    from bench.speed.records import Record

# What a reader would choose a summarizer by, in words, by the name of the figure.
ASKED = {
    "ROUGE-1": "says what an editor said: ROUGE-1",
    "ROUGE-2": "ROUGE-2",
    "ROUGE-L": "ROUGE-L",
    "facts covered": "tells planted facts",
    "joint score": "tells them and cites all who state them",
    "cite two articles": "cites several articles in a sentence",
    "specifics supported": "numbers, dates and names stand in the sources",
    "support, mean": "is supported by the sources",
    "repeated pairs": "does not repeat itself",
}
_NOTHING = "–"


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
    """Yield every figure by which Newsweave is surely worse than a peer, and by how much."""
    for row in differences:
        worse = [
            f"{name} by {number(abs(row.figures[name].value))}"
            for name in ASKED
            if row.items > 1 and name in row.figures and sign(name, row.figures[name]) < 0
        ]
        if worse:
            yield f"- {row.system}, on {row.corpus}: {', '.join(worse)}"


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
