"""A pile of articles through the real server: how soon its stories are told, and what memory that takes."""

from __future__ import annotations

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
# Half of the events are full articles of Multi-News, so far as there are enough; 400 are more than needed.
_EVENTS, _SEED = 400, 1
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
    source = piles.source()
    articles, stories = (_FEW_ARTICLES, _FEW_STORIES) if quick else (_ARTICLES, _STORIES)
    pile = source.pile(_EVENTS, _SEED).articles[:articles]
    tell("starting the server ...")
    with server.running() as process, Client(process.address) as client:
        memory = _Memory(process)
        with memory.looking():
            rows, told = _told(client, pile, stories, tell)
        process.stop()
    words = sum(len(text.text.split()) for text in pile)
    about = (
        f"{len(pile)} articles of {words:,} words, in no order; a digest of at most {stories} stories, "
        f"{_WORDS} words each"
    )
    figures = {"stories told": told, "articles an hour": len(pile) * 3_600 / rows[-1].values[0]}
    return Record(
        PART,
        quick,
        signed(1, data=source.sha256[:12]),
        about,
        figures,
        (*rows, CostRow("most memory held", "GB", (memory.most / _GIGA,))),
    )


def _told(
    client: Client, pile: tuple[Text, ...], stories: int, tell: Callable[[str], None]
) -> tuple[tuple[CostRow, ...], int]:
    """Return when the first and when the last story came, and how many there were."""
    request = pb.GenerateDigestRequest(
        articles=[pb.Article(id=item.id, title=item.title, text=item.text) for item in pile],
        options=pb.SummaryOptions(max_words=_WORDS),
        max_stories=stories,
    )
    start, seconds = time.perf_counter(), []
    for event in client.digest(request, _SECONDS):
        if event.WhichOneof("event") == "story":
            seconds.append(time.perf_counter() - start)
            tell(f"story {len(seconds)} of {stories}, after {seconds[-1]:.0f} s ...")
    end = time.perf_counter() - start
    return (CostRow("first story", "s", (seconds[0],)), CostRow("whole digest", "s", (end,))), len(seconds)


def table(record: Record[CostRow]) -> Table:
    """Lay out a record."""
    return costs.table(record)
