"""What is seen of a real server; above all, that no text of a caller is among it."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import aio

from newsweave import AsyncClient, CallError
from newsweave import messages as pb
from service.domain import Provenance
from service.pipeline import summarize
from service.rpc.server import running
from service.settings import Settings
from service.watch import StageName
from tests.rpc.conftest import Loader
from tests.unit.service.telemetry.seen import seeing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    from newsweave.v1.newsweave_pb2 import Article
    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Hosted
    from tests.unit.service.telemetry.seen import Seen

    Pipeline = Callable[[Job, Models], Iterator[Event]]
    Watched = Callable[..., AbstractAsyncContextManager["Server"]]

SERVICE = "newsweave.v1.SummarizerService"
PROVENANCE = Provenance("1", (), "")
MARKER = "Quixotlberg"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@dataclass
class Server:
    """A server, a client that is connected to it, and what is seen of both."""

    address: str
    client: AsyncClient
    seen: Seen
    logged: pytest.LogCaptureFixture

    def everything(self) -> str:
        """Return every log line, trace and metric so far."""
        spans = "\n".join(span.to_json() for span in self.seen.spans)
        return f"{self.seen.log.getvalue()}\n{self.logged.text}\n{spans}\n{self.seen.page}"


@pytest.fixture
def watched(hosted: Hosted, caplog: pytest.LogCaptureFixture) -> Watched:
    @asynccontextmanager
    async def start(pipeline: Pipeline | None = None, **settings: object) -> AsyncIterator[Server]:
        caplog.set_level(logging.DEBUG)
        made = hosted(pipeline or real, loader=Loader(at_once=True), **settings)
        with seeing() as seen:
            async with running(*made, seen.telemetry) as server:
                await server.health.settled.wait()
                async with AsyncClient(server.address) as client:
                    yield Server(server.address, client, seen, caplog)

    return start


def real(job: Job, models: Models) -> Iterator[Event]:
    return summarize(job, models, Settings(), PROVENANCE)


def broken(job: Job, models: Models) -> Iterator[Event]:
    with models.watch.stage(StageName.PLAN):
        raise ValueError(job.articles[0].text)
    return iter(())


def articles(*texts: str) -> list[Article]:
    return [
        pb.Article(
            id=f"{MARKER}-{index}", text=text, title=f"{MARKER} news", publisher=MARKER, uri=f"x:{MARKER}"
        )
        for index, text in enumerate(texts)
    ]


NEWS = (
    f"The mayor of {MARKER} closed the old bridge on Monday. The cracks in it were deep, said the council.",
    f"The old bridge was closed by the mayor of {MARKER} on Monday. Lorries take the road to the north.",
)


def raw(channel: aio.Channel, method: str) -> aio.UnaryUnaryMultiCallable[bytes, bytes]:
    """Return a call that sends and takes bytes as they are."""
    return channel.unary_unary(f"/{SERVICE}/{method}", bytes, bytes)


async def told(answer: Awaitable[object]) -> CallError:
    with pytest.raises(CallError) as caught:
        await answer
    return caught.value


async def test_a_summary_is_seen_in_metrics_traces_and_the_log(watched: Watched) -> None:
    async with watched() as server:
        answer = await server.client.summarize(pb.SummarizeRequest(articles=articles(*NEWS)))
        sentences = len(answer.summary.sentences)
        assert sentences
        seen = server.seen
        (line,) = seen.lines()
        for stage in StageName:
            labels = {"newsweave_stage": stage.value}
            assert seen.value("newsweave_stage_duration_seconds_count", **labels) > 0
    assert (line["method"], line["code"], line["reason"]) == (f"{SERVICE}/Summarize", "OK", "")
    assert (line["articles"], line["characters"]) == (2, sum(map(len, NEWS)))
    assert sum(line["sentences"].values()) == sentences
    assert set(line["stages"]) == set(StageName)
    assert sum(line["stages"].values()) <= line["duration_seconds"]
    assert {span.name for span in seen.spans} == {*StageName, f"{SERVICE}/Summarize"}


async def test_the_trace_of_a_caller_goes_on_here(watched: Watched) -> None:
    async with watched() as server, aio.insecure_channel(server.address) as channel:
        call = raw(channel, "GetServerInfo")
        await call(b"", metadata=(("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"),))
        (span,) = server.seen.spans
        assert f"{span.context.trace_id:032x}" == server.seen.lines()[0]["trace_id"] == TRACE


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("order-66", True), (f"{MARKER} {MARKER}", False), ("", False), ("x" * 65, False)],
)
async def test_a_request_has_one_name_everywhere(watched: Watched, sent: str, kept: bool) -> None:  # noqa: FBT001
    async with watched() as server, aio.insecure_channel(server.address) as channel:
        call = raw(channel, "Summarize")(b"", metadata=(("x-request-id", sent),))
        with pytest.raises(aio.AioRpcError):
            await call
        trailers = [(str(key), value) for key, value in await call.trailing_metadata()]
        (line,) = server.seen.lines()
        (span,) = server.seen.spans
    (named,) = [value for key, value in trailers if key == "newsweave-request-id"]
    detailed = CallError.of(grpc.StatusCode.INVALID_ARGUMENT, "", trailers).request_id
    assert (named == sent) is kept
    assert named
    assert named == detailed == line["request_id"] == (span.attributes or {})["newsweave.request_id"]


async def test_no_text_of_a_caller_is_seen_when_all_goes_well(watched: Watched) -> None:
    async with watched() as server:
        answer = await server.client.summarize(pb.SummarizeRequest(articles=articles(*NEWS)))
        stream = pb.StreamSummarizeRequest(articles=articles(*NEWS))
        async with aclosing(server.client.stream(stream)) as events:
            assert [event async for event in events][-1].WhichOneof("event") == "completed"
        assert MARKER in str(answer)
        assert len(server.seen.lines()) == 2
        assert MARKER not in server.everything()


async def test_no_text_of_a_caller_is_seen_when_it_is_refused(watched: Watched) -> None:
    twice = [*articles(NEWS[0]), *articles(NEWS[1])]
    bad = {
        "DUPLICATE_ID": pb.SummarizeRequest(articles=twice),
        "EMPTY_TEXT": pb.SummarizeRequest(articles=articles(" ")),
        "NO_CONTENT": pb.SummarizeRequest(articles=articles(f"{MARKER}")),
        "UNSUPPORTED_LANGUAGE": pb.SummarizeRequest(
            articles=articles(*NEWS), options=pb.SummaryOptions(language=MARKER)
        ),
        "FIELD_TOO_LONG": pb.SummarizeRequest(articles=[pb.Article(id=MARKER * 99, text=NEWS[0])]),
    }
    async with watched() as server, aio.insecure_channel(server.address) as channel:
        for reason, request in bad.items():
            assert (await told(server.client.summarize(request))).reason == reason
        for method in ("Summarize", MARKER):
            with pytest.raises(aio.AioRpcError):
                await raw(channel, method)(f"\xff{MARKER}".encode("latin-1"))
        items = [pb.BatchSummarizeItem(id=MARKER, articles=articles(text)) for text in (" ", NEWS[0])]
        await server.client.batch(pb.BatchSummarizeRequest(items=items))
        assert {line["reason"] for line in server.seen.lines()} == {*bad, "MALFORMED_REQUEST", ""}
        assert server.seen.lines()[-1]["refused"] == {"EMPTY_TEXT": 1}
        for reason in bad:
            labels = {"newsweave_reason": reason, "rpc_method": f"{SERVICE}/Summarize"}
            assert server.seen.value("newsweave_server_refusals_total", **labels) == 1
        assert MARKER not in server.everything()


async def test_no_text_of_a_caller_is_seen_when_there_is_a_bug(watched: Watched) -> None:
    async with watched(broken) as server:
        error = await told(server.client.summarize(pb.SummarizeRequest(articles=articles(*NEWS))))
        item = pb.BatchSummarizeItem(id="a", articles=articles(*NEWS))
        await server.client.batch(pb.BatchSummarizeRequest(items=[item]))
        assert error.code is grpc.StatusCode.INTERNAL
        first, second = server.seen.lines()
        assert (first["reason"], second["refused"]) == ("INTERNAL", {"INTERNAL": 1})
        whole = next(span for span in server.seen.spans if span.name == f"{SERVICE}/Summarize")
        assert str((whole.attributes or {})["newsweave.error.fault"]).startswith("ValueError > ")
        assert MARKER not in server.everything()


async def test_labels_hold_only_names_that_this_project_wrote(watched: Watched) -> None:
    async with watched() as server:
        await server.client.summarize(pb.SummarizeRequest(articles=articles(*NEWS)))
        await told(server.client.summarize(pb.SummarizeRequest(articles=articles(" "))))
        labels = {label for _, pairs in server.seen.samples() for label, _ in pairs}
        values = {
            value
            for _, pairs in server.seen.samples()
            for label, value in pairs
            if label == "newsweave_reason"
        }
    own = {
        "newsweave_stage",
        "newsweave_queue",
        "newsweave_sentence_mode",
        "newsweave_reason",
        "newsweave_fallback",
        "newsweave_process",
    }
    rpc = {"rpc_system_name", "rpc_method", "rpc_response_status_code"}
    process = {
        "le",
        "service_instance_id",
        "service_name",
        "telemetry_sdk_language",
        "telemetry_sdk_name",
        "telemetry_sdk_version",
    }
    assert labels <= own | rpc | process
    assert all(value.isupper() for value in values)


@pytest.mark.parametrize(("timeout", "code"), [(60.0, "CANCELLED"), (1.0, "DEADLINE_EXCEEDED")])
async def test_a_call_that_is_left_is_seen_with_the_stage_that_it_had_reached(
    watched: Watched,
    timeout: float,  # noqa: ASYNC109  the deadline of the call
    code: str,
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    gone = threading.Event()

    def deaf(_: Job, models: Models) -> Iterator[Event]:
        with models.watch.stage(StageName.CLUSTER):
            loop.call_soon_threadsafe(begun.set)
            gone.wait(10)
            models.check()
        return iter(())

    async with watched(deaf) as server:
        request = pb.SummarizeRequest(articles=articles(*NEWS))
        call = asyncio.ensure_future(server.client.summarize(request, timeout=timeout))
        await begun.wait()
        if code == "CANCELLED":
            call.cancel()
        with suppress(asyncio.CancelledError, CallError):
            await call
        async with asyncio.timeout(5):
            while not server.seen.lines():  # noqa: ASYNC110  the log has no event to wait for
                await asyncio.sleep(0.01)
        (line,) = server.seen.lines()
        labels = {"newsweave_stage": "cluster", "rpc_response_status_code": code}
        assert line["code"] == line["reason"] == code
        assert server.seen.value("newsweave_server_cancellations_total", **labels) == 1
        gone.set()


async def test_drain_and_its_end_are_logged(watched: Watched) -> None:
    async with watched() as server:
        seen = server.seen
    (line,) = seen.lines("draining")
    assert line["calls"] == 0


async def test_readiness_follows_the_models_and_the_drain(hosted: Hosted) -> None:
    loader = Loader()
    with seeing() as seen:
        async with running(*hosted(loader=loader), seen.telemetry) as server:
            assert seen.value("newsweave_server_ready") == 0
            loader.go.set()
            await server.health.settled.wait()
            assert seen.value("newsweave_server_ready") == 1
            await server.drain()
            assert seen.value("newsweave_server_ready") == 0
