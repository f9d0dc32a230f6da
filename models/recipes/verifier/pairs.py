"""What the entailment model learns from: a premise, a hypothesis, and what the one says of the other."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from models.recipes.claims import annotated
from models.recipes.data import bucket
from models.recipes.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.recipes.claims import Claim, Cluster, Drafted
    from models.recipes.data import Corpora

_SHOWN = 4
# Of the captions, pairs of one in so many are enough.
_OF_CAPTIONS = 6


class Kind(NamedTuple):
    """Where sentences about news are from: the origin of right ones, and how that of wrong ones begins."""

    right: str
    wrong: str


WRITTEN = Kind("news right", "news wrong: ")
DRAFTED = Kind("draft right", "draft wrong: ")


class Label(IntEnum):
    """What a premise says of a hypothesis."""

    ENTAILED = 0
    NEUTRAL = 1
    CONTRADICTED = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """One example.

    Attributes:
        premise: One sentence or several, set apart by spaces.
        hypothesis: One sentence.
        label: What the premise says of it.
        origin: The corpus, and the kind of example.
        weight: How much it counts.
    """

    premise: str
    hypothesis: str
    label: Label
    origin: str
    weight: float = 1.0


_LABELS = {
    "entailment": Label.ENTAILED,
    "neutral": Label.NEUTRAL,
    "contradiction": Label.CONTRADICTED,
    "SUPPORTS": Label.ENTAILED,
    "REFUTES": Label.CONTRADICTED,
}


def general(corpora: Corpora) -> list[Pair]:
    """Return pairs of other kinds of text than news, those of one premise together."""
    captions = [_nli(row, "snli") for row in corpora.read("nli_snli_small/train.jsonl")]
    captions.sort(key=lambda pair: pair.premise)
    return [
        *(pair for pair in captions if not bucket(pair.premise, _OF_CAPTIONS)),
        *(
            Pair(" ".join(row["evidence"]), row["claim"], _LABELS[row["label"]], "fm2")
            for row in corpora.read("nli_fm2/train.jsonl")
        ),
    ]


def _nli(row: Mapping[str, Any], origin: str) -> Pair:
    return Pair(plain(row["premise"]), plain(row["hypothesis"]), _LABELS[row["label"]], origin)


def news(clusters: Iterable[Cluster], seed: int) -> list[Pair]:
    """Return the pairs of annotated claims, those of one premise together.

    Args:
        clusters: With their claims.
        seed: Of the order of sentences in premises, and of what is taken from other claims.
    """
    choice = random.Random(seed)  # noqa: S311  no secret
    return [pair for cluster in clusters for claim in cluster.claims for pair in _of(claim, cluster, choice)]


def _of(claim: Claim, cluster: Cluster, choice: random.Random) -> Iterator[Pair]:
    """Yield wrong sentences, and right ones of the same weight: neither kind is the likelier guess."""
    shown = list(dict.fromkeys((*claim.members[:_SHOWN], *claim.context)))
    choice.shuffle(shown)
    premise = " ".join(shown)
    for text in claim.right:
        yield Pair(premise, text, Label.ENTAILED, WRITTEN.right, len(claim.wrong) / len(claim.right))
    for wrong in claim.wrong:
        label = Label.CONTRADICTED if wrong.contradicted else Label.NEUTRAL
        yield Pair(premise, wrong.text, label, f"{WRITTEN.wrong}{wrong.kind}")
    others = [other for other in cluster.claims if {*claim.members, *claim.context}.isdisjoint(other.members)]
    if others:
        yield Pair(premise, choice.choice(others).right[0], Label.NEUTRAL, "news other claim")


def held_out(corpora: Corpora) -> list[Pair]:
    """Return the pairs of the clusters that no weight and no choice of the training sees."""
    return news(annotated(corpora, "dev"), seed=0)


def of_drafts(drafted: Iterable[Drafted]) -> list[Pair]:
    """Return the pairs of judged drafts, those of one premise together; what is no good sentence is wrong.

    All right ones together weigh as much as all others. Within a claim they do not: that some claims can be
    written of better than others is worth knowing.
    """
    drafts = [(found, draft) for found in drafted for draft in found.drafts]
    right = sum(draft.right for _, draft in drafts)
    counts = {True: right, False: len(drafts) - right}
    return [
        Pair(
            " ".join(found.sources),
            draft.text,
            Label.ENTAILED if draft.right else Label.NEUTRAL,
            DRAFTED.right if draft.right else f"{DRAFTED.wrong}{draft.verdict}",
            len(drafts) / (2 * counts[draft.right]),
        )
        for found, draft in drafts
    ]
