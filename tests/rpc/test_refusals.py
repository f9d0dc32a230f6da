from __future__ import annotations

import asyncio
import logging
import math
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import aio

from newsweave import CallError
from newsweave import messages as pb
from service.errors import DeadlineExceeded, ModelFilesError, NoContent, RemovedText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve

    Pipeline = Callable[[Job, Models], Iterator[Event]]

SERVICE = "/newsweave.v1.SummarizerService/"
TOLD_IN_CONFIDENCE = "the-mayor-of-nowhere"
# What the server supposes that loading takes, as long as it has not been measured.
LOADING_SECONDS = 10.0


def breaks(_: Job, models: Models) -> Iterator[Event]:
    models.check()
    raise LookupError(TOLD_IN_CONFIDENCE)


def finds_nothing(job: Job, _: Models) -> Iterator[Event]:
    raise NoContent(tuple(RemovedText(job.articles[0].id, n, n + 1, "NAVIGATION") for n in range(150)))


def ends_early(_: Job, models: Models) -> Iterator[Event]:
    models.check()
    return iter(())


async def raw_error(
    address: str, call: str, request: bytes, metadata: dict[str, str] | None = None
) -> CallError:
    async with aio.insecure_channel(address) as channel:
        with pytest.raises(aio.AioRpcError) as told:
            await channel.unary_unary(SERVICE + call, None, None)(
                request, metadata=tuple((metadata or {}).items()), timeout=5
            )
    error = told.value
    return CallError.of(error.code(), error.details() or "", list(error.trailing_metadata() or ()))  # type: ignore[arg-type]


async def test_every_violation_is_told_at_once(serve: Serve) -> None:
    request = pb.SummarizeRequest(
        articles=[
            pb.Article(id="", text=" \u200b\n"),
            pb.Article(id="b", title="t" * 1001),
            pb.Article(id="b", text="x" * 101, published_at=Timestamp(seconds=2**60)),
        ],
        options=pb.SummaryOptions(
            max_words=10_001,
            max_share_per_source=math.nan,
            language="de",
            drafting=9,  # type: ignore[arg-type]
        ),
    )
    async with serve(max_article_characters=100) as served:
        error = await served.refused(served.client.summarize(request))
        assert (await served.client.summarize(served.request("fine"))).summary.sentences
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "EMPTY_ID")
    assert [(violation.field, violation.reason) for violation in error.violations] == [
        ("articles[0].id", "EMPTY_ID"),
        ("articles[0].text", "EMPTY_TEXT"),
        ("articles[1]", "MISSING_CONTENT"),
        ("articles[1].title", "FIELD_TOO_LONG"),
        ("articles[2].id", "DUPLICATE_ID"),
        ("articles[2].text", "INPUT_TOO_LARGE"),
        ("articles[2].published_at", "INVALID_TIMESTAMP"),
        ("options.max_words", "INVALID_OPTION"),
        ("options.max_share_per_source", "INVALID_OPTION"),
        ("options.drafting", "INVALID_OPTION"),
        ("options.language", "UNSUPPORTED_LANGUAGE"),
    ]
    assert error.metadata["max_article_characters"] == "100"
    assert error.metadata["max_summary_words"] == "1000"
    assert error.metadata["violations"] == "11"
    assert error.request_id


@pytest.mark.parametrize(
    ("articles", "reason"),
    [(0, "EMPTY_ARTICLES"), (4, "TOO_MANY_ARTICLES")],
)
async def test_the_number_of_articles_is_bounded(serve: Serve, articles: int, reason: str) -> None:
    async with serve(max_articles=3) as served:
        error = await served.refused(served.client.summarize(served.request(*["text"] * articles)))
    assert [(violation.field, violation.reason) for violation in error.violations] == [("articles", reason)]


async def test_a_stream_is_refused_before_its_first_event(serve: Serve) -> None:
    async with serve() as served:
        error = await served.refused(anext(served.client.stream(pb.StreamSummarizeRequest())))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "EMPTY_ARTICLES")


