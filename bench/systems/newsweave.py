"""Newsweave itself, asked as any caller would: through a real server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench import server
from bench.systems.output import Cited, Output, Said
from newsweave import Client
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.corpora.clusters import Cluster

_SECONDS = 600.0


@contextmanager
def serving() -> Iterator[Client]:
    """Start a server, and end it afterwards."""
    with server.running() as process, Client(process.address) as client:
        yield client


def asking(client: Client, drafting: pb.Drafting.ValueType) -> Callable[[Cluster], Output]:
    """Return the system: a function from a cluster to what the server says about it."""

    def summarize(cluster: Cluster) -> Output:
        request = pb.SummarizeRequest(
            articles=[pb.Article(id=item.id, title=item.title, text=item.text) for item in cluster.articles],
            options=pb.SummaryOptions(max_words=cluster.words, drafting=drafting),
        )
        return output(client.summarize(request, timeout=_SECONDS).summary)

    return summarize


def output(summary: pb.Summary) -> Output:
    """Put a summary of the service into the nouns that all systems share."""
    return Output(
        tuple(_said(sentence) for sentence in summary.sentences),
        tuple(_fate(item) for item in summary.dropped),
    )


def _fate(draft: pb.DroppedDraft) -> str:
    reason = pb.DropReason.Name(draft.reason).removeprefix("DROP_REASON_")
    outcome = pb.DropOutcome.Name(draft.outcome).removeprefix("DROP_OUTCOME_")
    return f"{reason}, {outcome}".lower()


def _said(sentence: pb.SummarySentence) -> Said:
    citations = [
        Cited(item.article_id, item.span.start, item.span.end, item.quote) for item in sentence.citations
    ]
    return Said(sentence.text, tuple(citations), fused=sentence.mode == pb.SENTENCE_MODE_FUSED)
