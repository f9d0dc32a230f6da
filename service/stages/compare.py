"""Compare: where articles disagree on a value of one role; the values are shown, and none is called right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.disagreement.changed import of_copies
from service.disagreement.plans import of_plans
from service.disagreement.texts import sources_of, texts_of
from service.disagreement.values import of_values
from service.domain import Dispute, DisputedValue
from service.language.wording import explained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.disagreement.texts import Found, Side
    from service.domain import Article, Cluster
    from service.similarity import Story


def compare(story: Story, clusters: Sequence[Cluster], articles: Sequence[Article]) -> tuple[Dispute, ...]:
    """Find where articles disagree.

    Args:
        story: The sentences and their similarities.
        clusters: The clusters of the sentences.
        articles: What the caller sent, for the dates of publication.

    Returns:
        Disputes, in the order of the first sentences that they are about; the numbers of their clusters
        ascend.
    """
    texts = texts_of(story)
    found = [
        *of_values(story, texts, articles),
        *of_copies(story, texts),
        *of_plans(story, texts, articles),
    ]
    cluster_of = {index: cluster.id for cluster in clusters for index in cluster.members}
    disputes = sorted((_dispute(item, cluster_of) for item in found), key=_first)
    return tuple(replace(dispute, id=number) for number, dispute in enumerate(disputes, start=1))


def _dispute(found: Found, cluster_of: Mapping[int, int]) -> Dispute:
    values = sorted(map(_value, found.sides), key=lambda value: (-value.articles, value.shown))
    return Dispute(
        id=0,
        slot=found.slot,
        status=found.status,
        values=tuple(values),
        explanation=explained(found.status, found.what, [value.shown for value in values]),
        cluster_ids=tuple(sorted({cluster_of[index] for value in values for index in value.sentences})),
    )


def _value(side: Side) -> DisputedValue:
    sentences = {index for text in side.texts for index in text.sentences}
    return DisputedValue(side.value, tuple(sorted(sentences)), len(sources_of(side.texts)), side.date)


def _first(dispute: Dispute) -> tuple[list[int], str]:
    return sorted(index for value in dispute.values for index in value.sentences), dispute.explanation
