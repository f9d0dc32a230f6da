"""What the entailment model learns from: a premise, a hypothesis, and what the one says of the other."""

from __future__ import annotations

import calendar
import itertools
import random
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from models.recipes.claims import annotated, written
from models.recipes.data import bucket
from models.recipes.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from models.recipes.claims import Claim, Cluster
    from models.recipes.data import Corpora

# Marks a premise when the question is not whether the hypothesis follows, but whether both state one claim.
SAME_CLAIM = "Same claim?"
_SHOWN = 4
_SAME_PAIRS = 4
_OTHER_SHARE = 0.3
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
    """Return the pairs to learn from, and a few that tell when to stop; no premise is in both."""
    learned: list[Pair] = []
    watched: list[Pair] = []
    for pair in found:
        (learned if bucket(pair.premise, _WATCHED) else watched).append(pair)
    return learned, watched


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
        seed: Which of the possible premises are taken.
    """
    choice = random.Random(seed)  # noqa: S311  no secret
    return [pair for cluster in clusters for pair in _of_cluster(cluster, choice)]


def _of_cluster(cluster: Cluster, choice: random.Random) -> Iterator[Pair]:
    everything = [text for claim in cluster.claims for text in (*claim.members, *claim.context)]
    for number, claim in enumerate(cluster.claims):
        yield from _checks(claim, everything, choice)
        others = [
            other
            for place, other in enumerate(cluster.claims)
            if place != number and not set(other.members) & set(claim.members)
        ]
        if others:
            hypothesis = choice.choice(others).right[0]
            yield Pair(_premise(claim, choice), hypothesis, Label.NEUTRAL, "news other claim")
        yield from _same(claim, choice)
    for text, alike in cluster.different:
        yield Pair(f"{SAME_CLAIM} {text}", alike, Label.NEUTRAL, "news look-alike")
    yield from _not_same(cluster, choice)


def _checks(claim: Claim, everything: Sequence[str], choice: random.Random) -> Iterator[Pair]:
    for text in claim.right:
        yield Pair(_premise(claim, choice, everything), text, Label.ENTAILED, "news right")
    for wrong in claim.wrong:
        label = Label.CONTRADICTED if wrong.contradicted else Label.NEUTRAL
        yield Pair(_premise(claim, choice, everything), wrong.text, label, f"news {wrong.kind}")
    if (swapped := swap_names(claim.right[0])) and choice.random() < _OTHER_SHARE:
        yield Pair(_premise(claim, choice, everything), swapped, Label.CONTRADICTED, "news swapped by rule")


def _premise(claim: Claim, choice: random.Random, everything: Sequence[str] = ()) -> str:
    """Return members and context in a random order, now and then with a sentence that has no part in it."""
    own = list(dict.fromkeys((*claim.members[:_SHOWN], *claim.context)))
    rest = [text for text in everything if text not in own]
    if rest and choice.random() < _OTHER_SHARE:
        own.append(choice.choice(rest))
    choice.shuffle(own)
    return " ".join(own)


def _same(claim: Claim, choice: random.Random) -> Iterator[Pair]:
    pairs = [pair for pair in itertools.combinations(claim.members, 2) if pair[0] != pair[1]]
    for one, other in choice.sample(pairs, min(_SAME_PAIRS, len(pairs))):
        first, second = choice.sample([one, other], 2)
        yield Pair(f"{SAME_CLAIM} {first}", second, Label.ENTAILED, "news same claim")


def _not_same(cluster: Cluster, choice: random.Random) -> Iterator[Pair]:
    """Members of two claims that share none do not state the same, and are mostly easy."""
    for one, other in itertools.combinations(cluster.claims, 2):
        if not set(one.members) & set(other.members) and choice.random() < _OTHER_SHARE:
            yield Pair(
                f"{SAME_CLAIM} {choice.choice(one.members)}",
                choice.choice(other.members),
                Label.NEUTRAL,
                "news not same",
            )


def held_out(corpora: Corpora) -> list[Pair]:
    """Return the pairs of the clusters that no weight and no choice of the training sees."""
    return news(annotated(corpora, "dev"), seed=0)


def clusters(corpora: Corpora, path: Path) -> tuple[list[Cluster], list[Cluster]]:
    """Return the clusters to learn from, and a few that tell when to stop.

    Args:
        corpora: The data sets.
        path: Claims that were written in addition to them.
    """
    found = [*annotated(corpora, "train"), *written(corpora, path)]
    return (
        [cluster for cluster in found if bucket(cluster.id, 12)],
        [cluster for cluster in found if not bucket(cluster.id, 12)],
    )
