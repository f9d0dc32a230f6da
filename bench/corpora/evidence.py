"""Statements beside the evidence that should support them, some with an error."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.corpora.shared import read, shuffled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says about a document: one sentence or several.

    Attributes:
        text: What is said.
        supported: Whether the evidence supports all of it.
    """

    text: str
    supported: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Evidence, and statements that are to be checked against it.

    Attributes:
        document: What the evidence is from; several cases may share it, and are then not independent.
        passages: The evidence, in paragraphs or sentences.
        statements: At least one.
        surroundings: What else the story says, which is not evidence but shows which words are rare in it.
    """

    document: str
    passages: tuple[str, ...]
    statements: tuple[Statement, ...]
    surroundings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """All cases of one document."""

    id: str
    cases: tuple[Case, ...]


def _wice() -> tuple[list[Case], str]:
    """Claims of Wikipedia and sentences of the page that they cite (Kamoi et al., 2023).

    The evidence is the oracle's: three choices a claim, each with sentences that support the claim as far as
    any does, and others. A claim that is supported in part has an error.
    """
    (rows,), digest = read("faith_wice/claim_oracle_dev.jsonl")
    return [
        Case(row["id"], tuple(row["evidence"]), (Statement(row["claim"], row["label"] == "supported"),))
        for row in rows
    ], digest


def _summedits() -> tuple[list[Case], str]:
    """Summaries of documents of many kinds, edited so that some have an error (Laban et al., 2023)."""
    (rows, documents), digest = read("faith_summedits/dev.jsonl", "faith_summedits/docs.jsonl")
    statements: defaultdict[str, list[Statement]] = defaultdict(list)
    for row in rows:
        statements[row["doc_id"]].append(Statement(row["summary"], row["label"] == 1))
    texts = {item["doc_id"]: tuple(item["doc"].splitlines()) for item in documents}
    return [Case(name, texts[name], tuple(said)) for name, said in statements.items()], digest


def _defacto() -> tuple[list[Case], str]:
    """Summaries that a model wrote of BBC articles, and corrections of the wrong ones (Liu et al., 2023)."""
    (rows,), digest = read("faith_defacto/val.jsonl")
    return [
        Case(str(row["doc_id"]), tuple(row["article"].splitlines()), _corrected(row)) for row in rows
    ], digest


def _corrected(row: Mapping[str, Any]) -> tuple[Statement, ...]:
    """Return a summary, and its correction if that says anything else."""
    candidate = Statement(row["candidate"], not row["has_error"])
    if row["has_error"] and row["corrected"] not in {"", row["candidate"]}:
        return candidate, Statement(row["corrected"], supported=True)
    return (candidate,)


def _claims() -> tuple[list[Case], str]:
    """Fused sentences beside sentences of news excerpts, and versions of them made wrong on purpose."""
    (rows,), digest = read("newsweave_claims/dev.jsonl")
    return [_claim(row, claim) for row in rows for claim in row["claims"]], digest


def _claim(row: Mapping[str, Any], claim: Mapping[str, Any]) -> Case:
    spans = [*claim["members"], *claim["context"]]
    wrong = [Statement(item["text"], supported=False) for item in claim["negatives"]]
    return Case(
        row["id"],
        tuple(span["text"] for span in spans),
        (Statement(claim["fused"], supported=True), *wrong),
        tuple(
            rest for index, item in enumerate(row["documents"]) for rest in _rest(index, item["text"], spans)
        ),
    )


def _rest(document: int, text: str, spans: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the pieces of a document that are not in the spans."""
    start = 0
    for span in sorted((span["start"], span["end"]) for span in spans if span["doc"] == document):
        yield text[start : span[0]]
        start = max(start, span[1])
    yield text[start:]


CORPORA: dict[str, Callable[[], tuple[list[Case], str]]] = {
    "wice": _wice,
    "summedits": _summedits,
    "defacto": _defacto,
    "newsweave-claims": _claims,
}


def load(name: str, limit: int | None = None) -> tuple[list[Case], str]:
    """Read the cases of a corpus, and the digest of its files.

    Args:
        name: A key of ``CORPORA``.
        limit: How many documents to keep, of a random order that never changes.
    """
    cases, digest = CORPORA[name]()
    together: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        together[case.document].append(case)
    dossiers = shuffled(Dossier(document, tuple(found)) for document, found in together.items())
    return [case for dossier in dossiers[:limit] for case in dossier.cases], digest
