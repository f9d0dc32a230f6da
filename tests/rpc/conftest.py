"""A real server on a free port, with fakes behind it.

async def test_something(serve: Serve) -> None:
    async with serve() as served:
        answer = await served.client.summarize(served.request("One text.", "Another."))
        ...
"""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

import numpy as np
import pytest

from newsweave import AsyncClient, CallError
from newsweave import messages as pb
from service import bootstrap
from service.domain import (
    Citation,
    ModelCard,
    Origin,
    Origins,
    Progress,
    Provenance,
    RemovalReason,
    Removed,
    SentenceMode,
    SourceReport,
    Span,
    Stage,
    Summary,
    SummarySentence,
    Usage,
    Verification,
)
from service.engine.local import LocalEngine
from service.ports import LoadedModels
from service.rpc.server import Server, running
from service.rpc.servicer import Identity
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from service.domain import Event, Job, Vectors
    from service.ports import Check, DraftRequest, Models
    from service.rpc.servicer import Summarize

CARDS = (
    ModelCard("encoder", "fake-encoder", "MIT", "1" * 64),
    ModelCard("drafter", "fake-drafter", "MIT", "2" * 64),
)


@dataclass
class FakeModel:
    """Both models at once: texts are close if they share words, and a draft is its first source."""

    card: ModelCard

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        check()
        rows = np.full((len(texts), 64), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[crc32(word.encode()) % 64] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        check()
        return [request.sources[0] for request in requests]


def story(job: Job, models: Models) -> Iterator[Event]:
    """Cite the second to last code point of every article, in a sentence of its own."""
    models.encoder.encode([article.text for article in job.articles])
    removed = (Removed(Span(0, 1), RemovalReason.CREDIT),)
    sources = tuple(
        SourceReport(article, article.title, 1, 0, removed, number)
        for number, article in enumerate(job.articles, start=1)
    )
    alone = Origins(tuple(Origin(source.origin, (source.origin - 1,), ()) for source in sources))
    yield from sources
    yield Progress(Stage.CLEAN)
    sentences = []
    for index, article in enumerate(job.articles):
        span = Span(1, len(article.text))
        citation = Citation(article.id, index, span, span.of(article.text), 0.75)
        check = Verification("fake", 0.75, 0.5, ())
        sentences.append(
            SummarySentence(citation.quote, SentenceMode.EXTRACTED, (citation,), 1, 1, check, index + 1)
        )
        yield sentences[-1]
    usage = Usage(job.options.max_words, 1, job.options.max_sentences or 0, len(sentences), len(sentences), 0)
    yield Summary(tuple(sentences), (), sources, alone, (), (), (), usage, Provenance("1", CARDS, "0" * 64))


@dataclass
class Loader:
    """Loads fakes once it may, or fails."""

    at_once: bool = False
    fault: Exception | None = None
    go: threading.Event = field(default_factory=threading.Event)

    def load(self, check: Check) -> LoadedModels:
        while not self.at_once and not self.go.wait(0.01):
            check()
        if self.fault:
            raise self.fault
        return LoadedModels(FakeModel(CARDS[0]), FakeModel(CARDS[1]))


@dataclass
class Served:
    """A server, and a client that is connected to it."""

    server: Server
    client: AsyncClient
    loader: Loader

    @property
    def address(self) -> str:
        return self.server.address

    @staticmethod
    def articles(*texts: str) -> list[pb.Article]:
        return [pb.Article(id=f"a{index}", text=text) for index, text in enumerate(texts)]

    def request(self, *texts: str, **options: object) -> pb.SummarizeRequest:
        return pb.SummarizeRequest(articles=self.articles(*texts), options=pb.SummaryOptions(**options))  # type: ignore[arg-type]

    @staticmethod
    async def refused(answer: Awaitable[object]) -> CallError:
        """Return the error with which a call ends."""
        with pytest.raises(CallError) as told:
            await answer
        return told.value


class Serve(Protocol):
    """Starts a server; ``ready`` says whether its models are loaded before the test begins."""

    def __call__(
        self,
        summarize: Summarize = ...,
        *,
        ready: bool = ...,
        fault: Exception | None = ...,
        **settings: object,
    ) -> AbstractAsyncContextManager[Served]: ...


class Hosted(Protocol):
    """Makes what a server is made of."""

    def __call__(
        self, summarize: Summarize = ..., *, loader: Loader | None = ..., **settings: object
    ) -> tuple[Settings, LocalEngine, Summarize, Identity]: ...


@pytest.fixture
def hosted() -> Hosted:
    def make(
        summarize: Summarize = story, *, loader: Loader | None = None, **settings: object
    ) -> tuple[Settings, LocalEngine, Summarize, Identity]:
        chosen = Settings(**{"address": "127.0.0.1:0", **settings})  # type: ignore[arg-type]
        return (
            chosen,
            LocalEngine((loader or Loader(at_once=True)).load),
            summarize,
            Identity("9.9", "fake", 0.5),
        )

    return make


@pytest.fixture
def serve(hosted: Hosted) -> Serve:
    @asynccontextmanager
    async def start(
        summarize: Summarize = story,
        *,
        ready: bool = True,
        fault: Exception | None = None,
        **settings: object,
    ) -> AsyncIterator[Served]:
        loader = Loader(at_once=ready, fault=fault)
        parts = hosted(summarize, loader=loader, **settings)
        async with running(*parts, side_door=bootstrap.side_door(parts[0])) as server:
            if ready:
                await server.health.settled.wait()
            try:
                async with AsyncClient(server.address) as client:
                    yield Served(server, client, loader)
            finally:
                loader.go.set()
        assert not [
            thread for thread in threading.enumerate() if thread.name.startswith(("models", "worker"))
        ]

    return start


@pytest.fixture
def pipeline() -> Callable[[Job, Models], Iterator[Event]]:
    """Return the fake pipeline, for tests that wrap it."""
    return story
