"""Headline: the titles of the articles that state something, the closest to the story first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.domain import RemovalReason, Title
from service.language.titles import bare, is_telling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Document, Removed, Span, Vectors

_MOST = 32


def titles(documents: Sequence[Document]) -> tuple[Title, ...]:
    """Return the distinct titles that state something, without the names of sites.

    Args:
        documents: The cleaned articles.
    """
    found: dict[str, Title] = {}
    for source, document in enumerate(documents):
        text = bare(document.title, document.article.publisher)
        if is_telling(text):
            found.setdefault(text, Title(text, source, _span(document)))
    return tuple(found.values())[:_MOST]


def by_closeness(
    found: Sequence[Title], vectors: Vectors, story: Vectors, opening: Vectors
) -> Iterator[tuple[Title, Vectors]]:
    """Yield titles with their embeddings, the closest to the story and to its opening sentences first.

    Args:
        found: The titles.
        vectors: Their embeddings. Shape: ``(titles, dimensions)``.
        story: Embeddings of the sentences of the story. Shape: ``(sentences, dimensions)``.
        opening: Those of the sentences that open the summary. Shape: ``(sentences, dimensions)``.
    """
    centre = story.mean(axis=0)
    centre /= max(float(np.linalg.norm(centre)), np.finfo(np.float32).tiny)
    closeness = (vectors @ centre + (vectors @ opening.T).mean(axis=1)).round(5)
    for place in sorted(range(len(found)), key=lambda place: (-closeness[place], found[place].text)):
        yield found[place], vectors[place]


def _span(document: Document) -> Span | None:
    """Return where the title stands in the text, if it does."""
    headings = (item for item in document.removed if _is_title(item, document))
    return next((item.span for item in headings), None)


def _is_title(item: Removed, document: Document) -> bool:
    of_title = item.reason in {RemovalReason.HEADING, RemovalReason.DUPLICATE}
    return of_title and " ".join(item.span.of(document.article.text).split()) == " ".join(
        document.title.split()
    )
