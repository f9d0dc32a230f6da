"""In one minute: what Newsweave is better at than each peer, and where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.rows import LESS_IS_BETTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.measures.bootstrap import Estimate
    from bench.rows import Row

# What a reader would choose a summarizer by, in words, by the name of the figure.
_ASKED = {
    "ROUGE-1": "ROUGE-1",
    "ROUGE-2": "ROUGE-2",
    "ROUGE-L": "ROUGE-L",
    "facts covered": "planted facts told",
    "joint score": "citing all who state a fact",
    "specifics supported": "numbers and names that stand in the sources",
    "support, mean": "support by the sources",
    "repeated pairs": "not repeating itself",
    "cite two articles": "citing several articles",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How Newsweave stands to one peer; each entry is a figure and a corpus.

    Attributes:
        peer: The peer.
        better: Where the 95 % interval of the difference is above nothing.
        same: Where it holds nothing.
        worse: Where it is below.
    """

    peer: str
    better: tuple[str, ...]
    same: tuple[str, ...]
    worse: tuple[str, ...]


def standings(differences: Sequence[Row]) -> Iterator[Standing]:
    """Yield the standing to each peer.

    Args:
        differences: For every peer and corpus by how much Newsweave is above it, on the same clusters.
    """
    for peer in dict.fromkeys(row.system for row in differences):
        rows = [row for row in differences if row.system == peer and row.items > 1]
        yield Standing(peer, *(tuple(_told(rows, sign)) for sign in (1, 0, -1)))


def _told(rows: Sequence[Row], sign: int) -> Iterator[str]:
    """Yield each figure that came out so, with the corpora on which it did."""
    for name, words in _ASKED.items():
        corpora = [
            row.corpus for row in rows if name in row.figures and _sign(name, row.figures[name]) == sign
        ]
        if corpora:
            yield f"{words} ({', '.join(corpora)})"


def _sign(name: str, difference: Estimate) -> int:
    """Return 1 if Newsweave is surely better, -1 if it is surely worse, or else 0."""
    sign = (difference.low > 0) - (difference.high < 0)
    return -sign if name in LESS_IS_BETTER else sign
