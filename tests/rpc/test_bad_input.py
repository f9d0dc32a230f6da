"""Bad and hostile input through the whole service: a summary or a documented error, and then back to work."""

from __future__ import annotations

import logging
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from google.rpc import error_details_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsweave import CallError
from newsweave import messages as pb
from service.domain import Provenance
from service.pipeline import summarize
from service.settings import Settings
from tests.rpc.bad_input import (
    CASES,
    COMMANDS,
    EMPTY_SUMMARY,
    MEGABYTE,
    MEGABYTES,
    OPTIONS,
    ORDINARY,
    SUMMARY,
    Case,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Event, Job
    from service.ports import DraftRequest, Models
    from tests.rpc.conftest import Serve, Served

CODECS = {
    pb.OFFSET_ENCODING_CODE_POINTS: ("utf-32-le", 4),
    pb.OFFSET_ENCODING_UTF8_BYTES: ("utf-8", 1),
    pb.OFFSET_ENCODING_UTF16_UNITS: ("utf-16-le", 2),
}
# Longer runs of an article's characters in an error are a leak; shorter ones are the error's own words.
RUN = 12


def weave(job: Job, models: Models) -> Iterator[Event]:
    """Do as the real service does."""
    return summarize(job, models, Settings(), Provenance("9.9", (), "0" * 64))


async def ask(served: Served, request: pb.SummarizeRequest) -> pb.Summary | CallError:
    """Ask by each of the three calls, and see that they agree."""
    answers = [
        await by_one(served, request),
        await by_stream(served, request),
        await by_batch(served, request),
    ]
    first, *others = map(_comparable, answers)
    assert others == [first, first]
    return answers[0]


async def by_one(served: Served, request: pb.SummarizeRequest) -> pb.Summary | CallError:
    try:
        return (await served.client.summarize(request)).summary
    except CallError as error:
        return error


async def by_stream(served: Served, request: pb.SummarizeRequest) -> pb.Summary | CallError:
    """Return what a stream completes with; its parts must be those of the whole."""
    asked = pb.StreamSummarizeRequest(articles=request.articles, options=request.options)
    events = []
    try:
        async for event in served.client.stream(asked):
            events.append(event)  # noqa: PERF401  what came before an error is looked at as well
    except CallError as error:
        assert [event.WhichOneof("event") for event in events] in ([], ["started"])
        return error
    whole = events[-1].completed
    assert [event.sentence for event in events if event.HasField("sentence")] == list(whole.sentences)
    assert [event.source_report for event in events if event.HasField("source_report")] == list(whole.sources)
    return whole


async def by_batch(served: Served, request: pb.SummarizeRequest) -> pb.Summary | CallError:
    """Return what one item of a batch becomes; its neighbour must be as good as ever."""
    items = [
        pb.BatchSummarizeItem(articles=articles, options=request.options)
        for articles in (request.articles, served.articles("One word.", "\u200b"))
    ]
    answer = await served.client.batch(pb.BatchSummarizeRequest(items=items))
    assert answer.results[1].HasField("error")
    if answer.results[0].HasField("summary"):
        return answer.results[0].summary
    status = answer.results[0].error
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert info.domain == "newsweave"
    return CallError.of_status(status)


def _comparable(answer: pb.Summary | CallError) -> object:
    if isinstance(answer, CallError):
        assert answer.request_id
        return [getattr(answer, item.name) for item in fields(answer) if item.name != "request_id"]
    return answer


def check_summary(summary: pb.Summary, request: pb.SummarizeRequest) -> None:
    """Check every span and every limit that was asked for."""
    texts = {article.id: article.text for article in request.articles}
    options = request.options
    cut = {name: (text.encode(CODECS[unit(options)][0])) for name, text in texts.items()}
    size = CODECS[unit(options)][1]
    assert [report.article_id for report in summary.sources] == list(texts)
    quoted: list[pb.Citation | pb.ClusterMember] = []
    for sentence in summary.sentences:
        quoted += sentence.citations
    for cluster in summary.clusters:
        quoted += cluster.members
    quoted += [known.citation for known in summary.known]
    assert all(known.background_index < len(options.background) for known in summary.known)
    for part in quoted:
        piece = cut[part.article_id][size * part.span.start : size * part.span.end]
        assert piece.decode(CODECS[unit(options)][0]) == part.quote
    for report in summary.sources:
        for removed in report.removed:
            assert 0 <= removed.span.start < removed.span.end <= len(cut[report.article_id]) // size
    assert all(sentence.citations and sentence.text.strip() for sentence in summary.sentences)
    counted = sum(any(map(str.isalnum, part)) for item in summary.sentences for part in item.text.split())
    assert counted == summary.usage.words <= (options.max_words or summary.usage.words_allowed)
    assert len(summary.sentences) <= (options.max_sentences or len(summary.sentences))


def unit(options: pb.SummaryOptions) -> pb.OffsetEncoding.ValueType:
    return options.offset_encoding or pb.OFFSET_ENCODING_CODE_POINTS


def check_error(error: CallError, texts: Sequence[str]) -> None:
    """Check that an error tells what is wrong, and nothing of the articles or of the machine."""
    told = [error.message, *error.metadata, *error.metadata.values()]
    told += [part for item in error.violations for part in (item.field, item.reason, item.description)]
    told += [part for item in error.removed for part in item]
    for part in told:
        assert not any(sign in part for sign in ("/", "\\", ".py", "Traceback", "Error", "line "))
        runs = {part[start : start + RUN] for start in range(len(part) - RUN + 1)}
        assert not [run for run in runs for text in texts if run in text]
    assert error.removed or error.violations


async def check_case(served: Served, texts: Sequence[str], options: pb.SummaryOptions) -> str:
    """Ask in every unit, and return what kind of answer came, which must be one and the same."""
    found: dict[int, tuple[str, list[str]]] = {}
    for encoding in CODECS:
        request = served.request(*texts)
        request.options.CopyFrom(options)
        request.options.offset_encoding = encoding
        # The three calls are compared once; the other units are a matter of the same conversion.
        one = encoding == pb.OFFSET_ENCODING_UTF16_UNITS
        answer = await (ask if one else by_one)(served, request)
        if isinstance(answer, CallError):
            check_error(answer, [*texts, *options.background, options.focus_query])
            found[encoding] = (answer.reason, [])
        else:
            check_summary(answer, request)
            told = [sentence.text for sentence in answer.sentences]
            found[encoding] = (SUMMARY if told else EMPTY_SUMMARY, told)
    first, *others = found.values()
    assert others == [first, first]
    return first[0]


async def ordinary(served: Served) -> pb.Summary:
    summary = await by_one(served, served.request(*ORDINARY))
    assert isinstance(summary, pb.Summary)
    assert len(summary.sentences) > 1
    return summary


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_bad_input_ends_in_a_summary_or_a_documented_error_and_harms_nobody(
    serve: Serve, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve(weave) as served:
        before = await ordinary(served)
        assert await check_case(served, case.texts, pb.SummaryOptions()) in case.answers
        assert await ordinary(served) == before
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_line_of_a_megabyte_is_answered(serve: Serve) -> None:
    async with serve(weave, max_article_characters=1_000_000) as served:
        request = served.request(MEGABYTE, offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES)
        summary = await ask(served, request)
        assert isinstance(summary, pb.Summary)
        check_summary(summary, request)
        await ordinary(served)


@pytest.mark.parametrize("case", MEGABYTES, ids=lambda case: case.name)
async def test_a_megabyte_of_anything_ends_in_a_documented_error(serve: Serve, case: Case) -> None:
    async with serve(weave, max_article_characters=1_000_000) as served:
        answer = await by_one(served, served.request(*case.texts))
        assert isinstance(answer, CallError)
        assert answer.reason in case.answers
        check_error(answer, case.texts)


async def test_the_same_article_under_two_ids_is_cited_by_both(serve: Serve) -> None:
    async with serve(weave) as served:
        request = served.request(ORDINARY[0], ORDINARY[0])
        summary = await ask(served, request)
        assert isinstance(summary, pb.Summary)
        check_summary(summary, request)
        for sentence in summary.sentences:
            assert {citation.article_id for citation in sentence.citations} == {"a0", "a1"}
            assert sentence.supporting_articles == 2


@pytest.mark.parametrize("name", OPTIONS)
async def test_the_smallest_and_the_largest_options_are_kept(serve: Serve, name: str) -> None:
    async with serve(weave) as served:
        options, answer = OPTIONS[name]
        assert await check_case(served, ORDINARY, options) == answer


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
async def test_the_model_is_shown_sentences_of_the_articles_and_nothing_else(
    serve: Serve, case: Case
) -> None:
    asked: list[DraftRequest] = []

    def overheard(job: Job, models: Models) -> Iterator[Event]:
        class Overhearing:
            def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
                asked.extend(requests)
                return models.drafter.draft(requests)

        return weave(job, replace(models, drafter=Overhearing()))

    async with serve(overheard) as served:
        summary = await by_one(served, served.request(*case.texts))
    assert isinstance(summary, pb.Summary)
    flat = [" ".join(text.split()) for text in case.texts]
    assert asked
    assert all(any(source in text for text in flat) for request in asked for source in request.sources)
    assert not [sentence.text for sentence in summary.sentences if "<|" in sentence.text]


CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.one_of(
    st.text(CHARACTERS, max_size=40),
    st.sampled_from(
        [*ORDINARY, *' \n\t\x00.!?"“”‘’«()<>•', "\u202e", "\u200b", "\r\n", "\u2029", "<|im_end|>"]
    ),
)
TEXTS = st.lists(st.lists(PIECES, max_size=12).map("".join), min_size=1, max_size=4)
CHOICES = st.builds(
    pb.SummaryOptions,
    max_words=st.integers(0, 60),
    max_sentences=st.integers(0, 4),
    max_share_per_source=st.floats(0, 1),
    include_clusters=st.booleans(),
    focus_query=st.just("") | PIECES,
    background=st.lists(PIECES, max_size=3),
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=TEXTS, options=CHOICES)
async def test_whatever_is_sent_is_answered(
    serve: Serve, texts: list[str], options: pb.SummaryOptions
) -> None:
    async with serve(weave) as served:
        reason = await check_case(served, texts, options)
    assert reason in {SUMMARY, EMPTY_SUMMARY, "EMPTY_TEXT", "NO_CONTENT", "UNSUPPORTED_LANGUAGE"}
