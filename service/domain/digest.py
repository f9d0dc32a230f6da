"""A pile of mixed articles: what is asked for, and which of them make up which story."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.domain.options import Background, Job, SummaryOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.domain.source import Article

# In sentences: what of an article is embedded with its title.
_LEAD = 3


class UnassignedReason(Enum):
    """Why an article is in no story."""

    NO_CONTENT = auto()
    INVALID = auto()
    MAX_STORIES = auto()
    MIN_ARTICLES = auto()


@dataclass(frozen=True, slots=True)
class Unassigned:
    """Why an article is in no story.

    Attributes:
        reason: The kind of the reason.
        message: The same in words.
        rule: Of an invalid article, the stable name of the first rule that it breaks; else empty.
    """

    reason: UnassignedReason
    message: str
    rule: str = ""

    def __post_init__(self) -> None:
        """Reject an invalid article without a rule, and a rule without one."""
        if (self.reason is UnassignedReason.INVALID) != bool(self.rule):
            message = f"{self.reason.name} with the rule {self.rule!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Pile:
    """A request for a digest.

    Attributes:
        articles: All of them, in the order of the request.
        invalid: Indices of those that break rules, and which.
        options: How to summarize each story.
        max_stories: Most stories, or None.
        min_articles: Least articles of a story.
    """

    articles: tuple[Article, ...]
    invalid: Mapping[int, Unassigned] = field(default_factory=dict)
    options: SummaryOptions = field(default_factory=SummaryOptions)
    max_stories: int | None = None
    min_articles: int = 1

    def jobs(self, grouping: Grouping) -> tuple[Job, ...]:
        """Return the requests for the summaries of the stories, in their order."""
        return tuple(
            Job(tuple(self.articles[index] for index in story), self.options, grouping.background)
            for story in grouping.stories
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """What an article begins with, by which it is grouped.

    Attributes:
        title: Its title, or empty.
        sentences: Its first sentences.
        published_at: When it was published, if that is known.
    """

    title: str
    sentences: tuple[str, ...]
    published_at: datetime | None = None

    @property
    def lead(self) -> str:
        """The title and the first three sentences, as one text."""
        title = f"{self.title.rstrip('.')}." if self.title else ""
        return " ".join([title, *self.sentences[:_LEAD]]).strip()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """What puts openings into an order that is not that of a request."""
        return self.lead, self.title, self.sentences, str(self.published_at or "")


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which articles of a pile make up which story.

    Attributes:
        stories: Indices of articles in rising order, the most covered story first.
        unassigned: Indices of all other articles, in rising order, and why they are in no story.
        background: What the reader knows, made ready for all stories; None if the reader told nothing.
    """

    stories: tuple[tuple[int, ...], ...]
    unassigned: Mapping[int, Unassigned]
    background: Background | None = None

    def __post_init__(self) -> None:
        """Reject an article that is told twice, or left out."""
        told = sorted([*self.unassigned, *(index for story in self.stories for index in story)])
        if told != list(range(len(told))):
            message = f"stories and unassigned articles do not add up to a pile: {told}"
            raise ValueError(message)
