"""A digest, or one summary, as a page of HTML that needs nothing but itself.

It asks no network for anything, and can be read in a browser, on a phone and on paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb
from service.render.headings import news_first
from service.render.page import words
from service.render.page.story import StoryView, view
from service.render.page.template import template
from service.render.page.texts import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Report:
    """What a page is made of.

    Attributes:
        articles: What was sent. An article that is left out is quoted, and cannot be opened in the page.
        stories: The stories, in any order.
        completed: Their order, and the articles that are in none of them.
        options: How the summaries were asked for; the unit of all spans is told here.
        title: What the page is called, or nothing for a plain name.
    """

    articles: Sequence[pb.Article]
    stories: Sequence[pb.Story]
    completed: pb.DigestCompleted = field(default_factory=pb.DigestCompleted)
    options: pb.SummaryOptions = field(default_factory=pb.SummaryOptions)
    title: str = ""

    @classmethod
    def of_summary(
        cls, articles: Sequence[pb.Article], summary: pb.Summary, options: pb.SummaryOptions | None = None
    ) -> Report:
        """Return the report of one summary: a digest of one story."""
        ids = [source.article_id for source in summary.sources]
        story = pb.Story(id=1, article_ids=ids, summary=summary)
        return cls(articles, [story], pb.DigestCompleted(story_ids=[1]), options or pb.SummaryOptions())


def render(report: Report) -> str:
    """Return the report as a page of HTML, to be written as UTF-8.

    Raises:
        QuoteMismatch: The articles, or the unit of the spans, are not those of the summaries.
    """
    articles = {article.id: article for article in report.articles}
    return template().render(
        title=report.title or _title(report.stories),
        stories=[_view(story, articles, report.options) for story in _ordered(report)],
        unassigned=_unassigned(report),
        provenances=_provenances(report.stories),
        checkers=_checkers(report.stories),
        options=report.options,
        bullets=report.options.style == pb.STYLE_BULLETS,
    )


def _title(stories: Sequence[pb.Story]) -> str:
    articles = sum(len(story.article_ids) for story in stories)
    counted = words.counted(articles, "article")
    if len(stories) == 1:
        return f"One story from {counted}"
    return f"{words.counted(len(stories), 'story', 'stories')} from {counted}"


def _ordered(report: Report) -> list[pb.Story]:
    order = {number: place for place, number in enumerate(report.completed.story_ids)}
    return news_first(sorted(report.stories, key=lambda story: order.get(story.id, len(order))))


def _view(story: pb.Story, articles: Mapping[str, pb.Article], options: pb.SummaryOptions) -> StoryView:
    reports = story.summary.sources
    own = [articles[report.article_id] for report in reports if report.article_id in articles]
    return view(story, texts(own, reports, options.offset_encoding))


def _unassigned(report: Report) -> list[tuple[str, str]]:
    titles = {article.id: article.title for article in report.articles}
    return [
        (titles.get(item.article_id) or item.article_id, item.message or _why(item))
        for item in report.completed.unassigned
    ]


def _why(item: pb.UnassignedArticle) -> str:
    return words.told(words.UNASSIGNED, item.reason)


def _provenances(stories: Sequence[pb.Story]) -> list[pb.Provenance]:
    """Return what produced the summaries, each once; there is one unless a server changed meanwhile."""
    found: Mapping[bytes, pb.Provenance] = {
        story.summary.provenance.SerializeToString(deterministic=True): story.summary.provenance
        for story in stories
        if story.HasField("summary")
    }
    return [provenance for key, provenance in found.items() if key]


def _checkers(stories: Sequence[pb.Story]) -> list[tuple[str, float]]:
    checks = [sentence.verification for story in stories for sentence in story.summary.sentences]
    return sorted({(check.checker, check.threshold) for check in checks})
