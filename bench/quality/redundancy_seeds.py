"""Redundancy in the five seed articles, of which every sentence is annotated.

It is one story, so that its figures have no interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.corpora import claims, seeds
from bench.corpora.claims import Passage
from bench.measures.bootstrap import Estimate
from bench.measures.linking import score
from bench.neural import settings
from bench.quality.groupings import systems
from bench.quality.provenance import signed
from bench.quality.similarities import TASK
from bench.rows import Row
from service.domain import Article, SummaryOptions
from service.stages.clean import clean
from service.stages.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.corpora.claims import Gold
    from bench.measures.classification import Flags
    from bench.measures.linking import Linking
    from bench.quality.groupings import Grouping

CORPUS = "seeds"


@dataclass(frozen=True, slots=True)
class _Story:
    """The sentences of the articles after cleaning, and what is known of them."""

    texts: tuple[str, ...]
    places: tuple[Passage, ...]
    gold: Gold
    digest: str


def rows(_limit: int | None) -> Iterator[Row]:
    """Yield how each system groups the sentences of the one annotated story, which is never cut short."""
    (folder,) = seeds.folders()
    story = _read(folder)
    for system in systems():
        yield _row(system, story)


def _read(folder: Path) -> _Story:
    texts = seeds.load(folder).texts
    articles = tuple(Article(name, text) for name, text in texts.items())
    documents = clean(articles, SummaryOptions(), settings().max_article_characters)
    sentences = split(documents)
    places = [Passage(articles[item.source].id, item.span.start, item.span.end) for item in sentences]
    return _Story(tuple(item.text for item in sentences), tuple(places), *claims.annotated(folder))


def _row(system: Grouping, story: _Story) -> Row:
    links = system.group(story.texts)
    threshold = system.chosen(lambda threshold: _score(story, links(threshold)).f1)
    signature = signed(
        CORPUS, 1, story.digest, system.name, *system.peer.packages, threshold=threshold, chosen=system.choice
    )
    return Row(TASK, CORPUS, system.name, 1, _figures(_score(story, links(threshold))), signature)


def _score(story: _Story, linked: Flags) -> Linking:
    pairs = np.argwhere(np.triu(linked, k=1)).tolist()
    return score(story.gold, [(story.places[one], story.places[other]) for one, other in pairs])


def _figures(found: Linking) -> dict[str, Estimate]:
    return {
        "pair precision": _certain(found.precision),
        "pair recall": _certain(found.recall),
        "pair F1": _certain(found.f1),
        "look-alikes linked": _certain(found.lookalikes),
    }


def _certain(value: float) -> Estimate:
    return Estimate(value, value, value)
