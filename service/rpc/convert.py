"""From the nouns of the domain to the messages of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.timestamp_pb2 import Timestamp

from newsweave.v1 import newsweave_pb2 as pb
from service import domain
from service.rpc import enums
from service.rpc.offsets import Offsets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from service.settings import Settings


class Converter:
    """Writes what the pipeline made of one job, with spans in the unit that the job asks for."""

    def __init__(self, job: domain.Job) -> None:
        """Take the job; a text is counted when its first span is written.

        The text of an article that came as HTML is known from its report, which comes before all else.
        """
        self._ids = [article.id for article in job.articles]
        self._texts = {article.id: article.text for article in job.articles}
        self._encoding = job.options.offset_encoding
        self._offsets: dict[str, Offsets] = {}

    def event(self, event: domain.Event) -> pb.StreamSummarizeResponse:
        """Write one event of a stream."""
        match event:
            case domain.SourceReport():
                return pb.StreamSummarizeResponse(source_report=self.source(event))
            case domain.Progress():
                return pb.StreamSummarizeResponse(progress=progress(event))
            case domain.Conflict():
                return pb.StreamSummarizeResponse(conflict=self.conflict(event))
            case domain.SummarySentence():
                return pb.StreamSummarizeResponse(sentence=self.sentence(event))
            case domain.Summary():
                return pb.StreamSummarizeResponse(completed=self.summary(event))

    def summary(self, summary: domain.Summary) -> pb.Summary:
        """Write the whole answer."""
        sources = [self.source(report) for report in summary.sources]
        return pb.Summary(
            sentences=map(self.sentence, summary.sentences),
            conflicts=map(self.conflict, summary.conflicts),
            sources=sources,
            clusters=map(self.cluster, summary.clusters),
            dropped=map(dropped, summary.dropped),
            warnings=map(warning, summary.warnings),
            usage=usage(summary.usage),
            provenance=provenance(summary.provenance),
            origins=(self.origin(item) for item in summary.origins.groups if item.links),
            headline=self.headline(summary.headline) if summary.headline else None,
            timeline=map(self.entry, summary.timeline),
            style=enums.STYLES.number(summary.style),
            known=map(self.known, summary.known),
        )

    def sentence(self, sentence: domain.SummarySentence) -> pb.SummarySentence:
        """Write a sentence with its citations."""
        return pb.SummarySentence(
            text=sentence.text,
            mode=enums.SENTENCE_MODES.number(sentence.mode),
            citations=map(self.citation, sentence.citations),
            supporting_articles=sentence.supporting_articles,
            verification=verification(sentence.verification),
            cluster_id=sentence.cluster_id,
            independent_origins=sentence.independent_origins,
            conflict_ids=sentence.conflict_ids,
        )

    def headline(self, headline: domain.Headline) -> pb.Headline:
        """Write a headline with what supports it."""
        return pb.Headline(
            text=headline.text,
            article_id=headline.article_id,
            citations=map(self.citation, headline.citations),
        )

    def entry(self, entry: domain.TimelineEntry) -> pb.TimelineEntry:
        """Write a dated event."""
        return pb.TimelineEntry(
            date=entry.period.text,
            expression=entry.expression,
            citation=self.citation(entry.citation),
            anchor=enums.DATE_ANCHORS.number(entry.anchor),
            text=entry.text,
            last_date=entry.period.last_text,
            conflict_ids=entry.conflict_ids,
        )

    def conflict(self, conflict: domain.Conflict) -> pb.Conflict:
        """Write where articles disagree."""
        return pb.Conflict(
            id=conflict.id,
            slot=enums.CONFLICT_SLOTS.number(conflict.slot),
            status=enums.CONFLICT_STATUSES.number(conflict.status),
            values=map(self.conflict_value, conflict.values),
            explanation=conflict.explanation,
            cluster_ids=conflict.cluster_ids,
            independent_origins=conflict.independent_origins,
        )

    def conflict_value(self, value: domain.ConflictValue) -> pb.ConflictValue:
        """Write one value of a conflict."""
        return pb.ConflictValue(
            value=value.value,
            citations=map(self.citation, value.citations),
            articles=value.articles,
            independent_origins=value.independent_origins,
        )

    def citation(self, citation: domain.Citation) -> pb.Citation:
        """Write a citation."""
        return pb.Citation(
            article_id=citation.article_id,
            span=self.span(citation.article_id, citation.span),
            quote=citation.quote,
            role=enums.CITATION_ROLES.number(citation.role),
            score=citation.score,
        )

    def known(self, known: domain.KnownSentence) -> pb.KnownSentence:
        """Write a claim that was left out."""
        return pb.KnownSentence(
            text=known.text,
            citation=self.citation(known.citation),
            background_index=known.background_index,
        )

    def source(self, report: domain.SourceReport) -> pb.SourceReport:
        """Write what one article was found to hold."""
        article = report.article
        self._texts[article.id] = article.text
        return pb.SourceReport(
            article_id=article.id,
            title=report.title,
            uri=article.uri,
            publisher=article.publisher,
            sentences=report.sentences,
            sentences_off_topic=report.sentences_off_topic,
            removed=(self.removed(article.id, item) for item in report.removed),
            extracted_text=article.text if article.html else "",
            origin=report.origin,
            published_at=timestamp(article.published_at) if article.published_at else None,
            utc_offset_minutes=offset_minutes(article.published_at),
        )

    def origin(self, origin: domain.Origin) -> pb.Origin:
        """Write which articles have one origin, and why."""
        return pb.Origin(
            id=origin.id,
            article_ids=(self._ids[source] for source in origin.sources),
            links=map(self.link, origin.links),
        )

    def link(self, link: domain.OriginLink) -> pb.OriginLink:
        """Write why two articles have one origin."""
        one, other = self._ids[link.source], self._ids[link.other]
        return pb.OriginLink(
            article_id=one,
            other_article_id=other,
            reason=enums.ORIGIN_REASONS.number(link.reason),
            span=self.span(one, link.span) if link.span else None,
            other_span=self.span(other, link.other_span) if link.other_span else None,
            share=link.share,
        )

    def removed(self, article_id: str, removed: domain.Removed) -> pb.RemovedSpan:
        """Write a span that was taken out."""
        return pb.RemovedSpan(
            span=self.span(article_id, removed.span), reason=enums.REMOVAL_REASONS.number(removed.reason)
        )

    def cluster(self, report: domain.ClusterReport) -> pb.ClusterReport:
        """Write which sentences were held to state the same thing."""
        return pb.ClusterReport(
            id=report.id,
            members=map(self.member, report.members),
            supporting_articles=report.supporting_articles,
            salience=report.salience,
            used=report.used,
            independent_origins=report.independent_origins,
        )

    def member(self, member: domain.ClusterMember) -> pb.ClusterMember:
        """Write a sentence of a cluster."""
        return pb.ClusterMember(
            article_id=member.article_id,
            span=self.span(member.article_id, member.span),
            quote=member.quote,
            similarity=member.similarity,
            score=member.score,
            reason=enums.MERGE_REASONS.number(member.reason),
        )

    def span(self, article_id: str, span: domain.Span) -> pb.Span:
        """Write a span of an article in the unit of the job."""
        if article_id not in self._offsets:
            self._offsets[article_id] = Offsets(self._texts[article_id], self._encoding)
        start, end = self._offsets[article_id].of(span)
        return pb.Span(start=start, end=end)


def timestamp(time: datetime) -> Timestamp:
    """Write a time that has a zone, in UTC."""
    written = Timestamp()
    written.FromDatetime(time)
    return written


def offset_minutes(time: datetime | None) -> int:
    """Return how far the clock of a time is ahead of UTC, in whole minutes; zero if there is none."""
    offset = time.utcoffset() if time else None
    return int(offset.total_seconds() // 60) if offset else 0


def progress(progress: domain.Progress) -> pb.Progress:
    """Write how far the work has come."""
    return pb.Progress(stage=enums.STAGES.number(progress.stage), done=progress.done, total=progress.total)


def verification(verification: domain.Verification) -> pb.Verification:
    """Write how a sentence was checked."""
    return pb.Verification(
        checker=verification.checker,
        score=verification.score,
        threshold=verification.threshold,
        guards=map(enums.GUARDS.number, verification.guards),
    )


def dropped(draft: domain.DroppedDraft) -> pb.DroppedDraft:
    """Write a draft that was not good enough."""
    return pb.DroppedDraft(
        text=draft.text,
        cluster_id=draft.cluster_id,
        reason=enums.DROP_REASONS.number(draft.reason),
        detail=draft.detail,
        outcome=enums.DROP_OUTCOMES.number(draft.outcome),
    )


def warning(caution: domain.Caution) -> pb.Warning:
    """Write what a reader should know."""
    return pb.Warning(
        code=enums.CAUTION_CODES.number(caution.code),
        message=caution.message,
        article_id=caution.article_id,
        groups=(pb.ArticleGroup(article_ids=group) for group in caution.groups),
    )


def usage(usage: domain.Usage) -> pb.Usage:
    """Write what was asked for and what was used."""
    return pb.Usage(
        words_allowed=usage.words_allowed,
        words=usage.words,
        sentences_allowed=usage.sentences_allowed,
        sentences=usage.sentences,
        source_sentences=usage.source_sentences,
        drafts=usage.drafts,
        headline_words=usage.headline_words,
    )


def provenance(provenance: domain.Provenance) -> pb.Provenance:
    """Write what produced a summary."""
    return pb.Provenance(
        version=provenance.version,
        models=models(provenance.models),
        settings_sha256=provenance.settings_sha256,
    )


def models(cards: Iterable[domain.ModelCard]) -> list[pb.Model]:
    """Write what names the loaded models."""
    return [
        pb.Model(
            role=card.role,
            id=card.id,
            licence=card.licence,
            weights_sha256=card.weights_sha256,
            precision=card.precision,
        )
        for card in cards
    ]


def limits(settings: Settings) -> pb.Limits:
    """Write what a request may hold at most."""
    return pb.Limits(
        max_articles=settings.max_articles,
        max_article_characters=settings.max_article_characters,
        max_request_characters=settings.max_request_characters,
        max_batch_items=settings.max_batch_items,
        max_summary_words=settings.max_summary_words,
        max_message_bytes=settings.max_message_bytes,
        max_html_characters=settings.max_html_characters,
        max_request_html_characters=settings.max_request_html_characters,
        max_digest_articles=settings.max_digest_articles,
        max_digest_characters=settings.max_digest_characters,
        max_digest_html_characters=settings.max_digest_html_characters,
        max_background_texts=settings.max_background_texts,
        max_background_characters=settings.max_background_characters,
        max_query_characters=settings.max_query_characters,
        max_digest_background_characters=settings.max_digest_background_characters,
    )
