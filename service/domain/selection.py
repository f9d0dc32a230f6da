"""What the stages cluster, rank and plan decide: what is worth saying, and in which order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sentences that state the same thing.

    Attributes:
        id: Its number in this request, from 1.
        members: Indices into the encoded sentences, ascending.
        similarities: Of each member to the most central one, from -1 to 1.
        articles: How many distinct articles state it.
    """

    id: int
    members: tuple[int, ...]
    similarities: tuple[float, ...]
    articles: int

    def __post_init__(self) -> None:
        """Reject a cluster of nothing."""
        if not self.members or len(self.members) != len(self.similarities):
            message = "a cluster needs members, each with a similarity"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A cluster and how much it matters.

    Attributes:
        cluster: The cluster.
        representative: Index of the sentence that states it best, or None if none of them can
            stand alone.
        salience: From 0 to 1.
        lead: How fit it is to open the summary, from 0 to 1.
        scores: How well each member states it, or None if it cannot stand alone; the representative has the
            highest. Empty if nobody asked.
    """

    cluster: Cluster
    representative: int | None
    salience: float
    lead: float
    scores: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A cluster whose claim the reader knows.

    Attributes:
        ranked: The cluster, which has a representative.
        background_index: Which text of the background has it as a sentence.
    """

    ranked: Ranked
    background_index: int


@dataclass(frozen=True, slots=True)
class News:
    """What is left to tell a reader.

    Attributes:
        ranked: The clusters that tell something new, by falling salience.
        known: The others, in the same order.
        is_answered: Whether any cluster bears on what the reader asked; true if nothing was asked.
    """

    ranked: tuple[Ranked, ...]
    known: tuple[Known, ...] = ()
    is_answered: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether the reader knows all that could be told."""
        return bool(self.known) and all(item.representative is None for item in self.ranked)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One claim that the summary should hold.

    Attributes:
        ranked: The cluster.
        sentence: What to say if nothing better is drafted: the representative, made to stand alone.
        max_words: Most words that may be spent on it.
        fuse: Whether the abstractive model shall write it anew, of sentences of several articles.
    """

    ranked: Ranked
    sentence: str
    max_words: int
    fuse: bool

    @property
    def cluster_id(self) -> int:
        """Number of the cluster."""
        return self.ranked.cluster.id


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a planned claim.

    Attributes:
        cluster_id: The cluster.
        words: Length of its sentence in the summary, 0 if there is none.
    """

    cluster_id: int
    words: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What the summary should hold, in reading order."""

    items: tuple[PlanItem, ...]
