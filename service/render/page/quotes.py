"""Quoted passages and the numbers that stand for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import CITATION_ROLE_CONTRADICTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsweave.v1.newsweave_pb2 import Citation, ClusterMember, Summary

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Marker:
    """A number beside a sentence.

    Attributes:
        number: That of the quoted passage, from 1 in its story.
        article_id: Where the passage stands.
        against: Whether it contradicts the sentence.
    """

    number: int
    article_id: str
    against: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted passage.

    Attributes:
        number: From 1 in its story, in the order in which a reader meets them.
        citation: Where it stands and what it says.
    """

    number: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Quotes:
    """All quoted passages of a story; a passage that is cited twice has one number."""

    by_place: dict[Key, Quote] = field(default_factory=dict)

    @classmethod
    def of(cls, summary: Summary) -> Quotes:
        """Number the passages as they are met: headline, sentences, disputes, timeline, what is known."""
        quotes = cls()
        for citation in _cited(summary):
            quotes.by_place.setdefault(place(citation), Quote(len(quotes.by_place) + 1, citation))
        return quotes

    def markers(self, citations: Iterable[Citation]) -> tuple[Marker, ...]:
        """Return the markers of a sentence: first what supports it, each by its number, each once."""
        markers = {self._marker(citation) for citation in citations}
        return tuple(sorted(markers, key=lambda marker: (marker.against, marker.number)))

    def _marker(self, citation: Citation) -> Marker:
        number = self.by_place[place(citation)].number
        return Marker(number, citation.article_id, citation.role == CITATION_ROLE_CONTRADICTS)


def place(citation: Citation | ClusterMember) -> Key:
    """Return what tells one passage from another."""
    return citation.article_id, citation.span.start, citation.span.end


def _cited(summary: Summary) -> Iterable[Citation]:
    yield from summary.headline.citations
    for sentence in summary.sentences:
        yield from sentence.citations
    for conflict in summary.conflicts:
        for value in conflict.values:
            yield from value.citations
    yield from (entry.citation for entry in summary.timeline)
    yield from (known.citation for known in summary.known)
