"""What the pipeline promises of articles that came as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from service.domain import (
    Article,
    CautionCode,
    Job,
    OffsetEncoding,
    Overflow,
    RemovalReason,
    SourceReport,
    Summary,
    SummaryOptions,
)
from service.errors import Cancelled, InvalidRequest, NoContent
from service.rpc.convert import Converter
from service.settings import Settings
from tests.unit.service.fakes import articles, models
from tests.unit.service.fire import FUSED, GERMAN, LIES, NEWS, run
from tests.unit.service.pages import (
    ARABIC,
    FURNITURE,
    HEADLINE,
    MARKUP,
    NEVER_CLOSED,
    NEWS_PAGE,
    PAGES,
    STORY,
    page,
)

if TYPE_CHECKING:
    from newsweave.v1 import newsweave_pb2 as pb
    from service.domain import Event

SETTINGS = Settings(max_article_characters=100_000)
CODECS = {
    OffsetEncoding.CODE_POINTS: ("utf-32-le", 4),
    OffsetEncoding.UTF8_BYTES: ("utf-8", 1),
    OffsetEncoding.UTF16_UNITS: ("utf-16-le", 2),
}


def from_html(*pages: str) -> tuple[Article, ...]:
    return tuple(Article(f"h{index}", "", html=html) for index, html in enumerate(pages))


def summary(job: Job, settings: Settings = SETTINGS) -> Summary:
    last = run(job, settings=settings)[-1]
    assert isinstance(last, Summary)
    return last


def check(told: pb.Summary, sent: tuple[Article, ...], encoding: OffsetEncoding) -> None:
    """Assert that every quote is its span, cut out of the caller's text or of the extracted one."""
    codec, size = CODECS[encoding]
    texts = {article.id: article.text for article in sent}
    texts |= {report.article_id: report.extracted_text for report in told.sources if report.extracted_text}
    for report, article in zip(told.sources, sent, strict=True):
        assert not (report.extracted_text and article.text)
        assert all(0 <= item.span.start < item.span.end for item in report.removed)
        assert all(len(texts[article.id].encode(codec)) >= size * item.span.end for item in report.removed)
    quoted: list[pb.Citation | pb.ClusterMember] = []
    for sentence in told.sentences:
        quoted += sentence.citations
    for cluster in told.clusters:
        quoted += cluster.members
    for part in quoted:
        cut = texts[part.article_id].encode(codec)[size * part.span.start : size * part.span.end]
        assert cut.decode(codec) == part.quote


def outcome(job: Job, lines: list[str]) -> list[Event] | str:
    """Return the events, or the reason of a refusal."""
    try:
        return run(job, models(*lines), SETTINGS)
    except (NoContent, InvalidRequest) as refusal:
        return refusal.reason


@tuned(max_examples=60)
@example([NEWS_PAGE, NEVER_CLOSED], LIES)
@example(
    [page("😀 " + STORY[0], "漢 é " + STORY[1], ARABIC), NEVER_CLOSED.replace("bridge", "brücke 😀")], []
)
@given(
    st.lists(MARKUP, min_size=1, max_size=3), st.lists(st.sampled_from([FUSED, *LIES, *STORY]), max_size=3)
)
def test_any_html_ends_in_a_summary_with_exact_quotes_or_a_refusal_each_time_the_same(
    pages: list[str], lines: list[str]
) -> None:
    sent = (*from_html(*[html for html in pages if html]), *articles(STORY[0]))
    for encoding in OffsetEncoding:
        job = Job(sent, SummaryOptions(include_clusters=True, offset_encoding=encoding))
        events = outcome(job, lines)
        if isinstance(events, str):
            assert events in {"NO_CONTENT", "UNSUPPORTED_LANGUAGE", "HTML_TOO_COMPLEX"}
            continue
        converter = Converter(job)
        *before, last = map(converter.event, events)
        check(last.completed, sent, encoding)
        last.SerializeToString()
        assert [event.sentence for event in before if event.HasField("sentence")] == list(
            last.completed.sentences
        )
    assert outcome(job, lines) == outcome(job, lines)


