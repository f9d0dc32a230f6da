"""Which articles tell one and the same newsroom's story, so that they confirm nothing to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.source import Span


class OriginReason(Enum):
    """Why two articles have one origin, the strongest reason first."""

    NEAR_DUPLICATE = auto()
    SAME_PUBLISHER = auto()
    ATTRIBUTION = auto()
    SHARED_PASSAGES = auto()


@dataclass(frozen=True, slots=True)
class OriginLink:
    """Two articles that have one origin, and what a reader can check.

    Attributes:
        source: Index of an article in the request.
        other: Index of another one, which is greater.
        reason: Why they have one origin.
        share: How much of the running text of the shorter one stands in both word for word, from 0 to 1.
        span: The longest passage of both, or the credit, in the first article, if there is any.
        other_span: The same in the second one.
    """

    source: int
    other: int
    reason: OriginReason
    share: float
    span: Span | None = None
    other_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Articles of one origin.

    Attributes:
        id: Its number in this request, from 1.
        sources: Indices of the articles, ascending.
        links: Just as many as join them, one fewer than there are articles.
    """

    id: int
    sources: tuple[int, ...]
    links: tuple[OriginLink, ...]

    def __post_init__(self) -> None:
        """Reject an origin that nothing joins."""
        if not self.sources or len(self.links) != len(self.sources) - 1:
            message = f"{len(self.links)} links cannot join {len(self.sources)} articles"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Origins:
    """All origins of a request, in the order of their first articles; every article is of exactly one."""

    groups: tuple[Origin, ...]

    def of(self, source: int) -> int:
        """Return the number of the origin of an article."""
        return next(group.id for group in self.groups if source in group.sources)

    def count(self, sources: Iterable[int]) -> int:
        """Return how many distinct origins some articles have."""
        return len({self.of(source) for source in sources})
