from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
import pytest

from newsweave import CallError
from newsweave import messages as pb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

TRICKY = "a😀e\u0301\x00\u200dß漢 end"
CUT = {
    pb.OFFSET_ENCODING_UNSPECIFIED: lambda text, span: text[span.start : span.end],
    pb.OFFSET_ENCODING_CODE_POINTS: lambda text, span: text[span.start : span.end],
    pb.OFFSET_ENCODING_UTF8_BYTES: lambda text, span: text.encode()[span.start : span.end].decode(),
    pb.OFFSET_ENCODING_UTF16_UNITS: lambda text, span: text.encode("utf-16-le")[
        2 * span.start : 2 * span.end
    ].decode("utf-16-le"),
}


async def test_a_summary_holds_what_the_pipeline_made(serve: Serve) -> None:
    async with serve() as served:
        answer = await served.client.summarize(served.request("One text.", "Another text.", max_words=50))
    assert [sentence.text for sentence in answer.summary.sentences] == ["ne text.", "nother text."]
    assert [report.article_id for report in answer.summary.sources] == ["a0", "a1"]
    assert answer.summary.usage.words_allowed == 50


@pytest.mark.parametrize("encoding", CUT)
async def test_spans_cut_their_quotes_out_of_the_callers_text(
    serve: Serve, encoding: pb.OffsetEncoding.ValueType
) -> None:
    async with serve() as served:
        answer = await served.client.summarize(
            served.request(TRICKY, TRICKY + "😀", offset_encoding=encoding)
        )
    for sentence, text in zip(answer.summary.sentences, (TRICKY, TRICKY + "😀"), strict=True):
        (citation,) = sentence.citations
        assert CUT[encoding](text, citation.span) == citation.quote == text[1:]
        assert citation.role == pb.CITATION_ROLE_SUPPORTS


async def test_a_stream_brings_its_events_in_order_and_completes_with_the_unary_answer(serve: Serve) -> None:
    async with serve() as served:
        request = served.request("One text.", "Another text.", offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
        unary = await served.client.summarize(request)
        stream = pb.StreamSummarizeRequest(articles=request.articles, options=request.options)
        events = [event async for event in served.client.stream(stream)]
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds == ["started", *["source_report"] * 2, "progress", *["sentence"] * 2, "completed"]
    assert events[0].started.request_id
    assert events[-1].completed == unary.summary
    assert [event.sentence for event in events[4:6]] == list(unary.summary.sentences)
    assert [event.source_report for event in events[1:3]] == list(unary.summary.sources)


async def test_events_are_sent_as_soon_as_they_are_there(serve: Serve, pipeline: Pipeline) -> None:
    loop, go = asyncio.get_running_loop(), asyncio.Event()

    def slow(job: Job, models: Models) -> Iterator[Event]:
        for event in pipeline(job, models):
            yield event
            asyncio.run_coroutine_threadsafe(go.wait(), loop).result(5)

    async with serve(slow) as served:
        stream = served.client.stream(pb.StreamSummarizeRequest(articles=served.articles("One text.")))
        kinds = [(await anext(stream)).WhichOneof("event"), (await anext(stream)).WhichOneof("event")]
        go.set()
        kinds += [event.WhichOneof("event") async for event in stream]
    assert kinds == ["started", "source_report", "progress", "sentence", "completed"]


async def test_a_batch_keeps_order_and_one_bad_item_spoils_no_other(serve: Serve, pipeline: Pipeline) -> None:
    def sometimes_broken(job: Job, models: Models) -> Iterator[Event]:
        if "break" in job.articles[0].text:
            message = "secret"
            raise ZeroDivisionError(message)
        return pipeline(job, models)

    async with serve(sometimes_broken) as served:
        texts = {"good": "One text.", "bad": " ", "broken": "break it", "last": "Last text."}
        items = [
            pb.BatchSummarizeItem(id=name, articles=served.articles(text)) for name, text in texts.items()
        ]
        answer = await served.client.batch(pb.BatchSummarizeRequest(items=items))
        unary = await served.client.summarize(served.request("Last text."))
        refused = await served.refused(served.client.summarize(served.request(" ")))
    assert [result.id for result in answer.results] == list(texts)
    outcomes = [result.WhichOneof("outcome") for result in answer.results]
    assert outcomes == ["summary", "error", "error", "summary"]
    assert answer.results[3].summary == unary.summary
    bad, broken = (CallError.of_status(answer.results[index].error) for index in (1, 2))
    assert (bad.code, bad.reason, bad.violations) == (refused.code, refused.reason, refused.violations)
    assert bad.request_id == broken.request_id != ""
    assert (broken.code, broken.message) == (grpc.StatusCode.INTERNAL, "internal error")


async def test_requests_do_not_wait_for_each_other_while_there_are_workers(
    serve: Serve, pipeline: Pipeline
) -> None:
    loop, go = asyncio.get_running_loop(), asyncio.Event()

    def held(job: Job, models: Models) -> Iterator[Event]:
        if "hold" in job.articles[0].text:
            asyncio.run_coroutine_threadsafe(go.wait(), loop).result(5)
        return pipeline(job, models)

    async with serve(held, workers=2) as served:
        waiting = asyncio.create_task(served.client.summarize(served.request("hold on")))
        await served.client.summarize(served.request("pass by"))
        assert not waiting.done()
        go.set()
        assert (await waiting).summary.sentences


async def test_the_server_tells_what_it_is(serve: Serve) -> None:
    async with serve(max_articles=7) as served:
        info = await served.client.server_info()
    assert (info.version, info.checker.name, info.checker.threshold) == ("9.9", "fake", 0.5)
    assert [model.id for model in info.models] == ["fake-encoder", "fake-drafter"]
    assert (info.limits.max_articles, list(info.languages)) == (7, ["en"])
    assert info.limits.max_message_bytes >= 8 * info.limits.max_request_characters
