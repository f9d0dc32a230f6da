"""Headline, timeline and style through every call, with the real pipeline and fakes of the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsweave import messages as pb
from service.domain import Provenance
from service.pipeline import summarize
from service.settings import Settings
from tests.rpc.test_summaries import CUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain import Event, Job
    from service.ports import Models
    from tests.rpc.conftest import Serve

FIRE = "😀 A fire at the port of Moss hurt twelve dock workers on Tuesday."
COMPANY = "The harbour company of Moss was founded by Anna Berg in 1945."
BLAZE = "On Tuesday twelve dock workers were hurt in a fire at the port of Moss."
TITLE = "Fire at port of Moss hurt twelve | The Gazette"


def real(job: Job, models: Models) -> Iterator[Event]:
    return summarize(job, models, Settings(), Provenance("1", (), "0" * 64))


def request(**options: object) -> pb.SummarizeRequest:
    articles = [
        pb.Article(id="a", text=f"{FIRE}\n{COMPANY}", title=TITLE),
        pb.Article(id="b", text=f"{BLAZE}\nFarmers in the valley sold red apples at the market."),
    ]
    for article in articles:
        article.published_at.FromJsonString("2024-06-19T12:00:00Z")
    return pb.SummarizeRequest(articles=articles, options=pb.SummaryOptions(**options))  # type: ignore[arg-type]


async def test_all_calls_tell_one_timeline_and_one_headline(serve: Serve) -> None:
    asked = request(style=pb.STYLE_HEADLINE_AND_PARAGRAPH)
    async with serve(real) as served:
        unary = (await served.client.summarize(asked)).summary
        stream = pb.StreamSummarizeRequest(articles=asked.articles, options=asked.options)
        *_, last = [event async for event in served.client.stream(stream)]
        item = pb.BatchSummarizeItem(articles=asked.articles, options=asked.options)
        batch = await served.client.batch(pb.BatchSummarizeRequest(items=[item]))
    assert unary == last.completed == batch.results[0].summary
    assert unary.headline.text == "Fire at port of Moss hurt twelve"
    assert unary.headline.article_id == "a"
    assert pb.WARNING_CODE_NO_HEADLINE not in [warning.code for warning in unary.warnings]
    assert unary.style == pb.STYLE_HEADLINE_AND_PARAGRAPH
    assert [(entry.date, entry.anchor) for entry in unary.timeline] == [
        ("1945", pb.DATE_ANCHOR_EXPLICIT),
        ("2024-06-18", pb.DATE_ANCHOR_PUBLISHED_AT),
    ]
    assert unary.usage.headline_words == 7
    assert unary.usage.words == sum(
        len(sentence.text.replace("😀", "").split()) for sentence in unary.sentences
    )


@pytest.mark.parametrize("encoding", CUT)
async def test_their_spans_are_counted_in_the_unit_that_was_asked_for(
    serve: Serve, encoding: pb.OffsetEncoding.ValueType
) -> None:
    asked = request(offset_encoding=encoding)
    texts = {article.id: article.text for article in asked.articles}
    async with serve(real) as served:
        told = (await served.client.summarize(asked)).summary
    cited = [entry.citation for entry in told.timeline] + list(told.headline.citations)
    assert len(cited) > 2
    for citation in cited:
        assert CUT[encoding](texts[citation.article_id], citation.span) == citation.quote


async def test_a_headline_that_was_asked_for_and_does_not_stand_is_told(serve: Serve) -> None:
    asked = request(style=pb.STYLE_HEADLINE_AND_PARAGRAPH)
    asked.articles[0].title = "Flood at port of Oslo hurt thirteen"
    async with serve(real) as served:
        told = (await served.client.summarize(asked)).summary
        silent = (await served.client.summarize(request())).summary
    assert not told.HasField("headline")
    assert pb.WARNING_CODE_NO_HEADLINE in [warning.code for warning in told.warnings]
    assert pb.WARNING_CODE_NO_HEADLINE not in [warning.code for warning in silent.warnings]


@pytest.mark.parametrize(("offset", "day"), [(0, "2024-06-19"), (-300, "2024-06-18")])
async def test_yesterday_is_counted_where_an_article_was_published(
    serve: Serve, offset: int, day: str
) -> None:
    asked = request()
    for article in asked.articles:
        article.text = article.text.replace("on Tuesday", "yesterday").replace("On Tuesday", "Yesterday")
        article.published_at.FromJsonString("2024-06-20T03:00:00Z")
        article.utc_offset_minutes = offset
    async with serve(real) as served:
        told = (await served.client.summarize(asked)).summary
    assert day in [entry.date for entry in told.timeline]
    assert told.sources[0].utc_offset_minutes == offset


async def test_a_style_that_means_nothing_is_refused(serve: Serve) -> None:
    async with serve(real) as served:
        refused = await served.refused(served.client.summarize(request(style=9)))
    assert [item.field for item in refused.violations] == ["options.style"]


async def test_a_style_that_is_left_out_is_told_as_a_paragraph(serve: Serve) -> None:
    async with serve(real) as served:
        told = (await served.client.summarize(request())).summary
    assert told.style == pb.STYLE_PARAGRAPH
