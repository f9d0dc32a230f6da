"""From a request to a valid job, or to every rule that the request breaks, all at once."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING

from google.protobuf.timestamp_pb2 import Timestamp

from service.digest import invalid
from service.domain import (
    Article,
    Drafting,
    Job,
    OffsetEncoding,
    Overflow,
    Pile,
    Style,
    SummaryOptions,
    Unassigned,
)
from service.errors import InvalidRequest, Violation
from service.rpc import article_rules, enums, option_rules
from service.rpc.article_rules import characters, html_characters, limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from newsweave.v1 import newsweave_pb2 as pb
    from service.settings import Settings


def job(articles: Sequence[pb.Article], options: pb.SummaryOptions, settings: Settings) -> Job:
    """Return the job that a request asks for.

    Raises:
        InvalidRequest: It breaks rules; all of them are told.
    """
    _refuse((*_cluster_violations(articles, options, settings), *option_rules.violations(options, settings)))
    return Job(tuple(_article(article) for article in articles), _options(options, settings))


def batch(items: Sequence[pb.BatchSummarizeItem], settings: Settings) -> None:
    """Check what a batch must obey as a whole; its items are checked one by one, as jobs.

    Raises:
        InvalidRequest: It breaks rules; all of them are told.
    """
    _refuse(tuple(_batch_violations(items, settings)))


def pile(request: pb.GenerateDigestRequest, settings: Settings) -> Pile:
    """Return the pile that a digest is asked of; an article that breaks rules of its own spoils no other.

    Raises:
        InvalidRequest: The request as a whole breaks rules, or an id does; all of them are told.
    """
    _refuse(
        (
            *_pile_violations(request.articles, settings),
            *option_rules.violations(request.options, settings, "max_digest_background_characters"),
        )
    )
    broken = dict(_invalid(request, settings))
    return Pile(
        articles=tuple(
            Article(article.id, "") if index in broken else _article(article)
            for index, article in enumerate(request.articles)
        ),
        invalid=broken,
        options=_options(request.options, settings),
        max_stories=request.max_stories or None,
        min_articles=request.min_articles or 1,
    )


def _refuse(violations: tuple[Violation, ...]) -> None:
    if violations:
        raise InvalidRequest(violations)


def _batch_violations(items: Sequence[pb.BatchSummarizeItem], settings: Settings) -> Iterator[Violation]:
    if not items:
        yield Violation("items", "EMPTY_BATCH", "a batch needs at least one item")
    if len(items) > settings.max_batch_items:
        about = f"{len(items)} items, and at most {settings.max_batch_items} are taken"
        yield Violation("items", "TOO_MANY_ITEMS", about, limit(settings, "max_batch_items"))
    yield from _total_violations("items", [article for item in items for article in item.articles], settings)
    yield from option_rules.background_violations("items", [item.options for item in items], settings)


def _cluster_violations(
    articles: Sequence[pb.Article], options: pb.SummaryOptions, settings: Settings
) -> Iterator[Violation]:
    if not articles:
        yield Violation("articles", "EMPTY_ARTICLES", "a summary needs at least one article")
    if len(articles) > settings.max_articles:
        about = f"{len(articles)} articles, and at most {settings.max_articles} are taken"
        yield Violation("articles", "TOO_MANY_ARTICLES", about, limit(settings, "max_articles"))
    yield from _total_violations("articles", articles, settings)
    truncate = enums.OVERFLOWS.member(options.overflow) is Overflow.TRUNCATE
    # Articles beyond the limit are told by one violation, however many of them a message can hold.
    yield from article_rules.violations(articles[: settings.max_articles], settings, truncate=truncate)


def _pile_violations(articles: Sequence[pb.Article], settings: Settings) -> Iterator[Violation]:
    if not articles:
        yield Violation("articles", "EMPTY_ARTICLES", "a digest needs at least one article")
    if len(articles) > settings.max_digest_articles:
        about = f"{len(articles)} articles, and at most {settings.max_digest_articles} are taken"
        yield Violation("articles", "TOO_MANY_ARTICLES", about, limit(settings, "max_digest_articles"))
    yield from _total_violations("articles", articles, settings, "digest")
    for of_id in article_rules.identities(articles[: settings.max_digest_articles]):
        yield from of_id


def _invalid(request: pb.GenerateDigestRequest, settings: Settings) -> Iterator[tuple[int, Unassigned]]:
    """Yield the articles that break rules of their own."""
    truncate = enums.OVERFLOWS.member(request.options.overflow) is Overflow.TRUNCATE
    for index, article in enumerate(request.articles):
        path = f"articles[{index}]"
        if found := tuple(article_rules.own_violations(article, path, settings, truncate=truncate)):
            yield index, invalid(found)


def _total_violations(
    field: str, articles: Sequence[pb.Article], settings: Settings, call: str = "request"
) -> Iterator[Violation]:
    """Tell whether all articles of a call are too long together: their texts, or their pages of HTML."""
    totals = {
        f"max_{call}_characters": characters(articles),
        f"max_{call}_html_characters": html_characters(articles),
    }
    for name, total in totals.items():
        if total > getattr(settings, name):
            yield article_rules.too_large(field, total, settings, name)


def _article(article: pb.Article) -> Article:
    zone = timezone(timedelta(minutes=article.utc_offset_minutes))
    published = article.published_at.ToDatetime(zone) if article.HasField("published_at") else None
    return Article(
        id=article.id,
        text=article.text,
        title=article.title,
        uri=article.uri,
        publisher=article.publisher,
        published_at=published,
        html=article.html,
    )


def _options(options: pb.SummaryOptions, settings: Settings) -> SummaryOptions:
    return SummaryOptions(
        max_words=_max_words(options, settings),
        max_sentences=options.max_sentences or None,
        max_share_per_source=options.max_share_per_source or None,
        drafting=enums.DRAFTINGS.member(options.drafting) or Drafting.ABSTRACTIVE,
        overflow=enums.OVERFLOWS.member(options.overflow) or Overflow.REJECT,
        offset_encoding=enums.OFFSET_ENCODINGS.member(options.offset_encoding) or OffsetEncoding.CODE_POINTS,
        include_clusters=options.include_clusters,
        style=enums.STYLES.member(options.style) or Style.PARAGRAPH,
        focus_query=options.focus_query,
        background=tuple(options.background),
        background_days=tuple(map(_day, options.background_published_at)),
    )


def _day(time: Timestamp) -> date | None:
    return time.ToDatetime(UTC).date() if time != Timestamp() else None


def _max_words(options: pb.SummaryOptions, settings: Settings) -> int:
    """Return the word budget. A caller who counts sentences only is not cut short by the default."""
    if options.max_words:
        return options.max_words
    return settings.max_summary_words if options.max_sentences else settings.default_words
