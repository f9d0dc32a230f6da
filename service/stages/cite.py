"""Cite: verified sentences into final ones, with the exact spans of the caller's own text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import Citation, SummarySentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Article, Origins, Sentence, Support, Verified


def cite(
    verified: Verified, sentences: Sequence[Sentence], articles: Sequence[Article], origins: Origins
) -> SummarySentence:
    """Turn support into citations, and assert that each quote is the caller's text at its span."""
    citations = tuple(_citation(entry, sentences[entry.sentence], articles) for entry in verified.support)
    for citation in citations:
        if citation.span.of(articles[citation.source].text) != citation.quote:
            message = f"a citation of article {citation.source} is not exact"
            raise AssertionError(message)
    return SummarySentence(
        text=verified.text,
        mode=verified.mode,
        citations=citations,
        supporting_articles=len({citation.source for citation in citations}),
        independent_origins=origins.count(citation.source for citation in citations),
        verification=verified.verification,
        cluster_id=verified.cluster_id,
    )


def _citation(entry: Support, sentence: Sentence, articles: Sequence[Article]) -> Citation:
    return Citation(articles[sentence.source].id, sentence.source, sentence.span, sentence.text, entry.score)
