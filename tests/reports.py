"""Digests with everything that a report can hold, written by hand, so that every span is known."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2, status_pb2

from newsweave.v1 import newsweave_pb2 as pb
from service.render.html import Report

GAZETTE = (
    "Home | Sport\n"
    "Bridge in Dale closed\n\n"
    "🌉 The old bridge in Dale was closed on Monday after engineers found cracks. "
    "Repairs will cost three million pounds, the mayor said.\n"
    "“Nobody drives over it until it is sound,” she told reporters.\n"
    "A cat was rescued from a tree in Ashby."
)
HERALD = (
    "Engineers found cracks in the old bridge in Dale, and it was closed on Monday.\n"
    "Repairs will cost five million pounds, the road office said. Lorries must use the northern road."
)
POST = "The old bridge in Dale was closed on Monday after engineers found cracks."
CHECK = pb.Verification(checker="cosine and guards", score=0.8, threshold=0.6)
OPTIONS = pb.SummaryOptions(background=["The bridge in Dale needs repairs."])


def article(name: str, text: str, title: str = "", uri: str = "", publisher: str = "") -> pb.Article:
    return pb.Article(id=name, text=text, title=title, uri=uri, publisher=publisher)


def cited(source: pb.Article, quote: str, role: pb.CitationRole.ValueType | None = None) -> pb.Citation:
    start = source.text.index(quote)
    return pb.Citation(
        article_id=source.id,
        span=pb.Span(start=start, end=start + len(quote)),
        quote=quote,
        role=role or pb.CITATION_ROLE_SUPPORTS,
    )


def removed(source: pb.Article, quote: str, reason: pb.RemovalReason.ValueType) -> pb.RemovedSpan:
    return pb.RemovedSpan(span=cited(source, quote).span, reason=reason)


def articles() -> list[pb.Article]:
    return [
        article("gazette", GAZETTE, title="Bridge in Dale closed", uri="https://gazette.example/bridge"),
        article("herald", HERALD, publisher="The Herald", uri="http://herald.example/bridge?a=1&b=2"),
        article("post", POST, publisher="Post", uri="javascript:alert(1)"),
        article("menu", "Home | Sport"),
    ]


def _sentences(gazette: pb.Article, herald: pb.Article, post: pb.Article) -> list[pb.SummarySentence]:
    closed = [
        cited(gazette, "The old bridge in Dale was closed on Monday after engineers found cracks."),
        cited(herald, "Engineers found cracks in the old bridge in Dale, and it was closed on Monday."),
        cited(post, POST),
    ]
    against = cited(herald, "Repairs will cost five million pounds", pb.CITATION_ROLE_CONTRADICTS)
    cost = [cited(gazette, "Repairs will cost three million pounds, the mayor said."), against]
    told = [cited(gazette, "“Nobody drives over it until it is sound,” she told reporters.")]
    rows = [
        ("The old bridge in Dale was closed on Monday because of cracks.", closed, 3, 2, []),
        ("Repairs will cost three million pounds, the mayor said.", cost, 1, 1, [1]),
        ("“Nobody drives over it until it is sound,” the mayor told reporters.", told, 1, 1, []),
    ]
    return [
        pb.SummarySentence(
            text=text,
            citations=citations,
            supporting_articles=supporting,
            independent_origins=origins,
            conflict_ids=conflicts,
            cluster_id=number,
            verification=CHECK,
            mode=pb.SENTENCE_MODE_FUSED,
        )
        for number, (text, citations, supporting, origins, conflicts) in enumerate(rows, 1)
    ]


def _conflict(gazette: pb.Article, herald: pb.Article) -> pb.Conflict:
    three = cited(gazette, "Repairs will cost three million pounds, the mayor said.")
    five = cited(herald, "Repairs will cost five million pounds, the road office said.")
    return pb.Conflict(
        id=1,
        slot=pb.CONFLICT_SLOT_NUMBER,
        status=pb.CONFLICT_STATUS_CONFLICT,
        values=[
            pb.ConflictValue(value="three million", citations=[three], articles=1, independent_origins=1),
            pb.ConflictValue(value="five million", citations=[five], articles=1, independent_origins=1),
        ],
        explanation="The articles differ on a number: three million or five million.",
        independent_origins=2,
    )


def _reports(gazette: pb.Article, herald: pb.Article, post: pb.Article) -> list[pb.SourceReport]:
    off_topic = removed(gazette, "A cat was rescued from a tree in Ashby.", pb.REMOVAL_REASON_OFF_TOPIC)
    menu = removed(gazette, "Home | Sport", pb.REMOVAL_REASON_NAVIGATION)
    heading = removed(gazette, "Bridge in Dale closed", pb.REMOVAL_REASON_HEADING)
    published = Timestamp(seconds=1_709_568_000)
    return [
        pb.SourceReport(
            article_id="gazette",
            title=gazette.title,
            uri=gazette.uri,
            origin=1,
            removed=[menu, heading, off_topic],
            published_at=published,
        ),
        pb.SourceReport(article_id="herald", publisher="The Herald", uri=herald.uri, origin=2),
        pb.SourceReport(article_id="post", publisher="Post", uri=post.uri, origin=1),
    ]


def summary() -> pb.Summary:
    gazette, herald, post, _ = articles()
    closed = cited(gazette, "was closed on Monday")
    lorries = cited(herald, "Lorries must use the northern road.")
    title = cited(gazette, "Bridge in Dale closed")
    merged = pb.ClusterMember(
        article_id="herald",
        span=cited(herald, "Repairs will cost five million pounds, the road office said.").span,
        reason=pb.MERGE_REASON_SAME_WORDS,
    )
    unused = pb.ClusterMember(article_id="herald", span=lorries.span, reason=pb.MERGE_REASON_CENTRAL)
    link = pb.OriginLink(
        article_id="gazette", other_article_id="post", reason=pb.ORIGIN_REASON_NEAR_DUPLICATE, share=0.9
    )
    return pb.Summary(
        sentences=_sentences(gazette, herald, post),
        sources=_reports(gazette, herald, post),
        conflicts=[_conflict(gazette, herald)],
        clusters=[pb.ClusterReport(id=2, members=[merged]), pb.ClusterReport(id=9, members=[unused])],
        dropped=[
            pb.DroppedDraft(
                text="The bridge fell.",
                reason=pb.DROP_REASON_VOCABULARY,
                detail="fell",
                outcome=pb.DROP_OUTCOME_EXTRACTED,
            )
        ],
        warnings=[pb.Warning(code=pb.WARNING_CODE_SHORT, message="the articles gave 40 of the 200 words")],
        origins=[pb.Origin(id=1, article_ids=["gazette", "post"], links=[link])],
        headline=pb.Headline(text="Bridge in Dale closed", article_id="gazette", citations=[title]),
        timeline=[
            pb.TimelineEntry(
                date="2024-03-04",
                expression="Monday",
                citation=closed,
                anchor=pb.DATE_ANCHOR_PUBLISHED_AT,
                text="The bridge was closed.",
            )
        ],
        known=[pb.KnownSentence(text="Lorries must use the northern road.", citation=lorries)],
        provenance=pb.Provenance(
            version="0.1.0",
            models=[
                pb.Model(role="encoder", id="newsweave/encoder-1", licence="Apache-2.0", weights_sha256="ab")
            ],
            settings_sha256="c0ffee",
        ),
    )


def failed(number: int) -> pb.Story:
    error = status_pb2.Status(code=9, message="nothing was left of the articles")
    error.details.add().Pack(error_details_pb2.ErrorInfo(reason="NO_CONTENT", domain="newsweave"))
    return pb.Story(id=number, article_ids=["walled"], error=error)


def digest() -> Report:
    """Return a digest of two stories and a failed one, with an article that is in none."""
    one, other = (
        pb.Story(id=number, article_ids=["gazette", "herald", "post"], summary=summary()) for number in (1, 2)
    )
    other.summary.ClearField("headline")
    other.summary.ClearField("conflicts")
    completed = pb.DigestCompleted(
        story_ids=[1, 2, 3],
        failed_story_ids=[3],
        unassigned=[pb.UnassignedArticle(article_id="menu", reason=pb.UNASSIGNED_REASON_NO_CONTENT)],
    )
    return Report(articles(), [failed(3), other, one], completed, OPTIONS)


def quoted(text: str, quote: str, title: str = "", uri: str = "", publisher: str = "") -> Report:
    """Return the report of one summary of one article, of which one passage is quoted."""
    source = article("a", text, title, uri, publisher)
    sentence = pb.SummarySentence(
        text=quote, citations=[cited(source, quote)], supporting_articles=1, independent_origins=1
    )
    told = pb.SourceReport(article_id="a", origin=1, title=title, uri=uri, publisher=publisher)
    return Report.of_summary([source], pb.Summary(sentences=[sentence], sources=[told]))


def large(stories: int, each: int) -> Report:
    """Return a digest of many stories with articles of their own, each of some 500 words."""
    piles, found = [], []
    for number in range(1, stories + 1):
        pile = [_long(f"s{number}a{place}", number, place) for place in range(each)]
        piles += pile
        told = [
            pb.SummarySentence(
                text=f"Town {number} has opened school {line}.",
                citations=[cited(source, f"Town {number} has opened school {line}.") for source in pile],
                supporting_articles=each,
                independent_origins=each,
                verification=CHECK,
            )
            for line in range(8)
        ]
        reports = [
            pb.SourceReport(article_id=source.id, title=f"Schools of {number}", origin=place, uri=source.uri)
            for place, source in enumerate(pile, 1)
        ]
        ids = [source.id for source in pile]
        found.append(
            pb.Story(id=number, article_ids=ids, summary=pb.Summary(sentences=told, sources=reports))
        )
    return Report(piles, found)


def _long(name: str, number: int, place: int) -> pb.Article:
    filler = "“Nobody knows yet what else is to come,” said the head of a school that stands near the river. "
    lines = [f"Town {number} has opened school {line}. {filler * 3}" for line in range(8)]
    return article(name, "\n\n".join(lines), uri=f"https://paper{place}.example/{number}")
