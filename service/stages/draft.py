"""Draft: one sentence a claim, fused by the model where several articles state it, extracted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import Draft, SentenceMode
from service.language.disputes import disagree
from service.language.reference import quotable
from service.ports import DraftRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Dispute, PlanItem, Sentence
    from service.ports import Drafter

_SOURCES = 3


def extract(item: PlanItem) -> Draft:
    """Take the sentence that states the claim best."""
    return Draft(item.cluster_id, item.sentence, SentenceMode.EXTRACTED, _ordered(item)[:1])


def fuse(
    items: Sequence[PlanItem],
    sentences: Sequence[Sentence],
    drafter: Drafter,
    attempt: int,
    disputes: Sequence[Dispute] = (),
) -> list[Draft]:
    """Have the model merge the sentences of each of some claims.

    Args:
        items: Claims with sentences of two articles or more.
        sentences: The sentences of the story.
        drafter: The model.
        attempt: 0 for the first; a second one shows the model only the two closest sentences, in reverse.
        disputes: Where articles disagree; no sentence is merged with one of another side.
    """
    sources = [_sources(item, sentences, attempt, disputes) for item in items]
    requests = [
        DraftRequest(tuple(" ".join(sentences[index].text.split()) for index in shown), item.max_words)
        for item, shown in zip(items, sources, strict=True)
    ]
    made = zip(items, drafter.draft(requests), sources, strict=True)
    return [_draft(item.cluster_id, text, sentences, shown) for item, text, shown in made]


def _draft(cluster_id: int, text: str, sentences: Sequence[Sentence], sources: tuple[int, ...]) -> Draft:
    # What only copies a sentence is an extract, whoever wrote it.
    copied = [index for index in sources if text in {sentences[index].text, quotable(sentences[index].text)}]
    if copied:
        return Draft(cluster_id, text, SentenceMode.EXTRACTED, tuple(copied[:1]))
    return Draft(cluster_id, text, SentenceMode.FUSED, sources)


def _sources(
    item: PlanItem, sentences: Sequence[Sentence], attempt: int, disputes: Sequence[Dispute]
) -> tuple[int, ...]:
    """Return the representative and the closest sentence of each other article that disagrees on nothing."""
    found: dict[int, int] = {}
    for index in _ordered(item):
        if not any(disagree(index, other, disputes) for other in found.values()):
            found.setdefault(sentences[index].source, index)
    closest = tuple(found.values())[:_SOURCES]
    return closest if attempt == 0 else closest[:2][::-1]


def _ordered(item: PlanItem) -> tuple[int, ...]:
    """Return the members of the cluster, the representative first, then by falling similarity."""
    cluster, first = item.ranked.cluster, item.ranked.representative
    pairs = zip(cluster.members, cluster.similarities, strict=True)
    return tuple(index for index, _ in sorted(pairs, key=lambda pair: (pair[0] != first, -pair[1], pair[0])))
