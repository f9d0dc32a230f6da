"""Redundancy in annotated clusters of news excerpts: pairs that state the same claim beside look-alikes.

Other pairs are not annotated and do not count. A passage stands for the sentence that shares most with it:
one in thirty was annotated with other borders than the service finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.corpora import claims
from bench.corpora.claims import Passage
from bench.measures import bootstrap
from bench.measures.classification import accepted_share, area, average_precision, balanced_accuracy
from bench.measures.linking import overlap
from bench.quality.groupings import systems
from bench.quality.provenance import signed
from bench.quality.similarities import TASK
from bench.rows import Row
from service.stages.split import split_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.corpora.claims import Excerpts
    from bench.measures.bootstrap import Estimate
    from bench.measures.classification import Flags
    from bench.quality.groupings import Grouping, Links
    from bench.quality.peers_similarity import Indices

CORPUS = "newsweave-claims"


@dataclass(frozen=True, slots=True)
class _Story:
    """The sentences of a cluster, and pairs of them.

    Attributes:
        id: Unique in its corpus.
        texts: The sentences.
        left: Index of one sentence of each pair.
        right: Index of the other.
        same: Whether the pair states the same claim; if not, it is a look-alike.
    """

    id: str
    texts: tuple[str, ...]
    left: Indices
    right: Indices
    same: Flags


def rows(limit: int | None) -> Iterator[Row]:
    """Yield how each system ranks the pairs, and which of them it puts together."""
    found, digest = claims.excerpts()
    stories = [_story(item) for item in found[:limit]]
    for system in systems():
        yield _row(system, stories, digest)


def _story(item: Excerpts) -> _Story:
    sentences = split_plain(tuple(item.texts.values()))
    names = tuple(item.texts)
    places = [Passage(names[found.source], found.span.start, found.span.end) for found in sentences]
    known = {_where(pair, places): True for pair in item.same}
    known = {_where(pair, places): False for pair in item.lookalikes} | known
    pairs = sorted(pair for pair in known if len(pair) > 1)
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    texts = tuple(found.text for found in sentences)
    return _Story(item.id, texts, left, right, np.array([known[pair] for pair in pairs], dtype=np.bool_))


def _where(pair: frozenset[Passage], places: Sequence[Passage]) -> tuple[int, ...]:
    """Return the indices of the sentences of a pair; it is one index if both passages are in one sentence."""
    return tuple(sorted({_nearest(passage, places) for passage in pair}))


def _nearest(passage: Passage, places: Sequence[Passage]) -> int:
    return max(range(len(places)), key=lambda index: overlap(passage, places[index]))


def _row(system: Grouping, stories: Sequence[_Story], digest: str) -> Row:
    groups = [system.group(story.texts) for story in stories]
    same = np.concatenate([story.same for story in stories])
    threshold = system.chosen(lambda threshold: balanced_accuracy(same, _linked(stories, groups, threshold)))
    figures = _figures(system, stories, same, _linked(stories, groups, threshold))
    signature = signed(
        CORPUS,
        len(stories),
        digest,
        system.name,
        *system.peer.packages,
        threshold=threshold,
        chosen=system.choice,
    )
    return Row(TASK, CORPUS, system.name, len(stories), figures, signature)


def _linked(stories: Sequence[_Story], groups: Sequence[Links], threshold: float) -> Flags:
    """Tell of every pair of every story whether it is put together."""
    links = [group(threshold) for group in groups]
    return np.concatenate(
        [found[story.left, story.right] for story, found in zip(stories, links, strict=True)]
    )


def _figures(system: Grouping, stories: Sequence[_Story], same: Flags, linked: Flags) -> dict[str, Estimate]:
    fitted = [(system.peer.fit(story.texts), story) for story in stories]
    scores = np.concatenate([similarity(story.left, story.right) for similarity, story in fitted])
    owners = [story.id for story in stories for _ in story.same]
    measures = {
        "ROC AUC": lambda chosen: area(same[chosen], scores[chosen]),
        "average precision": lambda chosen: average_precision(same[chosen], scores[chosen]),
        "balanced accuracy": lambda chosen: balanced_accuracy(same[chosen], linked[chosen]),
        "same linked": lambda chosen: accepted_share(same[chosen], linked[chosen]),
        "look-alikes linked": lambda chosen: accepted_share(~same[chosen], linked[chosen]),
    }
    return {name: bootstrap.statistic(measure, len(same), owners) for name, measure in measures.items()}
