"""Articles as HTML through the whole service."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import grpc
import pytest

from newsweave import CallError
from newsweave import messages as pb
from tests.rpc.test_bad_input import ask, check_error, check_summary, weave
from tests.unit.service.pages import MIXED_SCRIPTS, NEVER_CLOSED, NEWS_PAGE, PAGES, STORY, page

if TYPE_CHECKING:
    from tests.rpc.conftest import Serve

ENCODINGS = (pb.OFFSET_ENCODING_CODE_POINTS, pb.OFFSET_ENCODING_UTF8_BYTES, pb.OFFSET_ENCODING_UTF16_UNITS)
WITH_EMOJI = page(*(f"{part[:-1]} 😀 é." for part in STORY))
# Pages as nobody should send them, and with what they may be answered.
BAD = {
    "HTML that never closes": (NEVER_CLOSED, "SUMMARY"),
    "right-to-left text and mixed scripts": (MIXED_SCRIPTS, "SUMMARY"),
    "NUL bytes": (page(*STORY).replace("p>", "p>\0"), "SUMMARY"),
    "a wrong charset": (page(*STORY).replace("<body>", "<meta charset=utf-16><body>"), "SUMMARY"),
    "nested tags": ("<html><body>" + "<div>" * 18_000, "HTML_TOO_COMPLEX"),
    "attributes": ("<p " + " ".join(f"a{number}" for number in range(18_000)) + ">", "HTML_TOO_COMPLEX"),
    "entities": (f"<!DOCTYPE x [<!ENTITY a '{'a' * 900}'>]><p>{'&a;' * 9_000}", "NO_CONTENT"),
    "no text": ("<html><script>x</script></html>", "NO_CONTENT"),
    "nothing that can be seen": (" \u200b\n", "EMPTY_HTML"),
    "a halved surrogate pair": (
        '<script type="application/ld+json">{"@type": "Article", "headline": "\\ud800"}</script>'
        + page(*STORY),
        "SUMMARY",
    ),
}


def request(
    *pages: str, encoding: pb.OffsetEncoding.ValueType = pb.OFFSET_ENCODING_CODE_POINTS
) -> pb.SummarizeRequest:
    articles = [pb.Article(id=f"h{index}", html=html) for index, html in enumerate(pages)]
    return pb.SummarizeRequest(articles=articles, options=pb.SummaryOptions(offset_encoding=encoding))


def with_texts(asked: pb.SummarizeRequest, summary: pb.Summary) -> pb.SummarizeRequest:
    """Return the request as if the text that the answer returned had been sent."""
    texts = [pb.Article(id=report.article_id, text=report.extracted_text) for report in summary.sources]
    return pb.SummarizeRequest(articles=texts, options=asked.options)


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_quotes_are_cut_out_of_the_text_that_comes_back(
    serve: Serve, encoding: pb.OffsetEncoding.ValueType
) -> None:
    asked = request(NEWS_PAGE, WITH_EMOJI, encoding=encoding)
    async with serve(weave) as served:
        summary = await ask(served, asked)
    assert isinstance(summary, pb.Summary)
    assert summary.sentences
    assert summary.sources[1].extracted_text.count("😀") == len(STORY)
    check_summary(summary, with_texts(asked, summary))
    assert (summary.sources[0].publisher, summary.sources[0].uri) == (
        "The Dale Courier",
        "https://courier.example/bridge",
    )
    assert summary.sources[0].published_at.ToJsonString() == "2024-03-04T17:20:00Z"
    assert not summary.sources[1].HasField("published_at")


async def test_the_time_that_the_caller_gives_comes_back(serve: Serve) -> None:
    asked = request(NEWS_PAGE)
    asked.articles[0].published_at.FromJsonString("2020-01-02T03:04:05.678Z")
    async with serve(weave) as served:
        answer = await served.client.summarize(asked)
    assert answer.summary.sources[0].published_at == asked.articles[0].published_at


async def test_what_came_as_text_has_no_extracted_text(serve: Serve) -> None:
    async with serve(weave) as served:
        answer = await served.client.summarize(served.request("\n".join(STORY)))
    assert [report.extracted_text for report in answer.summary.sources] == [""]


@pytest.mark.parametrize("name", BAD)
async def test_bad_pages_end_in_a_summary_or_a_documented_error(
    serve: Serve, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    html, expected = BAD[name]
    async with serve(weave) as served:
        answer = await ask(served, request(html))
        after = await served.client.summarize(request(NEWS_PAGE))
    assert after.summary.sentences
    if isinstance(answer, CallError):
        check_error(answer, [html])
        assert answer.reason == expected
        assert answer.code in {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION}
    else:
        check_summary(answer, with_texts(request(html), answer))
        assert expected == "SUMMARY"
        assert answer.sentences
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_requests_at_the_same_time_get_the_answers_that_they_get_alone(serve: Serve) -> None:
    asked = [request(html) for html in PAGES.values()]
    async with serve(weave, workers=4) as served:
        alone = [await served.client.summarize(one) for one in asked]
        together = await asyncio.gather(*(served.client.summarize(one) for one in asked * 3))
    assert together == alone * 3
