"""What the pipeline promises of every answer, whatever it is sent and whatever the model writes."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from service.domain import (
    Article,
    CautionCode,
    CitationRole,
    Conflict,
    DateAnchor,
    Drafting,
    Job,
    Overflow,
    SourceReport,
    Style,
    Summary,
    SummaryOptions,
    SummarySentence,
)
from service.errors import InvalidRequest, NewsweaveError, NoContent
from service.language.calendar import dates
from service.language.facts import negated
from service.language.numbers import numbers
from service.language.words import content_stems, word_count
from service.settings import Settings
from tests.unit.service.fakes import TEXTS, articles, models
from tests.unit.service.fire import FIRST, FUSED, GERMAN, LIES, NEWS, SECOND, THIRD, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Citation, Event, Span

OTHERWISE = "On Monday 14 men were hurt in a fire at the port of Moss."
LINES = st.sampled_from(
    [OTHERWISE, *FIRST.splitlines(), *SECOND.splitlines(), *THIRD.splitlines(), "\u202e", "\0", "", GERMAN]
)
DRAFTS = st.lists(st.one_of(st.sampled_from([FUSED, *LIES]), LINES, TEXTS), max_size=8)
JOBS = st.builds(
    lambda texts, options: Job(articles(*texts), options),
    st.lists(st.one_of(st.lists(LINES, max_size=9).map("\n".join), TEXTS), min_size=1, max_size=4),
    st.builds(
        SummaryOptions,
        max_words=st.integers(1, 120),
        max_sentences=st.none() | st.integers(1, 4),
        max_share_per_source=st.floats(0.05, 1),
        drafting=st.sampled_from(Drafting),
        overflow=st.sampled_from(Overflow),
        include_clusters=st.booleans(),
        style=st.sampled_from(Style),
        focus_query=st.just("") | LINES | TEXTS,
        background=st.lists(LINES | TEXTS, max_size=4).map(tuple),
    ),
)
SETTINGS = Settings(max_article_characters=200)


def check_summary(events: list[Event], job: Job) -> None:
    """Assert what holds of every answer, whatever was sent and drafted."""
    *before, last = events
    assert isinstance(last, Summary)
    assert not any(isinstance(event, Summary) for event in before)
    assert [event for event in before if isinstance(event, SummarySentence)] == list(last.sentences)
    assert tuple(event for event in before if isinstance(event, SourceReport)) == last.sources
    assert tuple(event for event in before if isinstance(event, Conflict)) == last.conflicts
    assert sum(word_count(sentence.text) for sentence in last.sentences) <= job.options.max_words
    assert len(last.sentences) <= (job.options.max_sentences or len(last.sentences))
    assert [source.article for source in last.sources] == list(job.articles)
    for sentence in last.sentences:
        check_sentence(sentence, job)
    for known in last.known:
        check_quotes([known.citation], job)
        assert known.text in " ".join(known.citation.quote.split()) or known.text[1:] in known.citation.quote
        assert job.options.background[known.background_index].strip()
        assert known.citation.quote not in [sentence.text for sentence in last.sentences]
    for number, conflict in enumerate(last.conflicts, start=1):
        assert conflict.id == number
        check_conflict(conflict, job)
    stated = {number for sentence in last.sentences for number in sentence.conflict_ids}
    assert stated <= {conflict.id for conflict in last.conflicts}
    check_clusters(last, job)
    origins = [source.origin for source in last.sources]
    for group in last.origins.groups:
        assert [origins[index] for index in group.sources] == [group.id] * len(group.sources)
        for link in group.links:
            for index, span in ((link.source, link.span), (link.other, link.other_span)):
                assert not span or span.of(job.articles[index].text).strip()
    check_reading(last, job)
    for source in last.sources:
        spans = [item.span for item in source.removed]
        assert spans == sorted(spans)
        assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
        assert all(span.of(source.article.text).strip() for span in spans)


def check_clusters(last: Summary, job: Job) -> None:
    """Assert that quotes are exact and, if clusters were asked for, that no sentence is in none of them."""
    members = list(itertools.chain.from_iterable(report.members for report in last.clusters))
    assert all(member.span.of(job.articles[member.source].text) == member.quote for member in members)
    for report in last.clusters:
        assert 1 <= report.independent_origins <= report.supporting_articles
    for index, source in enumerate(last.sources):
        own = [member.span for member in members if member.source == index]
        assert len(set(own)) == len(own)
        if job.options.include_clusters:
            assert len(own) == source.sentences - source.sentences_off_topic
            # What numbers a list, "1." or "a)", is no part of a sentence.
            assert not re.search(r"[^\W\d_]{2}", left_bare(source, own))


def left_bare(source: SourceReport, told: Sequence[Span]) -> str:
    """Return what of an article no report tells of: neither removed, nor in a cluster."""
    text = list(source.article.text)
    for span in (*told, *(item.span for item in source.removed)):
        text[span.start : span.end] = " " * (span.end - span.start)
    return "".join(text)


def check_reading(last: Summary, job: Job) -> None:
    """Assert what holds of a headline and of a timeline."""
    assert last.style is job.options.style
    order = [(entry.period.first, -entry.period.last.toordinal()) for entry in last.timeline]
    assert order == sorted(order)
    cited = [entry.citation for entry in last.timeline]
    cited += last.headline.citations if last.headline else ()
    for citation in cited:
        assert citation.span.of(job.articles[citation.source].text) == citation.quote
    for entry in last.timeline:
        assert job.articles[entry.citation.source].published_at or entry.anchor is not DateAnchor.PUBLISHED_AT
        assert set(entry.conflict_ids) <= {conflict.id for conflict in last.conflicts}
    assert last.usage.headline_words == (word_count(last.headline.text) if last.headline else 0)
    missing = any(warning.code is CautionCode.NO_HEADLINE for warning in last.warnings)
    wanted = job.options.style is Style.HEADLINE_AND_PARAGRAPH
    assert missing == (wanted and last.headline is None)


def check_sentence(sentence: SummarySentence, job: Job) -> None:
    """Assert that citations are exact and hold all that the sentence states."""
    check_quotes(sentence.citations, job)
    support = [item for item in sentence.citations if item.role is CitationRole.SUPPORTS]
    assert list(sentence.citations[: len(support)]) == support
    assert bool(sentence.conflict_ids) >= (len(support) < len(sentence.citations))
    for citation in support:
        assert citation.score >= sentence.verification.threshold
        assert negated(citation.quote) == negated(sentence.text)
    quotes = [citation.quote for citation in support]
    for facts in (numbers, dates, content_stems):
        assert facts(sentence.text) <= set().union(*map(facts, quotes))
    assert sentence.supporting_articles == len({citation.article_id for citation in support})
    texts = {job.articles[citation.source].text for citation in support}
    assert 1 <= sentence.independent_origins <= len(texts)


def check_conflict(conflict: Conflict, job: Job) -> None:
    """Assert that quotes are exact and that no article is on two sides."""
    sides = []
    for value in conflict.values:
        check_quotes(value.citations, job)
        sides.append({citation.source for citation in value.citations})
        assert value.articles == len(sides[-1])
        assert 1 <= value.independent_origins <= value.articles
        assert value.value in conflict.explanation
    assert len(sides) > 1
    assert len(set().union(*sides)) == sum(map(len, sides))


def check_quotes(citations: Sequence[Citation], job: Job) -> None:
    """Assert that every quote is the article's text at its span."""
    for citation in citations:
        article = job.articles[citation.source]
        assert citation.article_id == article.id
        assert citation.quote == article.text[citation.span.start : citation.span.end]


