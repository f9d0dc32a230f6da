"""Every row of the table of errors, as it comes over the wire, by each call that can end so."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc import aio

from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.errors import Cancelled, DeadlineExceeded, InvalidRequest, NoContent, RemovedText, Violation
from service.rpc import callers_file, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from service.domain import Event, Job
    from service.ports import Models
    from service.rpc.servicer import Summarize
    from tests.rpc.conftest import Serve

Q = TypeVar("Q")
A = TypeVar("A")
PRIVATE = "the mayor of nowhere"
ARTICLE = pb.Article(id="a", text=PRIVATE)
SAID = pb.Article(id="a", text="The mayor of nowhere closed the old bridge on Monday, the council said.")
LONG = pb.Article(id="a", text=PRIVATE * 6)
LIMITS: dict[str, Any] = {
    "max_articles": 2,
    "max_article_characters": 100,
    "max_request_characters": 150,
    "max_background_texts": 3,
    "max_background_characters": 100,
    "max_query_characters": 30,
}


def _fails(error: Exception) -> Summarize:
    def fail(_: Job, __: Models) -> Iterator[Event]:
        raise error

    return fail


@dataclass(frozen=True)
class Row:
    """A request and the status that it must end with."""

    code: grpc.StatusCode
    reason: str
    detail: str = "BadRequest"
    articles: Sequence[pb.Article] = (ARTICLE,)
    options: pb.SummaryOptions | None = None
    error: Exception | None = None
    figures: Mapping[str, str] | None = None


TOO_COMPLEX = Violation("articles[0].html", "HTML_TOO_COMPLEX", "too deep", (("max_depth", "255"),))
INVALID = grpc.StatusCode.INVALID_ARGUMENT
ROWS = [
    Row(INVALID, "EMPTY_ARTICLES", articles=()),
    Row(INVALID, "EMPTY_TEXT", articles=(pb.Article(id="a", text="\u200b \n"),)),
    Row(INVALID, "EMPTY_HTML", articles=(pb.Article(id="a", html="\u200b \n"),)),
    Row(INVALID, "HTML_AS_TEXT", articles=(pb.Article(id="a", text=f"<html>{PRIVATE}"),)),
    Row(INVALID, "HTML_TOO_COMPLEX", error=InvalidRequest((TOO_COMPLEX,)), figures={"max_depth": "255"}),
    Row(INVALID, "MISSING_CONTENT", articles=(pb.Article(id="a"),)),
    Row(INVALID, "INVALID_OPTION", options=pb.SummaryOptions(max_words=2**32 - 1)),
    Row(INVALID, "INVALID_OPTION", options=pb.SummaryOptions(max_share_per_source=1.5)),
    Row(
        INVALID,
        "INVALID_OPTION",
        options=pb.SummaryOptions(background=["a"] * 4),
        figures={"max_background_texts": "3"},
    ),
    Row(
        INVALID,
        "INPUT_TOO_LARGE",
        options=pb.SummaryOptions(background=[PRIVATE * 3, PRIVATE * 3]),
        figures={"max_background_characters": "100"},
    ),
    Row(
        INVALID,
        "INPUT_TOO_LARGE",
        options=pb.SummaryOptions(focus_query=PRIVATE * 2),
        figures={"max_query_characters": "30"},
    ),
    Row(INVALID, "UNSUPPORTED_LANGUAGE", options=pb.SummaryOptions(language="de")),
    Row(
        INVALID,
        "TOO_MANY_ARTICLES",
        articles=[pb.Article(id=name, text=PRIVATE) for name in "abc"],
        figures={"max_articles": "2"},
    ),
    Row(INVALID, "INPUT_TOO_LARGE", articles=(LONG,), figures={"max_article_characters": "100"}),
    Row(
        INVALID,
        "INPUT_TOO_LARGE",
        articles=[pb.Article(id=name, text=PRIVATE * 4) for name in "ab"],
        figures={"max_request_characters": "150"},
    ),
    Row(
        grpc.StatusCode.FAILED_PRECONDITION,
        "NO_CONTENT",
        "PreconditionFailure",
        error=NoContent((RemovedText("a", 0, 3, "NAVIGATION"),)),
        figures={"removed_spans": "1"},
    ),
    Row(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "", error=DeadlineExceeded("too late")),
    Row(grpc.StatusCode.CANCELLED, "CANCELLED", "", error=Cancelled("the caller left")),
    Row(grpc.StatusCode.INTERNAL, "INTERNAL", "", error=LookupError(f"/path/of.py: {PRIVATE}")),
    Row(grpc.StatusCode.INTERNAL, "INTERNAL", "", error=MemoryError(PRIVATE)),
    Row(grpc.StatusCode.INTERNAL, "INTERNAL", "", error=RecursionError(PRIVATE)),
]


@dataclass(frozen=True)
class Told:
    """A status with what came beside it."""

    status: status_pb2.Status
    trailers: Mapping[str, str | bytes]

    def details(self) -> list[str]:
        return [detail.TypeName().removeprefix("google.rpc.") for detail in self.status.details]

    def info(self) -> error_details_pb2.ErrorInfo:
        info = error_details_pb2.ErrorInfo()
        assert self.status.details[0].Unpack(info)
        return info

    def request_id(self) -> str:
        name = error_details_pb2.RequestInfo()
        assert self.status.details[-1].Unpack(name)
        return str(name.request_id)


async def ended(call: aio.UnaryUnaryCall[Q, A]) -> Told:
    """Return how a call ended, which must not be well."""
    return _told(await call.code(), await call.details(), await call.trailing_metadata())


async def ended_stream(call: aio.UnaryStreamCall[Q, A]) -> Told:
    """Read a stream up to its status, and return that."""
    with suppress(aio.AioRpcError):
        async for _ in call:
            pass
    return _told(await call.code(), await call.details(), await call.trailing_metadata())


def _told(
    code: grpc.StatusCode, message: str | None, metadata: Iterable[tuple[str, str | bytes]] | None
) -> Told:
    trailers = dict(metadata or ())
    raw = trailers["grpc-status-details-bin"]
    assert isinstance(raw, bytes)
    status = status_pb2.Status.FromString(raw)
    assert (status.code, status.message) == (code.value[0], message)
    return Told(status, trailers)


async def by_every_call(channel: aio.Channel, row: Row) -> list[Told]:
    """Return how each call ended; that of a batch is the status of its item if it has one."""
    calls = SummarizerServiceStub(channel)
    unary = pb.SummarizeRequest(articles=row.articles, options=row.options)
    stream = pb.StreamSummarizeRequest(articles=row.articles, options=row.options)
    item = pb.BatchSummarizeItem(articles=row.articles, options=row.options)
    batch = calls.BatchSummarize(pb.BatchSummarizeRequest(items=[item]))
    told = [await ended(calls.Summarize(unary)), await ended_stream(calls.StreamSummarize(stream))]
    if await batch.code() is not grpc.StatusCode.OK:
        return [*told, await ended(batch)]
    answer = await batch
    return [*told, Told(answer.results[0].error, dict(await batch.trailing_metadata() or ()))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.reason)
async def test_every_row_is_told_in_full_by_every_call(serve: Serve, row: Row) -> None:
    error = row.error or AssertionError("a request that breaks rules was begun")
    async with serve(_fails(error), **LIMITS) as served, aio.insecure_channel(served.address) as channel:
        answers = await by_every_call(channel, row)
    assert len(answers) == 3
    for told in answers:
        info = told.info()
        assert (told.status.code, info.reason, info.domain) == (row.code.value[0], row.reason, "newsweave")
        assert told.details() == ["ErrorInfo", *([row.detail] if row.detail else []), "RequestInfo"]
        assert dict(info.metadata).items() >= dict(row.figures or {}).items()
        assert told.request_id() == told.trailers["newsweave-request-id"] != ""
        assert "grpc-retry-pushback-ms" not in told.trailers
        raw = told.status.SerializeToString()
        assert not [sign for sign in (PRIVATE, "/path", "Traceback", "Error:") if sign.encode() in raw]


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ("", grpc.StatusCode.UNAUTHENTICATED, "MISSING_CREDENTIALS"),
        ("wrong", grpc.StatusCode.UNAUTHENTICATED, "WRONG_CREDENTIALS"),
        ("rpcs = []", grpc.StatusCode.PERMISSION_DENIED, "RPC_NOT_ALLOWED"),
    ],
)
async def test_who_is_not_let_in_is_told_why_by_every_call(
    serve: Serve, tmp_path: Path, line: str, code: grpc.StatusCode, reason: str
) -> None:
    token, file = tokens.new(), tmp_path / "callers.toml"
    entry = callers_file.line("desk", token).removesuffix(" }")
    file.write_text(f"{entry}, {line} }}" if "=" in line else f"{entry} }}", "utf-8")
    shown = {"": None, "wrong": (("authorization", "Bearer wrong"),)}.get(
        line, (("authorization", f"Bearer {token}"),)
    )
    async with serve(callers=str(file)) as served, aio.insecure_channel(served.address) as channel:
        calls = SummarizerServiceStub(channel)
        ended_calls = [
            await ended(calls.GetServerInfo(pb.GetServerInfoRequest(), metadata=shown)),
            await ended(calls.Summarize(pb.SummarizeRequest(), metadata=shown)),
            await ended(calls.BatchSummarize(pb.BatchSummarizeRequest(), metadata=shown)),
            await ended_stream(calls.StreamSummarize(pb.StreamSummarizeRequest(), metadata=shown)),
            await ended_stream(calls.GenerateDigest(pb.GenerateDigestRequest(), metadata=shown)),
        ]
    for told in ended_calls:
        assert (told.status.code, told.info().reason) == (code.value[0], reason)
        assert (told.info().domain, told.details()) == ("newsweave", ["ErrorInfo", "RequestInfo"])
        assert told.request_id() == told.trailers["newsweave-request-id"] != ""
        assert token.encode() not in told.status.SerializeToString()


@pytest.mark.parametrize("reason", ["MODEL_NOT_READY", "DRAINING"])
async def test_what_passes_is_told_with_the_time_to_come_back(serve: Serve, reason: str) -> None:
    async with serve(ready=reason == "DRAINING") as served, aio.insecure_channel(served.address) as channel:
        if reason == "DRAINING":
            served.server.gate.close()
        calls = SummarizerServiceStub(channel)
        info = await ended(calls.GetServerInfo(pb.GetServerInfoRequest()))
        digest = await ended_stream(calls.GenerateDigest(pb.GenerateDigestRequest(articles=[SAID])))
        told = [info, digest, *await by_every_call(channel, Row(INVALID, reason))]
    assert len(told) == 5
    for one in told:
        assert one.status.code == grpc.StatusCode.UNAVAILABLE.value[0]
        assert (one.info().reason, one.info().domain) == (reason, "newsweave")
        assert one.details() == ["ErrorInfo", "RetryInfo", "RequestInfo"]
        retry = error_details_pb2.RetryInfo()
        assert one.status.details[1].Unpack(retry)
        assert one.trailers["grpc-retry-pushback-ms"] == str(retry.retry_delay.ToMilliseconds())
        assert retry.retry_delay.ToMilliseconds() > 0


async def test_a_caller_that_cancels_is_told_so_by_every_call(serve: Serve) -> None:
    async with serve(_goes_on) as served, aio.insecure_channel(served.address) as channel:
        for call in _calls(channel, None):
            await asyncio.sleep(0.05)
            call.cancel()
            assert await call.code() is grpc.StatusCode.CANCELLED


async def test_a_deadline_that_passes_is_told_so_by_every_call(serve: Serve) -> None:
    async with serve(_goes_on) as served, aio.insecure_channel(served.address) as channel:
        for call in _calls(channel, 0.2):
            if isinstance(call, aio.UnaryStreamCall):
                with suppress(aio.AioRpcError):
                    async for _ in call:
                        pass
            assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def _goes_on(_: Job, models: Models) -> Iterator[Event]:
    while True:
        models.check()


def _calls(channel: aio.Channel, seconds: float | None) -> list[aio.Call]:
    calls, item = SummarizerServiceStub(channel), pb.BatchSummarizeItem(articles=[ARTICLE])
    return [
        calls.Summarize(pb.SummarizeRequest(articles=[ARTICLE]), timeout=seconds),
        calls.StreamSummarize(pb.StreamSummarizeRequest(articles=[ARTICLE]), timeout=seconds),
        calls.BatchSummarize(pb.BatchSummarizeRequest(items=[item]), timeout=seconds),
    ]
