from __future__ import annotations

import pytest

from service.domain import (
    CautionCode,
    Cluster,
    Document,
    DropOutcome,
    DroppedDraft,
    DropReason,
    Known,
    MergeReason,
    News,
    Origin,
    OriginLink,
    OriginReason,
    Origins,
    Ranked,
    RemovalReason,
    Removed,
    Sentence,
    SourceReport,
    Span,
    SummaryOptions,
)
from service.stages.report import (
    cautions,
    drafting_cautions,
    reader_cautions,
    report_clusters,
    report_sources,
)
from tests.unit.service.fakes import articles, independent

ARTICLES = articles("Home. A fire. Ein Brand. A cat.", "A fire.")
MENU = Removed(Span(0, 5), RemovalReason.NAVIGATION)
DOCUMENTS = [
    Document(ARTICLES[0], (Span(6, 31),), (MENU,), "Fire"),
    Document(ARTICLES[1], (Span(0, 7),), (), ""),
]
SPANS = [(0, Span(6, 13)), (0, Span(14, 24)), (0, Span(25, 31)), (1, Span(0, 7))]
SENTENCES = [Sentence(source, span, span.of(ARTICLES[source].text), 0.0) for source, span in SPANS]
ORIGINS = independent(2)
ENOUGH = SummaryOptions(max_words=100)
TOLD = Ranked(Cluster(1, (0,), (1.0,), 1), 0, 0.9, 0.0)


def test_every_removed_span_is_told_in_order_with_its_reason() -> None:
    removed = {2: RemovalReason.OFF_TOPIC, 1: RemovalReason.LANGUAGE}
    first, second = report_sources(DOCUMENTS, SENTENCES, removed, ORIGINS)
    assert first.removed == (
        MENU,
        Removed(Span(14, 24), RemovalReason.LANGUAGE),
        Removed(Span(25, 31), RemovalReason.OFF_TOPIC),
    )
    assert (first.article, first.title, first.sentences_off_topic) == (ARTICLES[0], "Fire", 1)
    assert second == SourceReport(ARTICLES[1], "", 1, 0, (), 2)


def test_every_cluster_is_told_the_representative_first() -> None:
    ranked = [
        Ranked(Cluster(2, (0, 2, 3), (0.7, 0.8, 1.0), 2), 0, 0.9, 0.0, (0.6, None, 0.5)),
        Ranked(Cluster(1, (1,), (1.0,), 1), None, 0.5, 0.0),
        Ranked(Cluster(3, (2,), (1.0,), 1), 2, 0.4, 0.0),
    ]
    merged, unused, used = report_clusters(ranked, SENTENCES, ARTICLES, ORIGINS, {3})
    assert [(member.quote, member.similarity, member.score) for member in merged.members] == [
        ("A fire.", 0.7, 0.6),
        ("A fire.", 1.0, 0.5),
        ("A cat.", 0.8, None),
    ]
    assert [member.reason for member in merged.members] == [
        MergeReason.SAME_TEXT,
        MergeReason.CENTRAL,
        MergeReason.SAME_MEANING,
    ]
    assert [member.article_id for member in merged.members] == ["a0", "a1", "a0"]
    assert [member.span for member in merged.members] == [SPANS[0][1], SPANS[3][1], SPANS[2][1]]
    assert (merged.id, merged.supporting_articles, merged.salience, merged.used) == (2, 2, 0.9, False)
    assert merged.independent_origins == 2
    assert [(report.id, report.used, len(report.members)) for report in (unused, used)] == [
        (1, False, 1),
        (3, True, 1),
    ]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (SourceReport(ARTICLES[0], "", 0, 0, (MENU,), 1), CautionCode.NO_CONTENT),
        (
            SourceReport(ARTICLES[0], "", 3, 0, (Removed(Span(0, 5), RemovalReason.TRUNCATED),), 1),
            CautionCode.TRUNCATED,
        ),
    ],
)
def test_an_article_that_is_empty_or_cut_is_told(source: SourceReport, code: CautionCode) -> None:
    (found,) = cautions([source, SourceReport(ARTICLES[1], "", 1, 0, (), 2)], (), ())
    assert (found.code, found.article_id) == (code, "a0")
    assert found.message


