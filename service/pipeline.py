"""The whole flow, read from top to bottom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain import (
    Encoded,
    News,
    Progress,
    RemovalReason,
    Stage,
    Style,
    Summary,
    SummarySentence,
    Usage,
)
from service.errors import InvalidRequest, NoContent, RemovedText, Violation
from service.language.words import word_count
from service.similarity import story as story_of
from service.stages.cite import cite, cite_dispute, cite_known, cite_occasion, cite_title
from service.stages.clean import clean
from service.stages.cluster import cluster
from service.stages.compare import compare
from service.stages.extract import extract, refuse_long
from service.stages.focus import focus
from service.stages.headline import titles as titles_of
from service.stages.known import Reader, background, known, news
from service.stages.origins import origins
from service.stages.plan import plan
from service.stages.rank import rank
from service.stages.relevance import relevance
from service.stages.report import (
    cautions,
    drafting_cautions,
    reader_cautions,
    report_clusters,
    report_sources,
)
from service.stages.split import split, split_plain
from service.stages.timeline import timeline
from service.watch import StageName
from service.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from service.domain import (
        Article,
        Background,
        Document,
        Event,
        Headline,
        Job,
        Origins,
        PlanItem,
        Provenance,
        Ranked,
        Sentence,
        SourceReport,
        SummaryOptions,
        TimelineEntry,
        Vectors,
    )
    from service.ports import Models
    from service.settings import Settings
    from service.similarity import Story

# Sentences that open a summary.
_OPENING = 2


def summarize(job: Job, models: Models, settings: Settings, provenance: Provenance) -> Iterator[Event]:
    """Summarize one cluster of articles.

    Yields:
        One SourceReport an article, then every Conflict, then Progress and SummarySentence in reading order,
        then the Summary.

    Raises:
        NoContent: Nothing was left after cleaning.
        InvalidRequest: Nothing was left because the articles are not in English, or HTML cannot be read.
        Stopped: Nobody waits any more.
    """
    stage = models.watch.stage
    with stage(StageName.EXTRACT):
        job = _with_texts(job, models, settings)
    with stage(StageName.CLEAN):
        documents = _clean(job, models, settings)
    with stage(StageName.SPLIT):
        sentences = split(documents)
    models.check()
    with stage(StageName.ENCODE):
        everything, titles = _encode(sentences, documents, models)
    with stage(StageName.RELEVANCE):
        relevant = relevance(everything, models.check)
    with stage(StageName.ORIGINS):
        grouped = origins(documents, sentences)
    sources = report_sources(documents, sentences, relevant.removed, grouped)
    if not relevant.kept:
        raise _nothing_left(sources)
    yield from sources
    yield Progress(Stage.CLEAN)

    encoded = everything.take(list(relevant.kept))
    with stage(StageName.SIMILARITY):
        story = story_of(encoded, models.check)
    with stage(StageName.CLUSTER):
        clusters = cluster(story, settings.same_claim_similarity)
    models.check()
    yield Progress(Stage.CLUSTER)
    with stage(StageName.COMPARE):
        disputes = compare(story, clusters, job.articles)
    conflicts = tuple(cite_dispute(dispute, story.sentences, job.articles, grouped) for dispute in disputes)
    yield from conflicts

    with stage(StageName.RANK):
        ranked = rank(story, clusters, titles, grouped)
        told, reader = _for_reader(ranked, story, job, models, settings)
    models.check()
    writer = Writer(story, models, settings, disputes, job.options.style is Style.BULLETS, reader)
    final: list[SummarySentence] = []
    for event in _written(told.ranked, writer, job, settings, grouped):
        final += [event] if isinstance(event, SummarySentence) else []
        yield event

    words = sum(word_count(sentence.text) for sentence in final)
    used = {sentence.cluster_id for sentence in final}
    headline = _headline(documents, writer, final, job)
    yield Summary(
        sentences=tuple(final),
        conflicts=conflicts,
        sources=sources,
        origins=grouped,
        clusters=report_clusters(ranked, story.sentences, job.articles, grouped, used)
        if job.options.include_clusters
        else (),
        dropped=tuple(writer.dropped),
        warnings=(
            *cautions(sources, relevant.unrelated, relevant.events),
            *drafting_cautions(writer.dropped),
            *reader_cautions(told, words, job.options, headline),
        ),
        usage=Usage(
            words_allowed=job.options.max_words,
            words=words,
            sentences_allowed=job.options.max_sentences or 0,
            sentences=len(final),
            source_sentences=len(encoded.sentences),
            drafts=writer.drafts,
            headline_words=word_count(headline.text) if headline else 0,
        ),
        provenance=provenance,
        headline=headline,
        timeline=_timeline(_unknown(ranked, told, story, reader), writer, job, used),
        style=job.options.style,
        known=tuple(cite_known(item, story.sentences, job.articles) for item in told.known),
    )


def _with_texts(job: Job, models: Models, settings: Settings) -> Job:
    """Return the job with the texts of articles that came as HTML."""
    articles = extract(job.articles, models.check)
    most, most_together = settings.max_article_characters, settings.max_request_characters
    refuse_long(articles, job.options.overflow, most, most_together)
    return replace(job, articles=articles)


def _clean(job: Job, models: Models, settings: Settings) -> tuple[Document, ...]:
    documents: list[Document] = []
    for article in job.articles:
        models.check()
        documents += clean((article,), job.options, settings.max_article_characters)
    return tuple(documents)


def _encode(
    sentences: Sequence[Sentence], documents: Sequence[Document], models: Models
) -> tuple[Encoded, Vectors]:
    """Embed sentences and titles in one go."""
    titles = [document.title for document in documents if document.title]
    vectors = models.encoder.encode([sentence.text for sentence in sentences] + titles)
    return Encoded(tuple(sentences), vectors[: len(sentences)]), vectors[len(sentences) :]


def _for_reader(
    ranked: tuple[Ranked, ...], story: Story, job: Job, models: Models, settings: Settings
) -> tuple[News, Reader | None]:
    """Return what there is to tell: what the reader asked for first, and nothing that the reader knows."""
    told = News(ranked)
    if query := job.options.focus_query.strip():
        vector = models.encoder.encode([query])[0]
        told = focus(ranked, story, query, vector, settings.answer_relevance)
    before = background_of(job.options) if job.background is None else job.background
    if before is None:
        return told, None
    reader = Reader(before, tuple(map(_day, job.articles)))
    return replace(news(told.ranked, story, reader), is_answered=told.is_answered), reader


def background_of(options: SummaryOptions) -> Background | None:
    """Return what the reader knows, or None if that is nothing."""
    sentences = split_plain(options.background)
    return background(sentences, options.background_days) if sentences else None


def _day(article: Article) -> date | None:
    return article.published_at.date() if article.published_at else None


def _written(
    ranked: Sequence[Ranked], writer: Writer, job: Job, settings: Settings, grouped: Origins
) -> Iterator[Progress | SummarySentence]:
    """Plan and write until nothing more fits or is worth it."""
    while items := _planned(ranked, writer, job, settings):
        yield Progress(Stage.PLAN, 0, len(items))
        spare = 0
        for number, item in enumerate(items, start=1):
            # What a sentence left of its words is for those that follow.
            allowed = replace(item, max_words=item.max_words + spare)
            verified = writer.write(allowed, items[number:])
            spare = allowed.max_words - writer.told[-1].words
            if verified:
                yield cite(verified, writer.story.sentences, job.articles, grouped, writer.disputes)
            yield Progress(Stage.DRAFT, number, len(items))


def _planned(ranked: Sequence[Ranked], writer: Writer, job: Job, settings: Settings) -> tuple[PlanItem, ...]:
    """Return what is to be written next, beside what was written so far."""
    with writer.models.watch.stage(StageName.PLAN):
        return plan(ranked, writer.story, job.options, settings.repeat_similarity, writer.told).items


def _headline(
    documents: Sequence[Document], writer: Writer, final: Sequence[SummarySentence], job: Job
) -> Headline | None:
    """Return the title that fits the beginning of the summary best, if any stands the check."""
    with writer.models.watch.stage(StageName.HEADLINE):
        opening = [sentence.text for sentence in final[:_OPENING]]
        found = writer.headline(titles_of(documents), opening)
    return cite_title(*found, writer.story.sentences, job.articles) if found else None


def _unknown(ranked: Sequence[Ranked], told: News, story: Story, reader: Reader | None) -> tuple[Ranked, ...]:
    """Return the clusters that are news, by falling salience, without their sentences that are known."""
    if reader is None:
        return tuple(ranked)
    new = {item.cluster.id for item in told.ranked}
    return tuple(_without_known(item, story, reader) for item in ranked if item.cluster.id in new)


def _without_known(item: Ranked, story: Story, reader: Reader) -> Ranked:
    story.check()
    scores = tuple(
        None if score is None or known(story.sentences[index], reader) is not None else score
        for index, score in zip(item.cluster.members, item.scores, strict=True)
    )
    return replace(item, scores=scores)


def _timeline(
    ranked: Sequence[Ranked], writer: Writer, job: Job, used: Collection[int]
) -> tuple[TimelineEntry, ...]:
    """Return what is told of a known time, with the exact sentences that tell it."""
    story, repeat = writer.story, writer.settings.repeat_similarity
    with writer.models.watch.stage(StageName.TIMELINE):
        occasions = timeline(ranked, story, job.articles, writer.disputes, used, repeat)
    return tuple(cite_occasion(occasion, story.sentences, job.articles) for occasion in occasions)


def _nothing_left(sources: Sequence[SourceReport]) -> InvalidRequest | NoContent:
    foreign = [index for index, source in enumerate(sources) if _is_foreign(source)]
    if len(foreign) == len(sources):
        fault = "is not in English, the only language that is supported"
        return InvalidRequest(
            tuple(
                Violation(f"articles[{index}].{_field(sources[index])}", "UNSUPPORTED_LANGUAGE", fault)
                for index in foreign
            )
        )
    return NoContent(
        tuple(
            RemovedText(source.article.id, item.span.start, item.span.end, item.reason.name, _field(source))
            for source in sources
            for item in source.removed
        ),
        tuple(source.article.id for source in sources if not source.article.text),
    )


def _field(source: SourceReport) -> str:
    """Return the field in which an article came."""
    return "html" if source.article.html else "text"


def _is_foreign(source: SourceReport) -> bool:
    """Tell whether most of what was removed from an article left because of its language."""
    lengths: Counter[RemovalReason] = Counter()
    for item in source.removed:
        lengths[item.reason] += item.span.end - item.span.start
    return 2 * lengths[RemovalReason.LANGUAGE] > lengths.total()