async def test_a_batch_is_refused_as_a_whole_for_its_size_only(serve: Serve) -> None:
    async with serve(max_batch_items=2, max_request_characters=100) as served:
        empty = await served.refused(served.client.batch(pb.BatchSummarizeRequest()))
        item = pb.BatchSummarizeItem(articles=served.articles("x" * 40))
        many = await served.refused(served.client.batch(pb.BatchSummarizeRequest(items=[item] * 3)))
    assert empty.reason == "EMPTY_BATCH"
    assert [violation.reason for violation in many.violations] == ["TOO_MANY_ITEMS", "INPUT_TOO_LARGE"]
    assert many.metadata["max_batch_items"] == "2"


async def test_our_limit_speaks_before_that_of_the_transport(serve: Serve) -> None:
    async with serve(
        max_request_characters=1_000,
        max_request_html_characters=100,
        max_digest_characters=1_000,
        max_digest_html_characters=100,
        max_background_characters=100,
        max_digest_background_characters=100,
        max_article_characters=1_000,
    ) as served:
        ours = await served.refused(served.client.summarize(served.request("漢" * 2_000)))
        theirs = await served.refused(served.client.summarize(served.request("漢" * 9_000)))
        assert (await served.client.summarize(served.request("fine"))).summary.sentences
    assert (ours.code, ours.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INPUT_TOO_LARGE")
    assert theirs.code is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_flood_of_violations_still_fits_into_the_status(serve: Serve) -> None:
    async with serve(max_articles=2_000) as served:
        error = await served.refused(served.client.summarize(served.request(*["\u200b"] * 2_000)))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "EMPTY_TEXT")
    assert 40 < len(error.violations) < 2_000
    assert error.metadata["violations"] == "2000"


@pytest.mark.parametrize("raw", [b"\xff\xff\xff", b"\x0a\x05\x0a\x03\xff\xfe\xfd", b"\x0a\x7f"])
@pytest.mark.parametrize("call", ["Summarize", "StreamSummarize", "BatchSummarize"])
async def test_bytes_that_are_no_message_are_refused(serve: Serve, raw: bytes, call: str) -> None:
    async with serve() as served:
        error = await raw_error(served.address, call, raw)
        assert (await served.client.summarize(served.request("fine"))).summary.sentences
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


async def test_nothing_left_after_cleaning_is_told_with_what_was_removed(serve: Serve) -> None:
    async with serve(finds_nothing) as served:
        error = await served.refused(served.client.summarize(served.request("Menu")))
    assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NO_CONTENT")
    assert error.removed[:2] == (("a0[0:1]", "NAVIGATION"), ("a0[1:2]", "NAVIGATION"))
    assert 40 < len(error.removed) <= 100
    assert error.metadata["removed_spans"] == "150"