def test_an_article_about_something_else_is_told() -> None:
    (found,) = cautions(report_sources(DOCUMENTS, SENTENCES, {}, ORIGINS), [1], ())
    assert (found.code, found.article_id) == (CautionCode.UNRELATED_ARTICLE, "a1")


def test_several_events_are_told_with_their_articles() -> None:
    (found,) = cautions(report_sources(DOCUMENTS, SENTENCES, {}, ORIGINS), (), ((1,), (0,)))
    assert (found.code, found.groups) == (CautionCode.MULTIPLE_EVENTS, (("a1",), ("a0",)))
    assert "2 events" in found.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The council closed the old bridge.", MergeReason.SAME_TEXT),
        ("On Monday the council closed its old bridge.", MergeReason.SAME_WORDS),
        ("The council has shut the crossing.", MergeReason.SAME_MEANING),
        ("1", MergeReason.SAME_MEANING),
    ],
)
def test_a_member_tells_why_it_was_merged(text: str, reason: MergeReason) -> None:
    texts = ("The council closed the old bridge.", text)
    sentences = [Sentence(source, Span(0, len(text)), text, 0.0) for source, text in enumerate(texts)]
    ranked = [Ranked(Cluster(1, (0, 1), (1.0, 0.6), 2), 0, 0.9, 0.0)]
    (merged,) = report_clusters(ranked, sentences, ARTICLES, ORIGINS, {1})
    assert [member.reason for member in merged.members] == [MergeReason.CENTRAL, reason]


def test_copies_count_as_one_origin() -> None:
    link = OriginLink(0, 1, OriginReason.NEAR_DUPLICATE, 1.0)
    copies = Origins((Origin(1, (0, 1), (link,)),))
    ranked = [Ranked(Cluster(1, (0, 3), (1.0, 1.0), 2), 0, 0.9, 0.0)]
    (merged,) = report_clusters(ranked, SENTENCES, ARTICLES, copies, {1})
    assert (merged.supporting_articles, merged.independent_origins) == (2, 1)
    assert [source.origin for source in report_sources(DOCUMENTS, SENTENCES, {}, copies)] == [1, 1]


def test_that_the_drafter_failed_is_told_once_with_the_first_cause() -> None:
    refused = DroppedDraft("A lie.", 1, DropReason.NUMBER, DropOutcome.RETRIED, "13")
    failed = [
        DroppedDraft("", number, DropReason.NOT_WRITTEN, DropOutcome.EXTRACTED, cause)
        for number, cause in enumerate(("it is slow", "it is down"), start=1)
    ]
    (found,) = drafting_cautions([refused, *failed])
    assert found.code is CautionCode.NOT_DRAFTED
    assert found.message == "sentences of the articles were to take the place of 2 drafts: it is slow"
    assert drafting_cautions([refused]) == ()


def test_a_summary_far_shorter_than_asked_for_is_told() -> None:
    (found,) = reader_cautions(News((TOLD,)), 40, ENOUGH)
    assert found.code is CautionCode.SHORT
    assert found.message == "the articles gave 40 of the 100 words that were asked for"
    assert not reader_cautions(News((TOLD,)), 90, ENOUGH)
    assert not reader_cautions(News((TOLD,)), 40, SummaryOptions(max_words=100, max_sentences=1))


def test_a_summary_that_is_short_because_much_is_known_says_so() -> None:
    (found,) = reader_cautions(News((TOLD,), (Known(TOLD, 0),)), 40, ENOUGH)
    assert found.code is CautionCode.SHORT
    assert "beyond the background" in found.message


def test_that_nothing_is_new_is_told_and_not_that_the_summary_is_short() -> None:
    unusable = Ranked(Cluster(2, (1,), (1.0,), 1), None, 0.1, 0.0)
    for left in ((), (unusable,)):
        (found,) = reader_cautions(News(left, (Known(TOLD, 0),)), 0, ENOUGH)
        assert found.code is CautionCode.NOTHING_NEW
    (found,) = reader_cautions(News((unusable,)), 0, ENOUGH)
    assert found.code is CautionCode.SHORT


def test_that_a_query_is_not_answered_is_told() -> None:
    (found,) = reader_cautions(News((TOLD,), is_answered=False), 90, ENOUGH)
    assert found.code is CautionCode.NOT_ANSWERED
