"""What the drafter learns from: sentences that state one claim, and the one sentence to write of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.specifics import is_copied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.recipes.claims import Claim, Cluster

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Example:
    """One example.

    Attributes:
        sources: Sentences that state a claim.
        target: The sentence to write of them.
    """

    sources: tuple[str, ...]
    target: str


def of_claims(clusters: Iterable[Cluster], seed: int) -> list[Example]:
    """Return an example for every annotated claim that several sentences state, these in a random order.

    Left out are claims whose sentence has a name or a number that stands in none of them, because the model
    cannot write it.
    """
    choice = random.Random(seed)  # noqa: S311  no secret
    found = [_of_claim(claim, choice) for cluster in clusters for claim in cluster.claims]
    return [
        example
        for example in found
        if len(example.sources) > 1 and is_copied(example.target, example.sources)
    ]


def _of_claim(claim: Claim, choice: random.Random) -> Example:
    sources = list(dict.fromkeys((*claim.members[:_SHOWN], *claim.context)))
    choice.shuffle(sources)
    return Example(tuple(sources), claim.right[0])
