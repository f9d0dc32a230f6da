"""What the entailment model learns from: a premise, a hypothesis, and what the one says of the other."""

from __future__ import annotations

import calendar
import itertools
import random
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from models.recipes.claims import annotated
from models.recipes.data import bucket
from models.recipes.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from models.recipes.claims import Claim, Cluster
    from models.recipes.data import Corpora

# Where pairs of news are from: right sentences, and wrong ones with their kind of error after it.
RIGHT, WRONG = "news right", "news wrong: "
_SHOWN = 4
# One of so many premises of other texts than news is kept aside.
_WATCHED = 25
_NAMES = re.compile(r"(?<=\s)(?:[A-Z][\w’'-]+)(?:\s[A-Z][\w’'-]+)*")
_CALENDAR = frozenset((*calendar.day_name, *calendar.month_name[1:]))


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
    """

    premise: str
    hypothesis: str
    label: Label
    origin: str


_LABELS = {
    "entailment": Label.ENTAILED,
    "neutral": Label.NEUTRAL,
    "contradiction": Label.CONTRADICTED,
    "SUPPORTS": Label.ENTAILED,
    "REFUTES": Label.CONTRADICTED,
}


def general(corpora: Corpora) -> list[Pair]:
    """Return pairs of other kinds of text than news: what entailment is, before what it is about."""
    return [
        *(_nli(row, "snli") for row in corpora.read("nli_snli_small/train.jsonl")),
        *(_nli(row, "med") for row in corpora.read("nli_med/train.jsonl")),
        *(
            Pair(" ".join(row["evidence"]), row["claim"], _LABELS[row["label"]], "fm2")
            for row in corpora.read("nli_fm2/train.jsonl")
        ),
        *(pair for row in corpora.read("fusion_wikisplit/validation.jsonl") for pair in _split(row)),
    ]


def apart(found: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs to learn from, and a few that tell when to stop; no text is in both."""
    learned: list[Pair] = []
    watched: list[Pair] = []
    for pair in found:
        (learned if bucket(pair.premise, _WATCHED) else watched).append(pair)
    seen = {text for pair in learned for text in (pair.premise, pair.hypothesis)}
    return learned, [pair for pair in watched if seen.isdisjoint((pair.premise, pair.hypothesis))]


def _nli(row: Mapping[str, Any], origin: str) -> Pair:
    return Pair(plain(row["premise"]), plain(row["hypothesis"]), _LABELS[row["label"]], origin)


def _split(row: Mapping[str, Any]) -> Iterator[Pair]:
    """A sentence entails its parts; a part alone does not entail the whole."""
    fused, parts = plain(row["fused"]), [plain(part) for part in row["parts"]]
    which = bucket(fused, 2)
    yield Pair(fused, parts[which], Label.ENTAILED, "wikisplit part")
    yield Pair(parts[1 - which], fused, Label.NEUTRAL, "wikisplit whole")
    if swapped := swap_names(fused):
        yield Pair(" ".join(parts), swapped, Label.CONTRADICTED, "wikisplit swapped")


def swap_names(text: str) -> str:
    """Let the first two names that stand apart change places; empty if there are none."""
    found = [match for match in _NAMES.finditer(text) if not _CALENDAR.intersection(match[0].split())]
    for one, other in itertools.pairwise(found):
        between = text[one.end() : other.start()]
        if one[0] != other[0] and len(between.split()) > 1 and " and " not in between and "," not in between:
            return text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
    return ""


def news(clusters: Iterable[Cluster], seed: int) -> list[Pair]:
    """Return the pairs of annotated claims.

    Args:
        clusters: With their claims.
        seed: Of the order of sentences in premises, and of what is taken from other claims.
    """
    choice = random.Random(seed)  # noqa: S311  no secret
    return [pair for cluster in clusters for pair in _of_cluster(cluster, choice)]


def _of_cluster(cluster: Cluster, choice: random.Random) -> Iterator[Pair]:
    for claim in cluster.claims:
        yield from _checks(claim, choice)
        shown = {*claim.members, *claim.context}
        others = [other for other in cluster.claims if shown.isdisjoint(other.members)]
        if others:
            hypothesis = choice.choice(others).right[0]
            yield Pair(_premise(claim, choice), hypothesis, Label.NEUTRAL, "news other claim")


def _checks(claim: Claim, choice: random.Random) -> Iterator[Pair]:
    """Yield wrong sentences, and right ones as often, so that neither kind is the likelier guess."""
    for text in itertools.islice(itertools.cycle(claim.right), max(len(claim.right), len(claim.wrong))):
        yield Pair(_premise(claim, choice), text, Label.ENTAILED, RIGHT)
    for wrong in claim.wrong:
        label = Label.CONTRADICTED if wrong.contradicted else Label.NEUTRAL
        yield Pair(_premise(claim, choice), wrong.text, label, f"{WRONG}{wrong.kind}")


def _premise(claim: Claim, choice: random.Random) -> str:
    """Return members and context in a random order."""
    own = list(dict.fromkeys((*claim.members[:_SHOWN], *claim.context)))
    choice.shuffle(own)
    return " ".join(own)


def held_out(corpora: Corpora) -> list[Pair]:
    """Return the pairs of the clusters that no weight and no choice of the training sees."""
    return news(annotated(corpora, "dev"), seed=0)
