"""Articles to be compared, short ways to compare them, and what they say besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import Cluster
from service.stages.compare import compare
from tests.unit.service.fakes import articles, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Article, Dispute

# What else the articles say, so that the story is more than the two sentences that are compared.
OTHERWISE = (
    (
        "The weather in the valley was mild.",
        "Farmers sold apples at the market.",
        "A school got new windows.",
        "Children painted the wall of the library.",
    ),
    (
        "A choir sang old songs at the fair.",
        "Two dogs ran across the field.",
        "The baker opens at dawn in summer.",
        "Snow fell on the hills.",
    ),
)
FIRST, SECOND = 0, 1 + len(OTHERWISE[0])


def disputes(*told: Sequence[str], sent: Sequence[Article] = ()) -> tuple[Dispute, ...]:
    """Compare articles, each a list of sentences."""
    story = story_of(*told)
    clusters = [Cluster(index + 1, (index,), (1.0,), 1) for index in range(len(story.sentences))]
    return compare(story, clusters, sent or articles(*(" ".join(texts) for texts in told)))


def told_beside(*sentences: str, sent: Sequence[Article] = ()) -> tuple[Dispute, ...]:
    """Compare articles that each say one thing, and something else."""
    filled = ([text, *OTHERWISE[order % 2]] for order, text in enumerate(sentences))
    return disputes(*filled, sent=sent)


def values(dispute: Dispute) -> set[str]:
    return {value.value for value in dispute.values}
