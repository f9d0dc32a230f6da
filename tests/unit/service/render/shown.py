"""What the renderers are shown: a summary and a digest with a bit of everything."""

from __future__ import annotations

from google.rpc.status_pb2 import Status

from newsweave.v1 import newsweave_pb2 as pb

_NO_WORDS = pb.Usage(words_allowed=200, source_sentences=4)


def citation(article: str, start: int, quote: str) -> pb.Citation:
    return pb.Citation(article_id=article, span=pb.Span(start=start, end=start + len(quote)), quote=quote)


def summary() -> pb.Summary:
    check = pb.Verification(checker="cosine and guards", score=0.8, threshold=0.6)
    bridge, detour = "The bridge was closed on Monday.", "Lorries must take the old road."
    first = pb.SummarySentence(
        text="The bridge was closed on Monday.",
        citations=[citation("gazette", 10, bridge), citation("herald", 0, "It closed [Monday].")],
        supporting_articles=2,
        independent_origins=1,
        verification=check,
    )
    second = pb.SummarySentence(
        text=detour,
        citations=[citation("gazette", 50, detour)],
        supporting_articles=1,
        independent_origins=1,
        verification=check,
    )
    against = citation("herald", 0, "It closed [Monday].")
    against.role = pb.CITATION_ROLE_CONTRADICTS
    third = pb.SummarySentence(
        text="It closed.",
        citations=[citation("gazette", 10, bridge), against],
        supporting_articles=1,
        independent_origins=1,
        verification=check,
        conflict_ids=[1],
    )
    return pb.Summary(
        sentences=[first, second, third],
        conflicts=[
            pb.Conflict(
                id=1,
                values=[
                    pb.ConflictValue(
                        value="Monday",
                        citations=[
                            citation("gazette", 10, bridge),
                            citation("post", 7, "Monday saw the bridge closed, as had long been feared."),
                        ],
                        articles=2,
                    ),
                    pb.ConflictValue(
                        value="Sunday \x1b[1m", citations=[citation("sun", 0, "Sunday.")], articles=1
                    ),
                ],
                explanation="The articles differ on a time: Monday or Sunday.",
                independent_origins=2,
            ),
            pb.Conflict(
                id=2,
                values=[
                    pb.ConflictValue(
                        value="12", citations=[citation("gazette", 90, "It cost 12.")], articles=1
                    ),
                    pb.ConflictValue(
                        value="13", citations=[citation("herald", 90, "It cost 13.")], articles=1
                    ),
                ],
                explanation="The articles differ on a number: 12 or 13.",
                independent_origins=1,
            ),
        ],
        sources=[
            pb.SourceReport(article_id="gazette", title="Bridge closed", publisher="The Gazette"),
            pb.SourceReport(article_id="unused", title="Nothing here"),
            pb.SourceReport(article_id="herald", uri="https://herald.example/1"),
        ],
        headline=pb.Headline(text="Old bridge [closed]", article_id="gazette"),
        timeline=[
            pb.TimelineEntry(
                date="1901",
                expression="1901",
                text="It was built in 1901.",
                citation=citation("post", 70, "It"),
            ),
            pb.TimelineEntry(
                date="2024-06-10",
                last_date="2024-06-16",
                expression="last week",
                text="Cracks were seen last week.",
                citation=citation("herald", 30, "Cracks were seen last week."),
                conflict_ids=[1],
            ),
        ],
        origins=[pb.Origin(id=1, article_ids=["gazette", "herald"])],
        dropped=[pb.DroppedDraft(text="The bridge fell.")],
        warnings=[
            pb.Warning(
                message="the articles tell of 2 events, of which the first is summarized",
                groups=[
                    pb.ArticleGroup(article_ids=["gazette", "herald"]),
                    pb.ArticleGroup(article_ids=["unused"]),
                ],
            ),
            pb.Warning(message="nothing was left of article unused"),
        ],
        usage=pb.Usage(words=15, words_allowed=200, sentences=3, source_sentences=9),
    )


def known_story(number: int) -> pb.Story:
    """Return a story of which all is known."""
    known = pb.KnownSentence(text="It snowed.", citation=citation("snow", 7, "But it snowed."))
    report = pb.SourceReport(article_id="snow", title="Winter", publisher="The Flake")
    nothing = pb.Warning(code=pb.WARNING_CODE_NOTHING_NEW, message="all of it is known")
    told = pb.Summary(known=[known], sources=[report], warnings=[nothing], usage=_NO_WORDS)
    return pb.Story(id=number, article_ids=["snow"], summary=told)


def digest() -> tuple[list[pb.Story], pb.DigestCompleted]:
    """Return a digest of three stories, of which one has no summary."""
    told = summary()
    told.headline.text = "Bridge *closed*"
    told.timeline.append(
        pb.TimelineEntry(
            date="2024-06-17",
            expression="Monday",
            citation=citation("gazette", 27, "Monday"),
            anchor=pb.DATE_ANCHOR_PUBLISHED_AT,
            text="The bridge was closed on Monday.",
        )
    )
    told.known.append(
        pb.KnownSentence(text="The bridge is old.", citation=citation("herald", 60, "And the bridge is old."))
    )
    second = pb.Summary(
        sentences=[pb.SummarySentence(text="It rained.", citations=[citation("rain", 0, "It rained.")])],
        sources=[pb.SourceReport(article_id="rain", title="Weather", uri="https://rain.example/a?b=(c)")],
    )
    stories = [
        pb.Story(id=1, article_ids=["gazette", "unused", "herald"], summary=told),
        pb.Story(id=2, article_ids=["rain"], summary=second),
        pb.Story(id=3, article_ids=["odd"], error=Status(code=9, message="no article holds a sentence")),
    ]
    left = pb.UnassignedArticle(article_id="empty", message="nothing was left of it")
    left.reason = pb.UNASSIGNED_REASON_NO_CONTENT
    return stories, pb.DigestCompleted(story_ids=[1, 2, 3], failed_story_ids=[3], unassigned=[left])


def nothing_new(story: pb.Story) -> pb.Story:
    """Return a story of which the reader knows all."""
    known = pb.Story()
    known.CopyFrom(story)
    for name in ("sentences", "headline", "conflicts", "timeline", "warnings", "known"):
        known.summary.ClearField(name)
    known.summary.known.add(text="The bridge is old.")
    known.summary.warnings.add(code=pb.WARNING_CODE_NOTHING_NEW, message="nothing is new")
    return known
