"""One streamed call, and what became of it, by the clock of its caller."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.corpora import seeds
from bench.systems.sources import sentences
from newsweave import CallError
from newsweave import messages as pb

if TYPE_CHECKING:
    from newsweave import AsyncClient

OK, BROKEN = "OK", "BROKEN"
SENTENCES, WORDS = 15, 60
# Two that have something in common, so that a draft is written.
_ARTICLES = (0, 3)
_CLUSTER = "pyongyang-2024"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call; all times are seconds on one clock.

    Attributes:
        due: When it was to be made. A caller that is late, because it waits for others, does not hide that.
        first: When its first sentence came, or None.
        ended: When it ended.
        status: ``OK``, the name of the code, or ``BROKEN``: the stream ended well without exactly one answer.
    """

    due: float
    first: float | None
    ended: float
    status: str

    @property
    def seconds(self) -> float:
        """How long it took, from when it was due."""
        return self.ended - self.due


def request() -> pb.StreamSummarizeRequest:
    """Return a small request: the first sentences of two articles in ``seeds/``."""
    texts: dict[str, list[str]] = {}
    for sentence in sentences(seeds.load(seeds.folder(_CLUSTER)).to_summarize()):
        if sentence.article in _ARTICLES and sentence.rank < SENTENCES:
            texts.setdefault(f"article-{sentence.article}", []).append(sentence.text)
    articles = [pb.Article(id=name, text=" ".join(parts)) for name, parts in texts.items()]
    return pb.StreamSummarizeRequest(articles=articles, options=pb.SummaryOptions(max_words=WORDS))


async def call(client: AsyncClient, asked: pb.StreamSummarizeRequest, due: float, deadline: float) -> Outcome:
    """Make a call now, and tell what became of it.

    Args:
        client: The connection.
        asked: The request.
        due: When the call was to be made.
        deadline: Seconds, counted from now, after which the call is given up.
    """
    first, status, answers = None, OK, 0
    try:
        async for event in client.stream(asked, timeout=deadline):
            answers += event.HasField("completed")
            if first is None and event.WhichOneof("event") == "sentence":
                first = time.perf_counter()
        status = OK if answers == 1 else BROKEN
    except CallError as error:
        status = error.code.name
    return Outcome(due, first, time.perf_counter(), status)
