"""Titles of the articles, and the one that stands the check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.summary import CitationRole

if TYPE_CHECKING:
    from service.domain.source import Span
    from service.domain.summary import Citation


@dataclass(frozen=True, slots=True)
class Title:
    """A title that could be a headline.

    Attributes:
        text: It, without the name of a site.
        source: Index of its article.
        span: Where it stands in the text of the article, or None if it stands beside it.
    """

    text: str
    source: int
    span: Span | None


@dataclass(frozen=True, slots=True)
class Headline:
    """A title that sentences of the articles support.

    Attributes:
        text: It, without the name of a site.
        article_id: The article whose title it is.
        citations: The sentences, the closest first, and then the title itself if it is a part of a text.
    """

    text: str
    article_id: str
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        """Reject a headline that nothing supports."""
        if not self.text or not any(item.role is CitationRole.SUPPORTS for item in self.citations):
            message = "a headline needs text and a citation that supports it"
            raise ValueError(message)
