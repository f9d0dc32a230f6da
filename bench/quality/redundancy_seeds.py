"""Redundancy in the articles that ship with the project, of which every sentence is annotated.

Every system is given the annotated passages themselves, so that nothing but the grouping is measured; the
service is measured on what its own cleaning and splitting make of the articles as well.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bench.corpora import claims, seeds
from bench.corpora.claims import Passage
from bench.measures import bootstrap
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
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.corpora.claims import Gold
    from bench.measures.bootstrap import Estimate
    from bench.measures.classification import Flags
    from bench.measures.linking import Linking
    from bench.quality.groupings import Grouping

CORPUS = "seeds"


@dataclass(frozen=True, slots=True)
class _Story:
    """Sentences of articles, where they stand, and what is known of them."""

    texts: tuple[str, ...]
    places: tuple[Passage, ...]
    gold: Gold
    digest: str


def rows(_limit: int | None) -> Iterator[Row]:
    """Yield how each system groups the sentences of the annotated stories, which are never cut short."""
    folders = [folder for folder in seeds.folders() if (folder / "claims.json").is_file()]
    given = [_given(folder) for folder in folders]
    own, *peers = systems()
    yield _row(own, given)
    yield _row(replace(own, name=f"{own.name}, after cleaning"), [_cleaned(folder) for folder in folders])
    yield from (_row(peer, given) for peer in peers)


def _given(folder: Path) -> _Story:
    texts = seeds.load(folder).texts
    gold, digest = claims.annotated(folder)
    return _Story(
        tuple(texts[unit.article][unit.start : unit.end] for unit in gold.units), gold.units, gold, digest
    )


def _cleaned(folder: Path) -> _Story:
    articles = tuple(Article(name, text) for name, text in seeds.load(folder).texts.items())
    documents = clean(articles, SummaryOptions(), settings().max_article_characters)
    sentences = split(documents)
    places = [Passage(articles[item.source].id, item.span.start, item.span.end) for item in sentences]
    return _Story(tuple(item.text for item in sentences), tuple(places), *claims.annotated(folder))


def _row(system: Grouping, stories: Sequence[_Story]) -> Row:
    links = [system.group(story.texts) for story in stories]

    def scores(threshold: float) -> list[Linking]:
        return [_score(story, link(threshold)) for story, link in zip(stories, links, strict=True)]

    threshold = system.chosen(lambda threshold: sum(found.f1 for found in scores(threshold)))
    digest = hashlib.sha256("".join(story.digest for story in stories).encode()).hexdigest()
    depends = signed(
        CORPUS,
        len(stories),
        digest,
        system.name,
        *system.peer.packages,
        threshold=threshold,
        chosen=system.choice,
    )
    return Row(TASK, CORPUS, system.name, len(stories), _figures(scores(threshold)), depends)


def _score(story: _Story, linked: Flags) -> Linking:
    pairs = np.argwhere(np.triu(linked, k=1)).tolist()
    return score(story.gold, [(story.places[one], story.places[other]) for one, other in pairs])


def _figures(found: Sequence[Linking]) -> dict[str, Estimate]:
    """Return the means over the stories."""
    return {
        "pair precision": bootstrap.mean([linking.precision for linking in found]),
        "pair recall": bootstrap.mean([linking.recall for linking in found]),
        "pair F1": bootstrap.mean([linking.f1 for linking in found]),
        "look-alikes linked": bootstrap.mean([linking.lookalikes for linking in found]),
    }
