from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from newsweave.v1 import newsweave_pb2 as pb
from service import domain
from service.rpc import convert
from service.rpc.convert import Converter
from service.settings import Settings

ARTICLE = domain.Article("a", "😀 One claim.", "Title", "https://example.org/", "Paper")
OTHER = domain.Article("b", "One claim. 😀", "Title")
ALONE = domain.Article("c", "None.")
JOB = domain.Job(
    (ARTICLE, OTHER, ALONE), domain.SummaryOptions(offset_encoding=domain.OffsetEncoding.UTF16_UNITS)
)
SPAN = domain.Span(2, 12)
CARD = domain.ModelCard("encoder", "tiny", "MIT", "ab", "bfloat16")
CHECK = domain.Verification("cosine", 0.75, 0.5, (domain.Guard.NUMBERS, domain.Guard.NAMES))
SENTENCE = domain.SummarySentence(
    "One claim.",
    domain.SentenceMode.FUSED,
    (domain.Citation("a", 0, SPAN, "One claim.", 0.75),),
    1,
    1,
    CHECK,
    4,
)
SOURCE = domain.SourceReport(
    ARTICLE, "Found title", 3, 2, (domain.Removed(domain.Span(0, 2), domain.RemovalReason.CREDIT),), 1
)
LINK = domain.OriginLink(0, 1, domain.OriginReason.NEAR_DUPLICATE, 0.5, SPAN, domain.Span(0, 10))
AGAINST = domain.Citation("a", 0, SPAN, "One claim.", 0.0, domain.CitationRole.CONTRADICTS)
CONFLICT = domain.Conflict(
    9,
    domain.ConflictSlot.DATE,
    domain.ConflictStatus.TIME_OF_WRITING,
    (domain.ConflictValue("1900", (SENTENCE.citations[0],), 1, 1), domain.ConflictValue("1910", (), 2, 1)),
    "The articles differ on a time: 1900 or 1910.",
    (4, 6),
    2,
)
HEADLINE = domain.Headline("One claim stands", "a", SENTENCE.citations)
ENTRY = domain.TimelineEntry(
    domain.Period(date(2024, 6, 10), date(2024, 6, 16)),
    "claim",
    SENTENCE.citations[0],
    domain.DateAnchor.PUBLISHED_AT,
    "One claim.",
    (9,),
)
SUMMARY = domain.Summary(
    sentences=(SENTENCE,),
    conflicts=(CONFLICT,),
    sources=(SOURCE,),
    origins=domain.Origins((domain.Origin(1, (0, 1), (LINK,)), domain.Origin(2, (2,), ()))),
    clusters=(
        domain.ClusterReport(
            4,
            (domain.ClusterMember("a", 0, SPAN, "One claim.", 0.5, 0.0, domain.MergeReason.CENTRAL),),
            1,
            1,
            0.25,
            used=True,
        ),
    ),
    dropped=(domain.DroppedDraft("No.", 5, domain.DropReason.NAME, domain.DropOutcome.RETRIED, "Kim"),),
    warnings=(domain.Caution(domain.CautionCode.SHORT, "short", "a", (("a",), ("b", "c"))),),
    usage=domain.Usage(200, 2, 0, 1, 3, 7, 3),
    provenance=domain.Provenance("1.0", (CARD,), "cd"),
    headline=HEADLINE,
    timeline=(ENTRY,),
    style=domain.Style.BULLETS,
    known=(domain.KnownSentence("One claim.", SENTENCE.citations[0], 3),),
)
WIRE_SPAN = pb.Span(start=3, end=13)
WIRE_SENTENCE = pb.SummarySentence(
    text="One claim.",
    mode=pb.SENTENCE_MODE_FUSED,
    citations=[
        pb.Citation(
            article_id="a", span=WIRE_SPAN, quote="One claim.", role=pb.CITATION_ROLE_SUPPORTS, score=0.75
        )
    ],
    supporting_articles=1,
    verification=pb.Verification(
        checker="cosine", score=0.75, threshold=0.5, guards=[pb.GUARD_NUMBERS, pb.GUARD_NAMES]
    ),
    cluster_id=4,
    independent_origins=1,
)
WIRE_SOURCE = pb.SourceReport(
    article_id="a",
    title="Found title",
    uri="https://example.org/",
    publisher="Paper",
    sentences=3,
    sentences_off_topic=2,
    removed=[pb.RemovedSpan(span=pb.Span(start=0, end=3), reason=pb.REMOVAL_REASON_CREDIT)],
    origin=1,
)
WIRE_CONFLICT = pb.Conflict(
    id=9,
    slot=pb.CONFLICT_SLOT_DATE,
    status=pb.CONFLICT_STATUS_TIME_OF_WRITING,
    values=[
        pb.ConflictValue(value="1900", citations=WIRE_SENTENCE.citations, articles=1, independent_origins=1),
        pb.ConflictValue(value="1910", articles=2, independent_origins=1),
    ],
    explanation="The articles differ on a time: 1900 or 1910.",
    cluster_ids=[4, 6],
    independent_origins=2,
)
WIRE_SUMMARY = pb.Summary(
    sentences=[WIRE_SENTENCE],
    conflicts=[WIRE_CONFLICT],
    sources=[WIRE_SOURCE],
    clusters=[
        pb.ClusterReport(
            id=4,
            members=[
                pb.ClusterMember(
                    article_id="a",
                    span=WIRE_SPAN,
                    quote="One claim.",
                    similarity=0.5,
                    score=0.0,
                    reason=pb.MERGE_REASON_CENTRAL,
                )
            ],
            supporting_articles=1,
            salience=0.25,
            used=True,
            independent_origins=1,
        )
    ],
    dropped=[
        pb.DroppedDraft(
            text="No.",
            cluster_id=5,
            reason=pb.DROP_REASON_NAME,
            detail="Kim",
            outcome=pb.DROP_OUTCOME_RETRIED,
        )
    ],
    warnings=[
        pb.Warning(
            code=pb.WARNING_CODE_SHORT,
            message="short",
            article_id="a",
            groups=[pb.ArticleGroup(article_ids=["a"]), pb.ArticleGroup(article_ids=["b", "c"])],
        )
    ],
    usage=pb.Usage(words_allowed=200, words=2, sentences=1, source_sentences=3, drafts=7, headline_words=3),
    headline=pb.Headline(text="One claim stands", article_id="a", citations=WIRE_SENTENCE.citations),
    timeline=[
        pb.TimelineEntry(
            date="2024-06-10",
            last_date="2024-06-16",
            expression="claim",
            citation=WIRE_SENTENCE.citations[0],
            anchor=pb.DATE_ANCHOR_PUBLISHED_AT,
            text="One claim.",
            conflict_ids=[9],
        )
    ],
    style=pb.STYLE_BULLETS,
    provenance=pb.Provenance(
        version="1.0",
        models=[
            pb.Model(role="encoder", id="tiny", licence="MIT", weights_sha256="ab", precision="bfloat16")
        ],
        settings_sha256="cd",
    ),
    origins=[
        pb.Origin(
            id=1,
            article_ids=["a", "b"],
            links=[
                pb.OriginLink(
                    article_id="a",
                    other_article_id="b",
                    reason=pb.ORIGIN_REASON_NEAR_DUPLICATE,
                    span=WIRE_SPAN,
                    other_span=pb.Span(start=0, end=10),
                    share=0.5,
                )
            ],
        )
    ],
    known=[pb.KnownSentence(text="One claim.", citation=WIRE_SENTENCE.citations[0], background_index=3)],
)


