"""The calls of the smoke run, each timed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from newsweave.v1 import newsweave_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.corpora.seeds import ArticleCluster
    from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub

_TIMEOUT_SECONDS = 300.0
_NEIGHBOURS = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream brought, and when.

    Attributes:
        events: In order.
        first_sentence_seconds: From the call to the first sentence.
        seconds: From the call to the end.
    """

    events: tuple[pb.StreamSummarizeResponse, ...]
    first_sentence_seconds: float
    seconds: float

    @property
    def completed(self) -> list[pb.Summary]:
        """The summaries in ``completed`` events; there should be one."""
        return [event.completed for event in self.events if event.WhichOneof("event") == "completed"]

    @property
    def sentences(self) -> list[pb.SummarySentence]:
        """The sentences, in the order in which they came."""
        return [event.sentence for event in self.events if event.WhichOneof("event") == "sentence"]


class Caller:
    """Sends one cluster of articles in every way that the contract offers."""

    def __init__(self, stub: SummarizerServiceStub, cluster: ArticleCluster) -> None:
        """Make the articles of all requests."""
        self._stub = stub
        self._articles = cluster.sent()

    def unary(self, options: pb.SummaryOptions | None = None) -> pb.Summary:
        """Summarize in one answer."""
        request = pb.SummarizeRequest(articles=self._articles, options=options)
        return self._stub.Summarize(request, timeout=_TIMEOUT_SECONDS).summary

    def streamed(self) -> Streamed:
        """Summarize as a stream of events."""
        start = time.monotonic()
        events: list[pb.StreamSummarizeResponse] = []
        first = float("inf")
        request = pb.StreamSummarizeRequest(articles=self._articles)
        for event in self._stub.StreamSummarize(request, timeout=_TIMEOUT_SECONDS):
            events.append(event)
            if event.WhichOneof("event") == "sentence":
                first = min(first, time.monotonic() - start)
        return Streamed(tuple(events), first, time.monotonic() - start)

    def batch(self) -> pb.BatchSummarizeResponse:
        """Summarize as one item of a batch whose other item is bad."""
        good = pb.BatchSummarizeItem(id="good", articles=self._articles)
        bad = pb.BatchSummarizeItem(id="bad")
        request = pb.BatchSummarizeRequest(items=[bad, good])
        return self._stub.BatchSummarize(request, timeout=_TIMEOUT_SECONDS)

    def crowded(self) -> pb.Summary:
        """Summarize while four other requests, of other choices of the articles, are worked on."""
        with ThreadPoolExecutor(_NEIGHBOURS) as pool:
            neighbours = [pool.submit(self._neighbour, index) for index in range(_NEIGHBOURS)]
            summary = self.unary()
            for neighbour in neighbours:
                neighbour.result()
        return summary

    def _neighbour(self, index: int) -> pb.SummarizeResponse:
        articles = self._articles[index % len(self._articles) :] or self._articles
        options = pb.SummaryOptions(max_words=60 + 20 * index)
        request = pb.SummarizeRequest(articles=articles, options=options)
        return self._stub.Summarize(request, timeout=_TIMEOUT_SECONDS)


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """Return what a call returns, and how many seconds it took."""
    start = time.monotonic()
    answer = call()
    return answer, time.monotonic() - start
