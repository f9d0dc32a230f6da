"""Claims that were annotated by reading: who states them, one good sentence, and wrong ones close to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.recipes.data import bucket

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.recipes.data import Corpora

WRITTEN = Path(__file__).resolve().parent / "written.jsonl"
DRAFTS = Path(__file__).resolve().parent / "drafts.jsonl"
_EXCERPTS = "mds_neus_allsides/train.jsonl"
# One of so many annotated clusters tells how far a training has come, and calibrates its result.
_WATCHED = 24
# Of so many other clusters with drafts, one is watched and one is only measured.
_PARTS = 5
# Of the wrong versions that were annotated without a verdict, these kinds are ruled out by the sources; the
# others say what the sources do not.
_RULED_OUT = frozenset({"role_swap", "number", "date", "name", "negation"})


class Use(Enum):
    """What a cluster is for."""

    LEARNED = auto()
    WATCHED = auto()
    MEASURED = auto()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fluent sentence that the sources do not entail.

    Attributes:
        text: The sentence.
        kind: What is wrong with it.
        contradicted: Whether the sources rule it out, or only do not say it.
    """

    text: str
    kind: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a cluster.

    Attributes:
        members: All sentences that state it.
        context: Sentences that resolve a name or a date of a member.
        right: Sentences that members and context entail together; the first is the best.
        wrong: Sentences that they do not entail.
    """

    members: tuple[str, ...]
    context: tuple[str, ...]
    right: tuple[str, ...]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Excerpts about one event.

    Attributes:
        id: Its name in the corpus of excerpts.
        documents: The excerpts.
        claims: What it states.
        different: Pairs of sentences that look alike and do not state the same.
    """

    id: str
    documents: tuple[str, ...]
    claims: tuple[Claim, ...]
    different: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a drafter wrote, and what a reader said of it.

    Attributes:
        text: The draft.
        verdict: ``right``, ``broken`` if it is not one good sentence, or the kind of error.
    """

    text: str
    verdict: str

    @property
    def right(self) -> bool:
        """Whether it may go out."""
        return self.verdict == "right"


@dataclass(frozen=True, slots=True)
class Drafted:
    """Sentences that the service took for one claim, and what a drafter wrote of them.

    Attributes:
        cluster: Id of the cluster that they are from.
        sources: The sentences.
        drafts: All of them differ.
    """

    cluster: str
    sources: tuple[str, ...]
    drafts: tuple[Draft, ...]


def use_of(cluster: str, annotated_ids: Collection[str]) -> Use:
    """Tell what a cluster is for, which depends on its id and on whether its claims are annotated.

    Args:
        cluster: Its id.
        annotated_ids: Ids of the clusters with annotated claims: of these none is only measured.
    """
    if cluster in annotated_ids:
        return Use.LEARNED if bucket(cluster, _WATCHED) else Use.WATCHED
    return {0: Use.MEASURED, 1: Use.WATCHED}.get(bucket(cluster, _PARTS), Use.LEARNED)


def annotated(corpora: Corpora, part: str) -> list[Cluster]:
    """Read a part of the annotated claims, ``train`` or ``dev``."""
    return [_annotated(record) for record in corpora.read(f"newsweave_claims/{part}.jsonl")]


def written(corpora: Corpora, path: Path) -> list[Cluster]:
    """Read claims such as those that ship with the recipes; the excerpts themselves do not."""
    texts = _excerpts(corpora)
    return [_written(record, texts[record["id"]]) for record in corpora.read_file(path, path.name)]


def judged(corpora: Corpora, path: Path) -> list[Drafted]:
    """Read drafts such as those that ship with the recipes; the excerpts themselves do not."""
    texts = _excerpts(corpora)
    return [
        Drafted(
            record["id"],
            tuple(texts[record["id"]][document][start:end] for document, start, end in record["sources"]),
            tuple(Draft(draft["text"], draft["verdict"]) for draft in record["drafts"]),
        )
        for record in corpora.read_file(path, path.name)
    ]


def _excerpts(corpora: Corpora) -> dict[str, list[str]]:
    """Return the texts of each cluster's documents."""
    return {
        record["id"]: [document["text"] for document in record["documents"]]
        for record in corpora.read(_EXCERPTS)
    }


def _annotated(record: Mapping[str, Any]) -> Cluster:
    return Cluster(
        record["id"],
        _texts(record["documents"]),
        tuple(
            Claim(
                _texts(claim["members"]),
                _texts(claim["context"]),
                (claim["fused"],),
                tuple(
                    Wrong(item["text"], item["kind"], item["kind"] in _RULED_OUT)
                    for item in claim["negatives"]
                ),
            )
            for claim in record["claims"]
        ),
        tuple((one["text"], other["text"]) for one, other in record["hard_negatives"]),
    )


def _texts(spans: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(span["text"] for span in spans)


def _written(record: Mapping[str, Any], texts: Sequence[str]) -> Cluster:
    def cut(span: Sequence[int]) -> str:
        document, start, end = span
        return texts[document][start:end]

    return Cluster(
        record["id"],
        tuple(texts),
        tuple(
            Claim(
                tuple(map(cut, claim["members"])),
                tuple(map(cut, claim["context"])),
                tuple(claim["right"]),
                tuple(
                    Wrong(item["text"], item["kind"], item["verdict"] == "contradicted")
                    for item in claim["wrong"]
                ),
            )
            for claim in record["claims"]
        ),
        tuple((cut(one), cut(other)) for one, other in record["different"]),
    )