def test_a_summary_is_written_whole() -> None:
    assert Converter(JOB).summary(SUMMARY) == WIRE_SUMMARY


def test_what_contradicts_a_sentence_says_so_and_names_its_conflict() -> None:
    disputed = replace(SENTENCE, citations=(*SENTENCE.citations, AGAINST), conflict_ids=(9,))
    written = Converter(JOB).sentence(disputed)
    assert [item.role for item in written.citations] == [
        pb.CITATION_ROLE_SUPPORTS,
        pb.CITATION_ROLE_CONTRADICTS,
    ]
    assert list(written.conflict_ids) == [9]


def test_no_field_of_a_summary_is_forgotten() -> None:
    written = Converter(JOB).summary(SUMMARY)
    assert {field.name for field, _ in written.ListFields()} == {
        field.name for field in pb.Summary.DESCRIPTOR.fields
    }


def test_a_summary_without_a_headline_has_none() -> None:
    assert not Converter(JOB).summary(replace(SUMMARY, headline=None)).HasField("headline")


def test_events_are_written_by_their_kind() -> None:
    convert_event = Converter(JOB).event
    assert convert_event(SENTENCE) == pb.StreamSummarizeResponse(sentence=WIRE_SENTENCE)
    assert convert_event(SOURCE) == pb.StreamSummarizeResponse(source_report=WIRE_SOURCE)
    assert convert_event(CONFLICT) == pb.StreamSummarizeResponse(conflict=WIRE_CONFLICT)
    assert convert_event(SUMMARY) == pb.StreamSummarizeResponse(completed=WIRE_SUMMARY)
    progress = pb.Progress(stage=pb.STAGE_DRAFT, done=1, total=2)
    assert convert_event(domain.Progress(domain.Stage.DRAFT, 1, 2)) == pb.StreamSummarizeResponse(
        progress=progress
    )


