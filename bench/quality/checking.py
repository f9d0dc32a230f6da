"""Checking: are statements that the evidence supports told from those with an error?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from bench.corpora import evidence
from bench.measures import bootstrap
from bench.measures.classification import accepted_share, area, balanced_accuracy, crossed
from bench.neural import settings, verifier
from bench.quality.checkers import Entailment, Judgement, Verdict, entail, judge, prepare, serve
from bench.quality.provenance import COSINE, NEWSWEAVE, signed
from bench.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.corpora.evidence import Case
    from bench.measures.bootstrap import Estimate, Indices
    from bench.measures.classification import Flags
    from bench.quality.peers_similarity import Floats

    Measures = dict[str, Callable[[Indices], float]]

TASK = "checking"
# Documents of a corpus that the entailment model is asked about; it takes a third of a second a sentence.
_MOST = {"summedits": 30}
Said = TypeVar("Said", Judgement, Verdict, Entailment)


@dataclass(frozen=True, slots=True)
class _Judged(Generic[Said]):
    """Every statement of a corpus with what is said of it.

    Attributes:
        corpus: The name of the data.
        digest: Digest of the data.
        documents: What each is about; statements about one document are not independent.
        truth: Whether each is supported.
        judgements: What is said of each.
    """

    corpus: str
    digest: str
    documents: Sequence[str]
    truth: Flags
    judgements: Sequence[Said]

    @property
    def halves(self) -> Flags:
        """Which half each is in: all statements about one document are in the same."""
        return np.array([hashlib.sha256(name.encode()).digest()[0] % 2 == 0 for name in self.documents])


def _measure(corpus: str, limit: int | None) -> Iterator[Row]:
    cases, digest = evidence.load(corpus, limit)
    prepare(cases)
    judged = _judged(corpus, cases, digest, judge)
    support = np.array([found.support for found in judged.judgements])
    agreed = np.array([found.agreed for found in judged.judgements])
    least = settings().support_similarity
    yield _row(judged, NEWSWEAVE, _ranking(judged, agreed) | _decision(judged, agreed >= least))
    yield _row(judged, f"{NEWSWEAVE}, support only", _ranking(judged, support))
    guards = np.array([found.guards for found in judged.judgements])
    yield _row(judged, f"{NEWSWEAVE}, guards only", _ranking(judged, guards))
    cosine = np.array([found.cosine for found in judged.judgements])
    yield _row(judged, COSINE, _ranking(judged, cosine))
    yield from _serve(corpus, limit)


def _serve(corpus: str, limit: int | None) -> Iterator[Row]:
    """Yield what becomes of the statements, and what the entailment model says of them, if there is one.

    It is asked about whole corpora only: samples are to be quick.
    """
    most = _MOST.get(corpus)
    few = min(filter(None, (limit, most)), default=None)
    cases, digest = evidence.load(corpus, few)
    judged = _judged(corpus, cases, digest, serve)
    verified = np.array([found.verified > 0 for found in judged.judgements])
    yield _row(judged, f"{NEWSWEAVE}, as served", _decision(judged, verified))
    if limit is None and (model := verifier()):
        asked = _judged(corpus, cases, digest, entail)
        entailed = np.array([found.entailed for found in asked.judgements])
        measures = _ranking(asked, entailed) | _decision(asked, entailed >= model.threshold)
        yield _row(asked, f"{NEWSWEAVE}, entailment", measures)


def _judged(
    corpus: str, cases: Sequence[Case], digest: str, ask: Callable[[Case], list[Said]]
) -> _Judged[Said]:
    return _Judged(
        corpus=corpus,
        digest=digest,
        documents=[case.document for case in cases for _ in case.statements],
        truth=np.array([statement.supported for case in cases for statement in case.statements]),
        judgements=[found for case in cases for found in ask(case)],
    )


def _ranking(judged: _Judged[Said], scores: Floats) -> Measures:
    """Return the figures of scores; where they need a threshold it is that of the other half."""
    truth, halves = judged.truth, judged.halves
    return {
        "ROC AUC": lambda chosen: area(truth[chosen], scores[chosen]),
        "balanced accuracy": lambda chosen: crossed(truth[chosen], scores[chosen], halves[chosen]),
    }


def _decision(judged: _Judged[Said], accepted: Flags) -> Measures:
    """Return the figures of decisions."""
    truth = judged.truth
    return {
        "balanced accuracy, default": lambda chosen: balanced_accuracy(truth[chosen], accepted[chosen]),
        "right accepted": lambda chosen: accepted_share(truth[chosen], accepted[chosen]),
        "wrong accepted": lambda chosen: accepted_share(~truth[chosen], accepted[chosen]),
    }


def _row(judged: _Judged[Said], system: str, measures: Measures) -> Row:
    items = len(judged.truth)
    figures: dict[str, Estimate] = {
        name: bootstrap.statistic(measure, items, judged.documents) for name, measure in measures.items()
    }
    return Row(
        TASK, judged.corpus, system, items, figures, signed(judged.corpus, items, judged.digest, system)
    )


TASKS: dict[str, Callable[[int | None], Iterator[Row]]] = {
    corpus: partial(_measure, corpus) for corpus in evidence.CORPORA
}


def rows(limit: int | None = None) -> Iterator[Row]:
    """Yield one row a corpus and system.

    Args:
        limit: The most documents of a corpus.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    for task in TASKS.values():
        yield from task(limit)
