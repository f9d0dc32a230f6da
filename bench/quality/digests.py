"""Digests: are articles about one event, and no others, put into one story?

Articles that cleaning leaves nothing of are in no story, and are left out.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench.corpora import piles
from bench.measures import bootstrap
from bench.measures.bcubed import bcubed
from bench.quality.piles import finders, opening
from bench.quality.provenance import signed
from bench.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.corpora.piles import Pile
    from bench.measures.classification import Agreement
    from bench.quality.piles import Cut, Finder
    from service.domain import Opening

TASK = "digests"
# How many piles of so many events.
_PILES = {10: 20, 50: 10, 200: 5}
_FIRST, _STEPS = 5, 100


def rows(events: int, limit: int | None, *, alone: bool = False) -> Iterator[Row]:
    """Yield how well each system finds the stories of piles of so many events.

    Args:
        events: How many events each pile tells of.
        limit: The most piles.
        alone: Whether every second event is told by one article only.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    held_out = piles.source()
    seeds = range(_PILES[events])[:limit]
    mixed = [_readable(held_out.pile(events, seed, alone=alone)) for seed in seeds]
    for finder in finders():
        yield _row(_name(events, alone=alone), finder, mixed, held_out.sha256)


def _name(events: int, *, alone: bool) -> str:
    return f"piles-{events}-half-alone" if alone else f"piles-{events}"


TASKS: dict[str, Callable[[int | None], Iterator[Row]]] = {
    _name(events, alone=alone): partial(rows, events, alone=alone)
    for alone in (False, True)
    for events in _PILES
}


def _readable(pile: Pile) -> tuple[list[Opening], list[str]]:
    """Return what the articles begin with that have content, and their events."""
    read = [(opening(article), event) for article, event in zip(pile.articles, pile.events, strict=True)]
    kept = [(found, event) for found, event in read if found]
    return [found for found, _ in kept], [event for _, event in kept]


def _row(corpus: str, finder: Finder, mixed: Sequence[tuple[list[Opening], list[str]]], digest: str) -> Row:
    cuts = [(finder.find(openings), events) for openings, events in mixed]
    threshold = _chosen(cuts) if finder.has_threshold else 0.0
    reached = _reached(cuts, threshold)
    figures = {
        "B-cubed F1": bootstrap.mean([found.f1 for found in reached]),
        "B-cubed precision": bootstrap.mean([found.precision for found in reached]),
        "B-cubed recall": bootstrap.mean([found.recall for found in reached]),
    }
    more = {"threshold": threshold, "chosen": "best-on-this-set"} if finder.has_threshold else {}
    signature = signed(corpus, len(mixed), digest, finder.name, *finder.packages, **more)
    return Row(TASK, corpus, finder.name, len(mixed), figures, signature)


def _chosen(cuts: Sequence[tuple[Cut, list[str]]]) -> float:
    """Return the hundredth with the highest mean F1."""

    def quality(threshold: float) -> float:
        return sum(found.f1 for found in _reached(cuts, threshold))

    return max((step / _STEPS for step in range(_FIRST, _STEPS)), key=quality)


def _reached(cuts: Sequence[tuple[Cut, list[str]]], threshold: float) -> list[Agreement]:
    return [bcubed(events, cut(threshold).tolist()) for cut, events in cuts]