def test_spans_of_a_page_are_counted_in_the_text_that_its_report_returns() -> None:
    sent = replace(ARTICLE, text="", html="<p>😀 One claim.</p>")
    converter = Converter(domain.Job((sent, OTHER, ALONE), JOB.options))
    report = replace(SOURCE, article=replace(ARTICLE, html=sent.html))
    written = pb.SourceReport()
    written.CopyFrom(WIRE_SOURCE)
    written.extracted_text = ARTICLE.text
    assert converter.event(report) == pb.StreamSummarizeResponse(source_report=written)
    assert converter.event(SENTENCE) == pb.StreamSummarizeResponse(sentence=WIRE_SENTENCE)
    whole = Converter(domain.Job((sent, OTHER, ALONE), JOB.options)).summary(
        replace(SUMMARY, sources=(report,))
    )
    assert (whole.sentences[0], whole.sources[0]) == (WIRE_SENTENCE, written)


@pytest.mark.parametrize(
    ("published", "seconds", "nanos", "offset"),
    [
        ("2024-06-18T22:10:00-04:00", 1_718_763_000, 0, -240),
        ("2024-06-19T07:40:00.5+05:30", 1_718_763_000, 500_000_000, 330),
        ("0001-01-01T00:00:00+00:00", -62_135_596_800, 0, 0),
        ("9999-12-31T23:59:59+00:00", 253_402_300_799, 0, 0),
    ],
)
def test_a_report_tells_when_its_article_was_published(
    published: str, seconds: int, nanos: int, offset: int
) -> None:
    article = replace(ARTICLE, published_at=datetime.fromisoformat(published))
    written = Converter(JOB).source(replace(SOURCE, article=article))
    assert written.published_at == Timestamp(seconds=seconds, nanos=nanos)
    assert written.utc_offset_minutes == offset


def test_a_report_tells_no_time_if_none_is_known() -> None:
    assert not Converter(JOB).source(SOURCE).HasField("published_at")


def test_every_limit_is_that_of_its_setting() -> None:
    settings = Settings()
    written = convert.limits(settings)
    for field in pb.Limits.DESCRIPTOR.fields:
        assert getattr(written, field.name) == getattr(settings, field.name)