def outcome(job: Job, lines: list[str]) -> list[Event] | NewsweaveError:
    try:
        return run(job, models(*lines), SETTINGS)
    except (NoContent, InvalidRequest) as refusal:
        return refusal


@example(Job(NEWS, SummaryOptions(include_clusters=True)), [FUSED, *LIES])
@example(Job(articles(FIRST, OTHERWISE)), [])
@example(Job(articles("\u202eA\0\u200b" * 99 + FIRST, FIRST.replace("\n", "\r\n\n\u2028• "))), LIES)
@tuned(max_examples=200)
@given(JOBS, DRAFTS)
def test_whatever_is_sent_ends_in_an_exact_summary_or_a_refusal_each_time_the_same(
    job: Job, lines: list[str]
) -> None:
    first, second = outcome(job, lines), outcome(job, lines)
    if isinstance(first, NewsweaveError):
        assert type(first) is type(second)
    else:
        assert first == second
        check_summary(first, job)


@pytest.mark.parametrize(
    "text", ["The fire was out. " * 200, "word " * 20_000, "\n" * 50_000 + FIRST, "<div>" * 9_000]
)
def test_one_line_or_a_thousand_of_them_end_in_a_summary_or_a_refusal(text: str) -> None:
    job = Job((*NEWS, Article("long", text)))
    check_summary(run(job), job)
