"""The answer: sentences with their citations, and reports on everything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.domain.conflict import Conflict
from service.domain.options import Style

if TYPE_CHECKING:
    from service.domain.draft import DroppedDraft, SentenceMode, Verification
    from service.domain.headline import Headline
    from service.domain.origin import Origins
    from service.domain.source import Article, Removed, Span
    from service.domain.timeline import TimelineEntry


class CitationRole(Enum):
    """What a cited span has to do with a sentence."""

    SUPPORTS = auto()
    CONTRADICTS = auto()


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of the caller's text that bears on a sentence; ``quote`` is that span to the letter.

    ``score`` tells how much it supports the sentence, from 0 to 1; a span that contradicts it has 0.
    """

    article_id: str
    source: int
    span: Span
    quote: str
    score: float
    role: CitationRole = CitationRole.SUPPORTS


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A final sentence.

    Attributes:
        text: The sentence.
        mode: How it came about.
        citations: What supports it, the closest first, and then what contradicts it.
        supporting_articles: How many distinct articles are cited in support.
        independent_origins: How many distinct origins these have.
        verification: How it was checked.
        cluster_id: The cluster that it stands for.
        conflict_ids: The conflicts on a value that it states.
    """

    text: str
    mode: SentenceMode
    citations: tuple[Citation, ...]
    supporting_articles: int
    independent_origins: int
    verification: Verification
    cluster_id: int
    conflict_ids: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Reject a sentence that nothing supports."""
        if not any(citation.role is CitationRole.SUPPORTS for citation in self.citations):
            message = "a sentence of a summary needs a citation that supports it"
            raise ValueError(message)
        if not 1 <= self.independent_origins <= self.supporting_articles:
            message = f"{self.supporting_articles} articles cannot have {self.independent_origins} origins"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one article was found to hold, what was removed from it, and the number of its origin."""

    article: Article
    title: str
    sentences: int
    sentences_off_topic: int
    removed: tuple[Removed, ...]
    origin: int


class MergeReason(Enum):
    """Why a sentence is held to state the same as the most central one of its cluster."""

    CENTRAL = auto()
    SAME_TEXT = auto()
    SAME_WORDS = auto()
    SAME_MEANING = auto()


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """A sentence of a cluster, for the redundancy report; without a score it cannot stand alone."""

    article_id: str
    source: int
    span: Span
    quote: str
    similarity: float
    score: float | None
    reason: MergeReason


@dataclass(frozen=True, slots=True)
class ClusterReport:
    """Sentences that were held to state the same thing, or one that states what no other does."""

    id: int
    members: tuple[ClusterMember, ...]
    supporting_articles: int
    independent_origins: int
    salience: float
    used: bool


class CautionCode(Enum):
    """What a reader should know about a summary as a whole."""

    NO_CONTENT = auto()
    UNRELATED_ARTICLE = auto()
    TRUNCATED = auto()
    SHORT = auto()
    MULTIPLE_EVENTS = auto()
    NOT_ANSWERED = auto()
    NOTHING_NEW = auto()
    NO_HEADLINE = auto()
    NOT_DRAFTED = auto()


@dataclass(frozen=True, slots=True)
class Caution:
    """A thing to know about the summary, in words.

    Attributes:
        code: What kind of thing it is.
        message: The same in words.
        article_id: The article that it is about, if it is about one.
        groups: Articles by the event that they tell of, that of the summary first, if there are several.
    """

    code: CautionCode
    message: str
    article_id: str = ""
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A claim that was left out because the reader knows it.

    Attributes:
        text: The sentence of an article that stands for it.
        citation: Where that stands.
        background_index: Which text of the background has it as a sentence.
    """

    text: str
    citation: Citation
    background_index: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What was asked for and what was used; nothing here depends on the clock.

    The words of a headline count for none of the others.
    """

    words_allowed: int
    words: int
    sentences_allowed: int
    sentences: int
    source_sentences: int
    drafts: int
    headline_words: int = 0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What names a loaded model.

    Attributes:
        role: ``encoder``, ``drafter`` or ``verifier``.
        id: The name that its publisher gave it.
        licence: An SPDX identifier; ``NOASSERTION`` of one that is behind an endpoint.
        weights_sha256: Digest of the weights in use, in hexadecimal; empty of one that is behind an endpoint.
        precision: How these are used: ``float32`` or ``bfloat16``; empty of one that is behind an endpoint.
    """

    role: str
    id: str
    licence: str
    weights_sha256: str
    precision: str = "float32"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced a summary."""

    version: str
    models: tuple[ModelCard, ...]
    settings_sha256: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole answer."""

    sentences: tuple[SummarySentence, ...]
    conflicts: tuple[Conflict, ...]
    sources: tuple[SourceReport, ...]
    origins: Origins
    clusters: tuple[ClusterReport, ...]
    dropped: tuple[DroppedDraft, ...]
    warnings: tuple[Caution, ...]
    usage: Usage
    provenance: Provenance
    headline: Headline | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    style: Style = Style.PARAGRAPH
    known: tuple[KnownSentence, ...] = ()


class Stage(Enum):
    """A stage whose end is worth telling."""

    CLEAN = auto()
    CLUSTER = auto()
    PLAN = auto()
    DRAFT = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come, in sentences of the summary."""

    stage: Stage
    done: int = 0
    total: int = 0


Event = SourceReport | Progress | Conflict | SummarySentence | Summary
