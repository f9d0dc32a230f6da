"""Streams that are not read, by clients that do not even empty their sockets."""

from __future__ import annotations

import asyncio
import struct
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from newsweave import messages as pb
from tests.faults.figures import peak
from tests.faults.frames import SERVICE, Connection, Frame, Kind, headers, message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.faults.figures import Figures
    from tests.rpc.conftest import Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

PATIENCE = 15.0
READERS = 10
LONG = "long text " * 20_000
_WINDOW_UPDATE, _INITIAL_WINDOW_SIZE, _WIDEST = 8, 4, 2**31 - 1


def _widen(connection: Connection) -> None:
    """Open the windows of HTTP/2 as far as they go, so that only TCP holds the server back."""
    connection.send(
        Frame(Kind.SETTINGS, struct.pack(">HI", _INITIAL_WINDOW_SIZE, _WIDEST)),
        Frame(_WINDOW_UPDATE, struct.pack(">I", _WIDEST - 65_535)),
    )


async def test_readers_that_never_read_lose_their_places_and_harm_nobody(
    serve: Serve, pipeline: Pipeline, figures: Figures
) -> None:
    def long(job: Job, models: Models) -> Iterator[Event]:
        if job.articles[0].id == "a0":
            yield from pipeline(job, models)
        else:
            articles = tuple(replace(article, text=LONG) for article in job.articles)
            yield from pipeline(replace(job, articles=articles), models)

    articles = [pb.Article(id=f"b{index}", text="short") for index in range(30)]
    raw = pb.StreamSummarizeRequest(articles=articles).SerializeToString()
    times = list[float]()
    async with serve(long, workers=4, max_stall_seconds=0.5) as served:
        with ExitStack() as stack, peak() as seen:
            for index in range(READERS):
                reader = stack.enter_context(Connection(served.address))
                if index % 2:
                    _widen(reader)
                reader.send(headers(SERVICE + "StreamSummarize"), *message(raw))
            begun = time.monotonic()
            while served.server.gate.inside or len(times) < READERS:
                asked = time.monotonic()
                assert (
                    await served.client.summarize(served.request("text"), timeout=PATIENCE)
                ).summary.sentences
                times.append(time.monotonic() - asked)
                await asyncio.sleep(0.05)
                assert time.monotonic() - begun < PATIENCE
            freed = time.monotonic() - begun
        assert await served.server.gate.empty(PATIENCE)
    figures.note(
        f"{READERS} readers that never read, 12 MB for each of them",
        seconds_until_all_had_lost_their_places=freed,
        longest_answer_of_others_in_seconds=max(times),
        MiB_taken=seen.taken,
    )
