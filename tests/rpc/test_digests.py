"""Every promise of a digest, as it comes over the wire."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import aio

from newsweave import CallError, Client
from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.digest import find_stories
from service.domain import Article, Pile
from service.settings import Settings
from tests.rpc.test_error_table import ROWS, Row, ended_stream
from tests.rpc.test_lifetime import Steps
from tests.rpc.test_load import EXHAUSTED, PATIENCE, Slow
from tests.unit.service.fakes import models
from tests.unit.service.test_digest import BALLOT, BLAZE, DEEP, FIRE, NOTHING, STORM, VOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve, Served

    Pipeline = Callable[[Job, Models], Iterator[Event]]

# Costs next to nothing, as far as can be foreseen.
CHEAP = pb.SummaryOptions(drafting=pb.DRAFTING_EXTRACTIVE)
# Of each, no word is in another.
EVENTS = [
    " ".join(f"{word}{number}" for word in ("Alpha", "beta", "gamma", "delta", "epsilon", "zeta")) + "."
    for number in range(30)
]
MIXED = (STORM, VOTE, FIRE, BLAZE, BALLOT, FIRE.replace("Monday", "early Monday"))


def pile(*texts: str, **more: object) -> pb.GenerateDigestRequest:
    articles = [pb.Article(id=f"a{index}", text=text) for index, text in enumerate(texts)]
    return pb.GenerateDigestRequest(articles=articles, **more)  # type: ignore[arg-type]


async def digest(served: Served, request: pb.GenerateDigestRequest) -> list[pb.GenerateDigestResponse]:
    return [event async for event in served.client.digest(request)]


@pytest.fixture(scope="module", autouse=True)
def _tables() -> None:
    """Clean an article, so that the first test does not wait for the tables that this reads."""
    find_stories(Pile((Article("a", FIRE),)), models(), Settings())


async def cut_short(
    served: Served, request: pb.GenerateDigestRequest, seconds: float
) -> tuple[list[str | None], CallError]:
    """Return the kinds of the events that came before an error, and the error."""
    seen: list[str | None] = []
    try:
        async for event in served.client.digest(request, timeout=seconds):
            seen.append(event.WhichOneof("event"))  # noqa: PERF401  what came before the error counts
    except CallError as error:
        return seen, error
    pytest.fail("the digest was not cut short")


def kinds(events: list[pb.GenerateDigestResponse]) -> list[str | None]:
    return [event.WhichOneof("event") for event in events]


def sometimes_broken(pipeline: Pipeline) -> Pipeline:
    """Return a pipeline that fails at one story."""

    def broken(job: Job, models: Models) -> Iterator[Event]:
        if "Parliament" in job.articles[0].text:
            message = "secret"
            raise ZeroDivisionError(message)
        return pipeline(job, models)

    return broken


async def test_a_digest_brings_its_events_in_order_and_each_story_is_the_unary_answer(serve: Serve) -> None:
    async with serve() as served:
        options = pb.SummaryOptions(offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
        request = pile(*MIXED, options=options)
        started, grouped, *told, completed = events = await digest(served, request)
        for event in told:
            members = [article for article in request.articles if article.id in event.story.article_ids]
            unary = await served.client.summarize(pb.SummarizeRequest(articles=members, options=options))
            assert event.story.summary == unary.summary
    assert kinds(events) == ["started", "grouped", "story", "story", "story", "completed"]
    assert started.started.request_id
    stories = [list(event.story.article_ids) for event in told]
    assert [list(group.article_ids) for group in grouped.grouped.stories] == stories
    assert sorted(stories, key=len, reverse=True) == stories
    assert sorted(name for story in stories for name in story) == [f"a{index}" for index in range(6)]
    assert stories[-1] == ["a0"]
    assert list(completed.completed.story_ids) == [event.story.id for event in told] == [1, 2, 3]
    assert not completed.completed.failed_story_ids
    assert not completed.completed.unassigned


async def test_the_synchronous_client_reads_a_digest(serve: Serve) -> None:
    async with serve() as served:
        with Client(served.address) as client:
            events = await asyncio.to_thread(lambda: list(client.digest(pile(FIRE))))
    assert kinds(events) == ["started", "grouped", "story", "completed"]


async def test_a_story_is_sent_as_soon_as_it_is_ready(serve: Serve, pipeline: Pipeline) -> None:
    go = threading.Event()

    def held(job: Job, models: Models) -> Iterator[Event]:
        if job.articles[0].id != "a0":
            assert go.wait(PATIENCE)
        return pipeline(job, models)

    async with serve(held) as served, aclosing(served.client.digest(pile(FIRE, VOTE))) as events:
        first = [await anext(events) for _ in range(3)]
        assert kinds(first) == ["started", "grouped", "story"]
        go.set()
        assert kinds([event async for event in events]) == ["story", "completed"]


async def test_one_story_that_fails_spoils_no_other(serve: Serve, pipeline: Pipeline) -> None:
    async with serve(sometimes_broken(pipeline)) as served:
        *_, fire, vote, storm, completed = await digest(served, pile(FIRE, VOTE, STORM))
        unary = await served.refused(served.client.summarize(served.request(VOTE)))
    assert [event.story.HasField("summary") for event in (fire, vote, storm)] == [True, False, True]
    assert list(vote.story.article_ids) == ["a1"]
    failed = CallError.of_status(vote.story.error)
    assert (failed.code, failed.reason, failed.message) == (unary.code, unary.reason, "internal error")
    assert failed.request_id
    assert list(completed.completed.story_ids) == [1, 2, 3]
    assert list(completed.completed.failed_story_ids) == [2]


@pytest.mark.parametrize("row", [row for row in ROWS if row.error], ids=lambda row: row.reason)
async def test_an_error_of_the_pipeline_stands_in_the_place_of_its_story_or_ends_the_call(
    serve: Serve, row: Row
) -> None:
    def fail(_: Job, __: Models) -> Iterator[Event]:
        assert row.error
        raise row.error

    async with serve(fail) as served:
        if row.reason in {"CANCELLED", "DEADLINE_EXCEEDED"}:
            told = await served.refused(digest(served, pile(FIRE)))
        else:
            told = CallError.of_status((await digest(served, pile(FIRE)))[2].story.error)
    assert (told.code, told.reason) == (row.code, row.reason)


async def test_an_article_that_breaks_rules_of_its_own_is_unassigned_and_spoils_no_other(
    serve: Serve,
) -> None:
    request = pile(FIRE, "\u200b", NOTHING, "<html>page", "x" * 900, BLAZE)
    request.articles.add(id="none")
    request.articles.add(id="deep", html=DEEP)
    request.articles.add(id="title", text=VOTE, title="t" * 1_001)
    request.articles.add(id="late", text=VOTE).published_at.seconds = 10**12
    async with serve(max_article_characters=800) as served:
        _, grouped, story, completed = await digest(served, request)
    assert list(story.story.article_ids) == ["a0", "a5"]
    told = {item.article_id: (item.reason, item.rule) for item in grouped.grouped.unassigned}
    assert told == {
        "a1": (pb.UNASSIGNED_REASON_INVALID, "EMPTY_TEXT"),
        "a2": (pb.UNASSIGNED_REASON_NO_CONTENT, ""),
        "a3": (pb.UNASSIGNED_REASON_INVALID, "HTML_AS_TEXT"),
        "a4": (pb.UNASSIGNED_REASON_INVALID, "INPUT_TOO_LARGE"),
        "none": (pb.UNASSIGNED_REASON_INVALID, "MISSING_CONTENT"),
        "deep": (pb.UNASSIGNED_REASON_INVALID, "HTML_TOO_COMPLEX"),
        "title": (pb.UNASSIGNED_REASON_INVALID, "FIELD_TOO_LONG"),
        "late": (pb.UNASSIGNED_REASON_INVALID, "INVALID_TIMESTAMP"),
    }
    assert list(told) == [article.id for article in request.articles if article.id in told]
    assert all(item.message for item in grouped.grouped.unassigned)
    assert completed.completed.unassigned == grouped.grouped.unassigned


async def test_a_text_that_is_too_long_is_cut_if_that_is_asked_for(serve: Serve) -> None:
    options = pb.SummaryOptions(overflow=pb.OVERFLOW_TRUNCATE)
    long = "\n\n".join([FIRE] * 20)
    async with serve(max_article_characters=800) as served:
        _, grouped, *_ = await digest(served, pile(long, VOTE, options=options))
    assert not grouped.grouped.unassigned


async def test_a_digest_of_nothing_but_bad_articles_says_so(serve: Serve) -> None:
    async with serve() as served:
        events = await digest(served, pile(NOTHING, "\u200b"))
    assert kinds(events) == ["started", "grouped", "completed"]
    assert [item.article_id for item in events[-1].completed.unassigned] == ["a0", "a1"]


async def test_stories_that_were_not_asked_for_are_told_as_unassigned(serve: Serve) -> None:
    async with serve() as served:
        _, _, story, completed = await digest(served, pile(*MIXED, min_articles=2, max_stories=1))
    assert story.story.id == 1
    told = {item.article_id: item.reason for item in completed.completed.unassigned}
    assert told["a0"] == pb.UNASSIGNED_REASON_MIN_ARTICLES
    assert set(told.values()) == {pb.UNASSIGNED_REASON_MIN_ARTICLES, pb.UNASSIGNED_REASON_MAX_STORIES}


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pile(), "EMPTY_ARTICLES"),
        (pile(FIRE, FIRE, FIRE, FIRE), "TOO_MANY_ARTICLES"),
        (pile("x " * 300), "INPUT_TOO_LARGE"),
        (pb.GenerateDigestRequest(articles=[pb.Article(id="a", html="x " * 300)]), "INPUT_TOO_LARGE"),
        (pb.GenerateDigestRequest(articles=[pb.Article(id="a", text=FIRE)] * 2), "DUPLICATE_ID"),
        (pb.GenerateDigestRequest(articles=[pb.Article(text=FIRE)]), "EMPTY_ID"),
        (pb.GenerateDigestRequest(articles=[pb.Article(id="x" * 257, text=FIRE)]), "FIELD_TOO_LONG"),
        (pile(FIRE, options=pb.SummaryOptions(language="de")), "UNSUPPORTED_LANGUAGE"),
        (pile(FIRE, options=pb.SummaryOptions(max_words=2**32 - 1)), "INVALID_OPTION"),
    ],
)
async def test_what_is_wrong_with_the_whole_is_told_before_the_work_begins(
    serve: Serve, request_: pb.GenerateDigestRequest, reason: str
) -> None:
    async with serve(
        max_digest_articles=3, max_digest_characters=500, max_digest_html_characters=500
    ) as served:
        error = await served.refused(digest(served, request_))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, reason)
    assert error.violations


async def test_a_digest_has_limits_of_its_own_and_they_are_told(serve: Serve) -> None:
    async with serve(max_articles=1, max_request_characters=200) as served:
        limits = (await served.client.server_info()).limits
        events = await digest(served, pile(FIRE, BLAZE, VOTE))
    assert kinds(events) == ["started", "grouped", "story", "story", "completed"]
    assert (limits.max_digest_articles, limits.max_digest_characters) == (1_000, 5_000_000)
    assert limits.max_digest_html_characters == 20_000_000


async def test_a_reader_that_leaves_a_digest_stops_the_work(serve: Serve, pipeline: Pipeline) -> None:
    steps = Steps(pipeline)
    async with serve(steps) as served:
        async with aclosing(served.client.digest(pile(FIRE, VOTE))) as events:
            await anext(events)
            await steps.at_work()
        await steps.at_rest()


async def test_a_caller_that_cancels_is_told_so_and_the_work_stops(serve: Serve, pipeline: Pipeline) -> None:
    steps = Steps(pipeline)
    async with serve(steps) as served, aio.insecure_channel(served.address) as channel:
        call = SummarizerServiceStub(channel).GenerateDigest(pile(FIRE, VOTE))
        await steps.at_work()
        call.cancel()
        assert await call.code() is grpc.StatusCode.CANCELLED
        await steps.at_rest()


async def test_a_deadline_stops_the_work_and_what_was_sent_stays(serve: Serve, pipeline: Pipeline) -> None:
    steps = Steps(pipeline)
    async with serve(steps) as served:
        seen, error = await cut_short(served, pile(FIRE, VOTE, options=CHEAP), 3.0)
        await steps.at_rest()
    assert error.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert seen == ["started", "grouped"]


async def test_an_accepted_digest_ends_while_the_server_drains(serve: Serve, pipeline: Pipeline) -> None:
    steps = Steps(pipeline)
    async with serve(steps) as served:
        accepted = asyncio.create_task(digest(served, pile(FIRE, VOTE)))
        await steps.at_work()
        draining = asyncio.create_task(served.server.drain())
        await asyncio.sleep(0)
        error = await served.refused(digest(served, pile(FIRE)))
        steps.go.set()
        assert kinds(await accepted)[-1] == "completed"
        await draining
    assert error.reason == "DRAINING"


async def test_a_digest_lets_a_call_in_a_hurry_go_between(serve: Serve, pipeline: Pipeline) -> None:
    slow = Slow(pipeline, seconds=0.05)
    async with serve(slow, workers=1) as served:
        running = asyncio.create_task(digest(served, pile(*EVENTS, options=CHEAP)))
        await slow.at_work()
        hurried = pb.SummarizeRequest(articles=served.articles("text"), options=CHEAP)
        for _ in range(3):
            assert (await served.client.summarize(hurried, timeout=PATIENCE)).summary.sentences
        assert not running.done()
        slow.go.set()
        assert kinds(await running)[-1] == "completed"


async def test_a_full_queue_is_told_at_once(serve: Serve, pipeline: Pipeline) -> None:
    slow = Slow(pipeline)
    async with serve(slow, workers=1, max_queued_requests=1) as served:
        first = asyncio.create_task(served.client.summarize(served.request("first")))
        await slow.at_work()
        second = asyncio.create_task(served.client.summarize(served.request("second")))
        await asyncio.sleep(0.1)
        error = await served.refused(digest(served, pile(FIRE)))
        slow.go.set()
        await asyncio.gather(first, second)
    assert (error.code, error.reason) == (EXHAUSTED, "QUEUE_FULL")
    assert error.retry_after


async def test_stories_that_would_come_too_late_are_refused_when_they_are_known(
    serve: Serve, pipeline: Pipeline
) -> None:
    slow = Slow(pipeline, seconds=0.5)
    async with serve(slow, workers=1) as served:
        await digest(served, pile(EVENTS[0]))
        seen, error = await cut_short(served, pile(*EVENTS), 8.0)
        at_once, hopeless = await cut_short(served, pile(*EVENTS), 0.1)
    assert seen == ["started", "grouped"]
    assert at_once == []
    for told in (error, hopeless):
        assert (told.code, told.reason) == (EXHAUSTED, "DEADLINE_UNATTAINABLE")
        assert told.retry_after
    assert slow.begins == 1


async def test_a_reader_that_stalls_is_told_so_and_no_story_is_begun_for_it(
    serve: Serve, pipeline: Pipeline
) -> None:
    begun: list[str] = []

    def long(job: Job, models: Models) -> Iterator[Event]:
        begun.append(job.articles[0].id)
        longer = tuple(replace(article, text=article.text * 5_000) for article in job.articles)
        return pipeline(replace(job, articles=longer), models)

    async with (
        serve(long, max_stall_seconds=0.3) as served,
        aio.insecure_channel(served.address, [("grpc.max_receive_message_length", -1)]) as channel,
    ):
        request = pile(*EVENTS, options=CHEAP)
        call = SummarizerServiceStub(channel).GenerateDigest(request, timeout=3_600)
        await call.initial_metadata()
        assert await served.server.gate.empty(3 * PATIENCE)
        told = await ended_stream(call)
    assert (told.status.code, told.info().reason) == (EXHAUSTED.value[0], "SLOW_CONSUMER")
    assert 1 <= len(begun) < len(EVENTS)


async def test_no_text_of_a_digest_stands_in_the_log(
    serve: Serve, pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serve(sometimes_broken(pipeline)) as served:
        await digest(served, pile(FIRE, VOTE, NOTHING, "<html>Parliament"))
    logged = "".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "ZeroDivisionError" in logged
    assert not [word for word in ("Parliament", "harbour", "secret", "newsletter") if word in logged]
