"""What it costs to run: articles an hour, memory, and how long a server takes to start."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rich.table import Table

from bench import server
from bench.corpora import seeds
from bench.speed.figures import shown
from bench.speed.machine import signed
from bench.speed.records import Record
from newsweave import Client
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.corpora.clusters import Cluster
    from bench.server import Server

PART = "costs"
REPETITIONS = 5
_CLUSTER = "pyongyang-2024"
_MEGABYTE = 1e6
_HOUR = 3_600.0
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class CostRow:
    """One cost.

    Attributes:
        cost: What it is.
        unit: Of the values.
        values: One figure a repetition, in order.
    """

    cost: str
    unit: str
    values: tuple[float, ...]


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[CostRow]:
    """Start servers, and send the last one the seeds again and again."""
    repetitions = 1 if quick else REPETITIONS
    cluster = seeds.load(seeds.folder(_CLUSTER)).to_summarize()
    starts = [_start_seconds(tell) for _ in range(repetitions - 1)]
    with _started(tell) as process, Client(process.address) as client:
        starts.append(process.start_seconds)
        rows = (
            CostRow("start to SERVING", "s", tuple(starts)),
            *_served(process, client, cluster, repetitions, tell),
        )
        process.stop()
    figures = {"articles an hour": hourly(len(cluster.articles), rows)}
    about = (
        f"{_CLUSTER}: {len(cluster.articles)} articles, {cluster.words} words, one request after the other"
    )
    return Record(PART, quick, signed(repetitions), about, figures, rows)


def hourly(articles: int, rows: tuple[CostRow, ...]) -> float:
    """Return how many articles are summarized in an hour, one request of so many articles after the other."""
    (seconds,) = [row.values for row in rows if row.cost == "request"]
    return articles * _HOUR / median(seconds)


def table(record: Record[CostRow]) -> Table:
    """Lay out a record."""
    laid_out = Table("cost", "median [least, most]", title="Costs")
    for row in record.rows:
        laid_out.add_row(row.cost, shown(row.values, f" {row.unit}"))
    for name, value in record.figures.items():
        laid_out.add_row(name, f"{value:,.0f}")
    return laid_out


def _start_seconds(tell: Callable[[str], None]) -> float:
    with _started(tell) as process:
        process.stop()
        return process.start_seconds


@contextmanager
def _started(tell: Callable[[str], None]) -> Iterator[Server]:
    tell("starting a server ...")
    with server.running() as process:
        yield process


def _served(
    process: Server, client: Client, cluster: Cluster, repetitions: int, tell: Callable[[str], None]
) -> Iterator[CostRow]:
    """Yield the time of requests and of their first sentences, and the memory before, between and after."""
    asked = pb.StreamSummarizeRequest(
        articles=[pb.Article(id=item.id, title=item.title, text=item.text) for item in cluster.articles],
        options=pb.SummaryOptions(max_words=cluster.words),
    )
    memory = [process.resident_bytes() / _MEGABYTE]
    calls = []
    for number in range(repetitions + 1):
        tell(f"request {number} of {repetitions}, after the first ..." if number else "first request ...")
        calls.append(_seconds(client, asked))
        memory.append(process.resident_bytes() / _MEGABYTE)
    first, *warm = calls
    yield CostRow("first request", "s", (first[1],))
    yield CostRow("request", "s", tuple(whole for _, whole in warm))
    yield CostRow("its first sentence", "s", tuple(sentence for sentence, _ in warm))
    yield CostRow("resident, idle", "MB", (memory[0],))
    yield CostRow("resident, after requests", "MB", tuple(memory[1:]))


def _seconds(client: Client, asked: pb.StreamSummarizeRequest) -> tuple[float, float]:
    """Return how long the first sentence of a summary took, and the whole of it."""
    start = time.perf_counter()
    told = [
        time.perf_counter() - start
        for event in client.stream(asked, _PATIENCE)
        if event.WhichOneof("event") == "sentence"
    ]
    return told[0], time.perf_counter() - start