@pytest.mark.parametrize("broken", [breaks, ends_early])
async def test_a_bug_tells_nothing_but_the_name_of_the_request(
    serve: Serve, broken: object, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(broken) as served:  # type: ignore[arg-type]
        error = await served.refused(served.client.summarize(served.request(TOLD_IN_CONFIDENCE)))
        streamed = await served.refused(
            _drained(served.client.stream(_stream(served.articles(TOLD_IN_CONFIDENCE))))
        )
    for told in (error, streamed):
        assert (told.code, told.reason, told.message) == (
            grpc.StatusCode.INTERNAL,
            "INTERNAL",
            "internal error",
        )
        assert told.request_id in caplog.text
    assert TOLD_IN_CONFIDENCE not in caplog.text


async def test_a_pipeline_that_goes_on_after_its_summary_is_a_bug(serve: Serve, pipeline: Pipeline) -> None:
    def goes_on(job: Job, models: Models) -> Iterator[Event]:
        yield from pipeline(job, models)
        yield from pipeline(job, models)

    async with serve(goes_on) as served:
        error = await served.refused(served.client.summarize(served.request("text")))
    assert error.code is grpc.StatusCode.INTERNAL


async def test_a_bug_is_logged_with_its_kind_and_place(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(breaks) as served:
        await served.refused(served.client.summarize(served.request("text")))
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "LookupError" in record.getMessage()
    assert "test_refusals.py" in record.getMessage()
    assert record.exc_info is None


async def test_a_cancellation_from_within_is_a_bug_and_not_silence(serve: Serve) -> None:
    def cancels(_: Job, __: Models) -> Iterator[Event]:
        raise asyncio.CancelledError

    async with serve(cancels) as served:
        error = await served.refused(served.client.summarize(served.request("text"), timeout=5))
    assert error.code is grpc.StatusCode.INTERNAL


async def test_a_deadline_that_the_pipeline_notices_first_is_told(serve: Serve) -> None:
    def late(_: Job, __: Models) -> Iterator[Event]:
        message = "the deadline passed"
        raise DeadlineExceeded(message)

    async with serve(late) as served:
        item = pb.BatchSummarizeItem(articles=served.articles("text"))
        error = await served.refused(served.client.summarize(served.request("text")))
        batch = await served.refused(served.client.batch(pb.BatchSummarizeRequest(items=[item])))
    assert error.code is batch.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_every_call_is_refused_until_the_models_are_loaded(serve: Serve) -> None:
    async with serve(ready=False) as served:
        item = pb.BatchSummarizeItem(articles=served.articles("text"))
        errors = [
            await served.refused(served.client.summarize(served.request("text"))),
            await served.refused(anext(served.client.stream(_stream(served.articles("text"))))),
            await served.refused(served.client.batch(pb.BatchSummarizeRequest(items=[item]))),
            await served.refused(served.client.server_info()),
        ]
        served.loader.go.set()
        await served.server.health.settled.wait()
        assert (await served.client.summarize(served.request("text"))).summary.sentences
    for error in errors:
        assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")
        assert error.retry_after == pytest.approx(LOADING_SECONDS, abs=2.0)


async def test_models_that_cannot_be_loaded_are_told_and_the_server_stays_up(serve: Serve) -> None:
    async with serve(fault=ModelFilesError("/secret/path is missing")) as served:
        error = await served.refused(served.client.summarize(served.request("text")))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "MODEL_NOT_READY")
    assert "secret" not in error.message
    assert error.retry_after == pytest.approx(LOADING_SECONDS + 3.0, abs=3.0)  # the next try comes first


async def test_a_retry_is_pushed_back_for_clients_that_retry_by_themselves(serve: Serve) -> None:
    async with serve(ready=False) as served, aio.insecure_channel(served.address) as channel:
        with pytest.raises(aio.AioRpcError) as told:
            await channel.unary_unary(SERVICE + "GetServerInfo", None, None)(b"")
    trailers = list(told.value.trailing_metadata() or ())
    (pushback,) = (int(value) for key, value in trailers if key == "grpc-retry-pushback-ms")  # type: ignore[misc,has-type]
    assert pushback / 1000 == pytest.approx(LOADING_SECONDS, abs=2.0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("trace-1.a:b_c", True), ("x" * 65, False), ("two words", False), ("<script>", False), ("", False)],
)
async def test_a_request_is_named_by_its_caller_if_the_name_is_sane(
    serve: Serve, given: str, *, kept: bool
) -> None:
    async with serve() as served:
        error = await raw_error(served.address, "Summarize", b"", {"x-request-id": given})
    assert (error.request_id == given) is kept
    assert error.request_id


async def test_the_name_of_a_request_stands_in_the_trailing_metadata_of_an_answer(serve: Serve) -> None:
    async with serve() as served, aio.insecure_channel(served.address) as channel:
        call = channel.unary_stream(SERVICE + "StreamSummarize", None, None)(
            _stream(served.articles("x y")).SerializeToString()
        )
        first, *_ = [pb.StreamSummarizeResponse.FromString(raw) async for raw in call]
        trailers = list(await call.trailing_metadata())
    assert ("newsweave-request-id", first.started.request_id) in trailers


def _stream(articles: list[pb.Article]) -> pb.StreamSummarizeRequest:
    return pb.StreamSummarizeRequest(articles=articles)


async def _drained(stream: object) -> None:
    async for _ in stream:  # type: ignore[attr-defined]
        pass