def test_a_page_is_cited_and_reported_by_its_text() -> None:
    told = summary(Job(from_html(NEWS_PAGE, page(*STORY))))
    quotes = {citation.quote for sentence in told.sentences for citation in sentence.citations}
    assert quotes & set(STORY)
    assert not [quote for quote in quotes if "<" in quote or any(part in quote for part in FURNITURE)]
    source = told.sources[0]
    assert (source.title, source.article.publisher) == (HEADLINE, "The Dale Courier")
    assert source.removed[0].span.of(source.article.text) == HEADLINE


@pytest.mark.parametrize("name", PAGES)
def test_cleaning_removes_no_paragraph_of_a_page(name: str) -> None:
    source = summary(Job(from_html(PAGES[name]))).sources[0]
    removed = {item.span.of(source.article.text) for item in source.removed}
    assert not removed & set(STORY)
    assert source.sentences >= len(STORY)


def test_no_page_is_read_for_nobody() -> None:
    def nobody_waits() -> None:
        message = "nobody waits"
        raise Cancelled(message)

    with pytest.raises(Cancelled):
        run(Job(from_html("<div>" * 300)), models(check=nobody_waits))


def test_pages_and_texts_are_summarized_together() -> None:
    told = summary(Job((*NEWS, *from_html(page(*NEWS[0].text.splitlines())))))
    lead = next(sentence for sentence in told.sentences if "12 men" in sentence.text)
    assert {"a0", "h0"} <= {citation.article_id for citation in lead.citations}


def test_a_page_without_text_beside_others_is_told() -> None:
    told = summary(Job((*NEWS, *from_html("<html></html>"))))
    (caution,) = (item for item in told.warnings if item.code is CautionCode.NO_CONTENT)
    assert (caution.article_id, caution.message) == ("h0", "no text was found in the HTML of this article")
    assert told.sources[-1].article.text == ""


def test_pages_without_text_alone_are_refused_by_name() -> None:
    with pytest.raises(NoContent) as caught:
        run(Job((*from_html("<html></html>", page("Home")), *articles("Menu"))))
    assert caught.value.without_text == ("h0",)
    assert [(item.article_id, item.field) for item in caught.value.removed] == [
        ("h1", "html"),
        ("a0", "text"),
    ]


def test_pages_in_another_language_are_refused_by_the_field_in_which_they_came() -> None:
    with pytest.raises(InvalidRequest) as caught:
        run(Job((*from_html(page(GERMAN)), *articles(GERMAN))))
    assert [item.field for item in caught.value.violations] == ["articles[0].html", "articles[1].text"]


def test_of_a_page_that_is_too_long_the_text_is_cut_and_that_is_told() -> None:
    html = page(*STORY).replace("<body>", "<body>" + "<!-- -->" * 200)
    short = Settings(max_article_characters=1_000)
    job = Job(from_html(html), SummaryOptions(overflow=Overflow.TRUNCATE))
    assert not summary(job, short).sources[0].removed
    report = summary(job, Settings(max_article_characters=200)).sources[0]
    (cut,) = report.removed
    assert cut.reason is RemovalReason.TRUNCATED
    assert cut.span.of(report.article.text) == "\n".join(STORY[2:])


def test_the_texts_of_pages_are_held_to_the_limits_of_texts() -> None:
    job = Job(from_html(page(*STORY), page(*STORY)))
    length = len(summary(job).sources[0].article.text)
    assert summary(job, Settings(max_article_characters=length, max_request_characters=2 * length)).sentences
    for settings, field in (
        (Settings(max_article_characters=length - 1), "articles[0].html"),
        (Settings(max_request_characters=2 * length - 1), "articles"),
    ):
        with pytest.raises(InvalidRequest) as caught:
            run(job, settings=settings)
        assert caught.value.violations[0].field == field
        assert caught.value.violations[0].reason == "INPUT_TOO_LARGE"


def test_a_report_comes_before_whatever_is_cited_from_its_page() -> None:
    events = run(Job(from_html(NEWS_PAGE, page(*STORY))))
    assert all(isinstance(event, SourceReport) for event in events[:2])
