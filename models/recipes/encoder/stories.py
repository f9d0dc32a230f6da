"""The sentences of a cluster of excerpts, and which of them state one claim."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain import Span
from service.stages.split import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.recipes.claims import Cluster


@dataclass(frozen=True, slots=True)
class Story:
    """Sentences about one event.

    Attributes:
        texts: The sentences, no two of them equal.
        same: Pairs of their indices that state one claim, the lower index first.
        alike: Pairs that look alike and do not.
    """

    texts: tuple[str, ...]
    same: frozenset[tuple[int, int]]
    alike: frozenset[tuple[int, int]]


def story_of(cluster: Cluster, *, merged: bool = False) -> Story:
    """Return all sentences of a cluster, those that state no annotated claim among them.

    Args:
        cluster: Annotated claims.
        merged: Whether the sentence that annotators wrote of each claim is one more that states it.
    """
    claims = [
        (*claim.members, *(claim.right[:1] if merged and len(claim.members) > 1 else ()))
        for claim in cluster.claims
    ]
    stated = dict.fromkeys(itertools.chain(*claims, *cluster.different))
    silent = (
        text
        for text in _sentences(cluster.documents)
        if not any(text in one or one in text for one in stated)
    )
    texts = tuple(stated | dict.fromkeys(silent))
    place = {text: index for index, text in enumerate(texts)}
    same = frozenset(
        pair
        for claim in claims
        for pair in itertools.combinations(sorted({place[text] for text in claim}), 2)
    )
    alike = {(min(pair), max(pair)) for pair in ((place[a], place[b]) for a, b in cluster.different)}
    return Story(texts, same, frozenset(pair for pair in alike if pair[0] != pair[1]) - same)


def _sentences(documents: Sequence[str]) -> Iterator[str]:
    for text in documents:
        start = 0
        for line in text.splitlines(keepends=True):
            for span in sentence_spans(text, Span(start, start + len(line))):
                yield span.of(text)
            start += len(line)
