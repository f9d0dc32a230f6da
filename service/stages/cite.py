"""Cite: verified sentences and disputes into final ones, with the exact spans of the caller's own text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import (
    Citation,
    CitationRole,
    Conflict,
    ConflictValue,
    Headline,
    KnownSentence,
    SummarySentence,
    Support,
    TimelineEntry,
)
from service.language.disputes import contradictory, opposed, stated
from service.language.reference import quotable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Article, Dispute, Known, Occasion, Origins, Sentence, Title, Verified


def cite(
    verified: Verified,
    sentences: Sequence[Sentence],
    articles: Sequence[Article],
    origins: Origins,
    disputes: Sequence[Dispute],
) -> SummarySentence:
    """Turn support into citations, and add what contradicts the sentence where articles disagree.

    Each quote is asserted to be the caller's text at its span.
    """
    cited = [entry.sentence for entry in verified.support]
    disputed = [dispute for dispute in disputes if stated(verified.text, cited, dispute)]
    against = dict.fromkeys(opposed(verified.text, cited, list(filter(contradictory, disputed))))
    supporting = tuple(_citation(entry, sentences, articles) for entry in verified.support)
    contradicting = tuple(
        _citation(Support(index, 0.0), sentences, articles, CitationRole.CONTRADICTS) for index in against
    )
    return SummarySentence(
        text=verified.text,
        mode=verified.mode,
        citations=supporting + contradicting,
        supporting_articles=len({citation.source for citation in supporting}),
        independent_origins=origins.count(citation.source for citation in supporting),
        verification=verified.verification,
        cluster_id=verified.cluster_id,
        conflict_ids=tuple(dispute.id for dispute in disputed),
    )


def cite_known(known: Known, sentences: Sequence[Sentence], articles: Sequence[Article]) -> KnownSentence:
    """Turn a known claim into its sentence, with a citation that is asserted to be exact."""
    index = known.ranked.representative
    if index is None:
        message = "a known claim needs a sentence that can stand alone"
        raise ValueError(message)
    citation = _citation(Support(index, 1.0), sentences, articles)
    return KnownSentence(quotable(citation.quote), citation, known.background_index)


def cite_dispute(
    dispute: Dispute, sentences: Sequence[Sentence], articles: Sequence[Article], origins: Origins
) -> Conflict:
    """Turn the sentences of a dispute into citations, each asserted to be exact."""
    return Conflict(
        dispute.id,
        dispute.slot,
        dispute.status,
        tuple(
            ConflictValue(
                value.shown,
                tuple(_citation(Support(index, 1.0), sentences, articles) for index in value.sentences),
                value.articles,
                origins.count(sentences[index].source for index in value.sentences),
            )
            for value in dispute.values
        ),
        dispute.explanation,
        dispute.cluster_ids,
        origins.count(sentences[index].source for value in dispute.values for index in value.sentences),
    )


def cite_title(
    title: Title, support: Sequence[Support], sentences: Sequence[Sentence], articles: Sequence[Article]
) -> Headline:
    """Turn a title and what supports it into a headline; the title itself is cited where it is in a text."""
    article = articles[title.source]
    cited = tuple(_citation(entry, sentences, articles) for entry in support)
    if title.span:
        cited += (Citation(article.id, title.source, title.span, title.span.of(article.text), 1.0),)
    return Headline(title.text, article.id, cited)


def cite_occasion(
    occasion: Occasion, sentences: Sequence[Sentence], articles: Sequence[Article]
) -> TimelineEntry:
    """Turn a sentence that tells something of a known time into an entry of the timeline."""
    dated, text = occasion.dated, sentences[occasion.sentence].text
    return TimelineEntry(
        dated.period,
        text[dated.start : dated.end],
        _citation(Support(occasion.sentence, 1.0), sentences, articles),
        dated.anchor,
        quotable(text),
        occasion.conflict_ids,
    )


def _citation(
    entry: Support,
    sentences: Sequence[Sentence],
    articles: Sequence[Article],
    role: CitationRole = CitationRole.SUPPORTS,
) -> Citation:
    sentence = sentences[entry.sentence]
    article = articles[sentence.source]
    if sentence.span.of(article.text) != sentence.text:
        message = f"a citation of article {sentence.source} is not exact"
        raise AssertionError(message)
    return Citation(article.id, sentence.source, sentence.span, sentence.text, entry.score, role)
