"""Report: what was removed, merged and left out, and what a reader should know about the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import (
    Caution,
    CautionCode,
    ClusterMember,
    ClusterReport,
    DropReason,
    MergeReason,
    RemovalReason,
    Removed,
    SourceReport,
    Style,
)
from service.language.words import content_stems

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from service.domain import (
        Article,
        Document,
        DroppedDraft,
        Headline,
        News,
        Origins,
        Ranked,
        Sentence,
        SummaryOptions,
    )

_SHORT = 0.75
# Of the words of the shorter one of two sentences, from which they say it in the same words.
_SAME_WORDS = 0.8


def report_sources(
    documents: Sequence[Document],
    sentences: Sequence[Sentence],
    removed: Mapping[int, RemovalReason],
    origins: Origins,
) -> tuple[SourceReport, ...]:
    """Tell what each article was found to hold.

    Args:
        documents: The cleaned articles.
        sentences: Their sentences.
        removed: Indices of those sentences that take no part in the summary, and why.
        origins: Which articles have one origin.
    """
    told: list[list[tuple[Sentence, RemovalReason | None]]] = [[] for _ in documents]
    for index, sentence in enumerate(sentences):
        told[sentence.source].append((sentence, removed.get(index)))
    return tuple(
        _report_source(document, own, origins.of(source))
        for source, (document, own) in enumerate(zip(documents, told, strict=True))
    )


def _report_source(
    document: Document, sentences: Sequence[tuple[Sentence, RemovalReason | None]], origin: int
) -> SourceReport:
    left = [Removed(sentence.span, reason) for sentence, reason in sentences if reason]
    off_topic = sum(item.reason is RemovalReason.OFF_TOPIC for item in left)
    foreign = sum(item.reason is RemovalReason.LANGUAGE for item in left)
    removed = tuple(sorted((*document.removed, *left), key=lambda item: item.span))
    return SourceReport(
        document.article, document.title, len(sentences) - foreign, off_topic, removed, origin
    )


def report_clusters(
    ranked: Sequence[Ranked],
    sentences: Sequence[Sentence],
    articles: Sequence[Article],
    origins: Origins,
    used: Collection[int],
) -> tuple[ClusterReport, ...]:
    """Tell which sentences were held to state the same thing, the representative first.

    No sentence is missing: what takes part in the story and is not merged with another is a cluster of one.

    Args:
        ranked: All clusters, by falling salience.
        sentences: The sentences of the story.
        articles: What the caller sent.
        origins: Which articles have one origin.
        used: Numbers of the clusters for which the summary has a sentence.
    """
    return tuple(
        ClusterReport(
            item.cluster.id,
            tuple(_members(item, sentences, articles)),
            item.cluster.articles,
            origins.count(sentences[index].source for index in item.cluster.members),
            item.salience,
            item.cluster.id in used,
        )
        for item in ranked
    )


def _members(
    ranked: Ranked, sentences: Sequence[Sentence], articles: Sequence[Article]
) -> Iterator[ClusterMember]:
    members, similarities = ranked.cluster.members, ranked.cluster.similarities
    central = max(zip(similarities, members, strict=True), key=lambda pair: pair[0])[1]
    told = zip(members, similarities, ranked.scores or [None] * len(members), strict=True)
    for index, similarity, score in sorted(
        told, key=lambda member: (member[0] != ranked.representative, -member[1], member[0])
    ):
        sentence = sentences[index]
        article = articles[sentence.source]
        reason = _merge_reason(sentence.text, sentences[central].text)
        yield ClusterMember(
            article.id,
            sentence.source,
            sentence.span,
            sentence.text,
            similarity,
            score,
            MergeReason.CENTRAL if index == central else reason,
        )


def _merge_reason(text: str, central: str) -> MergeReason:
    if text == central:
        return MergeReason.SAME_TEXT
    one, other = content_stems(text), content_stems(central)
    shared = len(one & other) >= _SAME_WORDS * max(min(len(one), len(other)), 1)
    return MergeReason.SAME_WORDS if shared else MergeReason.SAME_MEANING


def cautions(
    sources: Sequence[SourceReport],
    unrelated: Collection[int],
    events: Sequence[Sequence[int]],
) -> tuple[Caution, ...]:
    """Tell what a reader should know about a summary as a whole.

    Args:
        sources: What each article was found to hold.
        unrelated: Indices of articles that seem to tell another story.
        events: Indices of articles by the event that they tell of, that of the summary first; none if one.
    """
    found = []
    if events:
        groups = tuple(tuple(sources[index].article.id for index in group) for group in events)
        message = f"the articles tell of {len(groups)} events, of which the first is summarized"
        found.append(Caution(CautionCode.MULTIPLE_EVENTS, message, groups=groups))
    for index, source in enumerate(sources):
        name = source.article.id
        if source.sentences == 0:
            message = "nothing was left of this article after cleaning"
            if not source.article.text:
                message = "no text was found in the HTML of this article"
            found.append(Caution(CautionCode.NO_CONTENT, message, name))
        if index in unrelated:
            message = "this article seems to be about something else than the others"
            found.append(Caution(CautionCode.UNRELATED_ARTICLE, message, name))
        if any(item.reason is RemovalReason.TRUNCATED for item in source.removed):
            found.append(
                Caution(CautionCode.TRUNCATED, "the end of this article was left out: it is too long", name)
            )
    return tuple(found)


def reader_cautions(
    news: News, words: int, options: SummaryOptions, headline: Headline | None = None
) -> tuple[Caution, ...]:
    """Tell what a reader who asked for something should know about what came of it.

    Args:
        news: What there was to tell.
        words: Length of the summary.
        options: What was asked for.
        headline: What stands above the summary, if anything does.
    """
    found = []
    if not news.is_answered:
        found.append(Caution(CautionCode.NOT_ANSWERED, "nothing in the articles bears on the focus query"))
    if news.is_nothing:
        message = "all that the articles tell stands in the background"
        found.append(Caution(CautionCode.NOTHING_NEW, message))
    elif options.max_sentences is None and words < _SHORT * options.max_words:
        found.append(Caution(CautionCode.SHORT, _short(news, words, options.max_words)))
    if options.style is Style.HEADLINE_AND_PARAGRAPH and headline is None:
        message = "none of the articles' titles is supported by their sentences, so there is no headline"
        found.append(Caution(CautionCode.NO_HEADLINE, message))
    return tuple(found)


def drafting_cautions(dropped: Iterable[DroppedDraft]) -> tuple[Caution, ...]:
    """Tell if sentences of sources took the place of drafts because the drafter wrote none."""
    causes = [draft.detail for draft in dropped if draft.reason is DropReason.NOT_WRITTEN]
    if not causes:
        return ()
    message = f"sentences of the articles were to take the place of {len(causes)} drafts: {causes[0]}"
    return (Caution(CautionCode.NOT_DRAFTED, message),)


def _short(news: News, words: int, allowed: int) -> str:
    if not words:
        return f"no sentence of the articles can stand alone in {allowed} words"
    beyond = " beyond the background" if news.known else ""
    return f"the articles gave {words} of the {allowed} words that were asked for{beyond}"
