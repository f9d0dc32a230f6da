"""Newsweave in this process: the pipeline and the models, without the server and the queue around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bench import neural
from models.drafter import Drafter
from models.encoder import Encoder
from service import loading, pipeline
from service.domain import Article, Drafting, Job, Provenance, Summary, SummaryOptions
from service.ports import Models
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.corpora.clusters import Cluster
    from service.domain import Vectors
    from service.ports import DraftRequest


@dataclass(frozen=True, slots=True)
class BoundEncoder:
    """The encoder as a port."""

    model: Encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Do as :meth:`service.ports.Encoder.encode`."""
        return self.model.encode(texts, go_on)


@dataclass(frozen=True, slots=True)
class BoundDrafter:
    """The drafter as a port."""

    model: Drafter

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        """Do as :meth:`service.ports.Drafter.draft`."""
        return self.model.draft(requests, go_on)


@cache
def encoder() -> Encoder:
    """Return the one encoder of this process."""
    settings = neural.settings()
    return Encoder(neural.files(settings.encoder), precision=loading.precision(settings))


@cache
def drafter() -> Drafter:
    """Return the one drafter of this process."""
    settings = neural.settings()
    return Drafter(neural.files(settings.drafter), precision=loading.precision(settings))


def models() -> Models:
    """Return the models as a request sees them."""
    return Models(BoundEncoder(encoder()), BoundDrafter(drafter()), go_on, neural.verifier())


def job(cluster: Cluster, drafting: Drafting = Drafting.ABSTRACTIVE) -> Job:
    """Return what a caller with default options asks for."""
    articles = tuple(Article(item.id, item.text, title=item.title) for item in cluster.articles)
    return Job(articles, SummaryOptions(max_words=cluster.words, drafting=drafting))


def summarize(asked: Job, bound: Models | None = None) -> Summary:
    """Run the pipeline to its end."""
    settings = neural.settings()
    provenance = Provenance(VERSION, (), settings.sha256)
    *_, last = pipeline.summarize(asked, bound or models(), settings, provenance)
    if not isinstance(last, Summary):
        message = "the pipeline ended without a summary"
        raise TypeError(message)
    return last


def go_on() -> None:
    """Never end the work."""
