"""A pile of articles through the real server: how soon its stories are told, and what memory that takes."""

from __future__ import annotations

import math
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench import server
from bench.corpora import piles
from bench.speed import costs
from bench.speed.costs import CostRow
from bench.speed.machine import signed
from bench.speed.records import Record
from newsweave import Client
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from bench.corpora.clusters import Text
    from bench.server import Server

PART = "pile"
_SEED = 1
_ARTICLES, _STORIES = 1_000, 100
_FEW_ARTICLES, _FEW_STORIES = 20, 3
_WORDS = 100
_SECONDS = 3_600.0
_GIGA = 1e9
_POLL_SECONDS = 0.5


@dataclass(slots=True)
class _Memory:
    """The most memory that a server held while it was looked at."""

    process: Server
    most: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look again and again until it is told to stop."""
        while not self._stop.wait(_POLL_SECONDS):
            self.most = max(self.most, self.process.resident_bytes())

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look in the background."""
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[CostRow]:
    """Ask for the most covered stories of a pile, once.

    Raises:
        CorpusMissing: A corpus is not here.
    """
    articles, stories = (_FEW_ARTICLES, _FEW_STORIES) if quick else (_ARTICLES, _STORIES)
    pile, full, data = drawn(articles)
    tell("starting the server ...")
    with server.running() as process, Client(process.address) as client:
        memory = _Memory(process)
        with memory.looking():
            rows, told = _told(client, pile, stories, tell)
        process.stop()
    words = sum(len(text.text.split()) for text in pile)
    about = (
        f"{len(pile)} articles of {words:,} words, {full} of them full and the others excerpts, in no order; "
        f"a digest of at most {stories} stories, {_WORDS} words each"
    )
    figures = {"stories told": float(len(told)), "articles in them": float(sum(told))}
    return Record(
        PART,
        quick,
        signed(1, data=data),
        about,
        figures,
        (*rows, CostRow("most memory held, what processes share twice", "GB", (memory.most / _GIGA,))),
    )


def drawn(count: int) -> tuple[tuple[Text, ...], int, str]:
    """Return so many articles, how many are full ones, and the digest of the data.

    Every full article of Multi-News that there is comes first, and then excerpts, for there are no more.

    Raises:
        CorpusMissing: A corpus is not here.
        ValueError: They hold fewer articles.
    """
    halves = [piles.source(half) for half in ("held out", "development")]
    full = [article for half in halves for event in half.full for article in event.articles]
    excerpts = [article for half in halves for event in half.excerpts for article in event.articles]
    if len(full) + len(excerpts) < count:
        message = f"{len(full) + len(excerpts)} articles, and {count} are asked for"
        raise ValueError(message)
    pile = [*full, *excerpts][:count]
    random.Random(_SEED).shuffle(pile)  # noqa: S311  nothing is secret
    return tuple(pile), min(len(full), count), "".join(half.sha256[:6] for half in halves)


def _told(
    client: Client, pile: tuple[Text, ...], stories: int, tell: Callable[[str], None]
) -> tuple[tuple[CostRow, ...], list[int]]:
    """Return when the first story came and when all had, and how many articles were in each."""
    request = pb.GenerateDigestRequest(
        articles=[pb.Article(id=item.id, title=item.title, text=item.text) for item in pile],
        options=pb.SummaryOptions(max_words=_WORDS),
        max_stories=stories,
    )
    told: list[int] = []
    start, first = time.perf_counter(), math.nan
    for event in client.digest(request, _SECONDS):
        if event.WhichOneof("event") == "story" and not event.story.HasField("error"):
            seconds = time.perf_counter() - start
            first = seconds if not told else first
            told.append(len(event.story.article_ids))
            tell(f"story {len(told)} of {stories}, after {seconds:.0f} s ...")
    if not told:
        message = "no story of the pile was told"
        raise RuntimeError(message)
    end = time.perf_counter() - start
    return (CostRow("first story", "s", (first,)), CostRow("whole digest", "s", (end,))), told


def table(record: Record[CostRow]) -> Table:
    """Lay out a record."""
    return costs.table(record)
