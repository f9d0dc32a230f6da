"""Where articles disagree: what they say of one slot, side by side, and never which of them is right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.domain.summary import Citation

# Values of one slot that make a disagreement.
_LEAST = 2


class ConflictSlot(Enum):
    """What kind of thing articles disagree on."""

    TIME = auto()
    DATE = auto()
    NUMBER = auto()
    PLACE = auto()
    PERSON = auto()
    POLARITY = auto()


class ConflictStatus(Enum):
    """Whether the values can be true together."""

    CONFLICT = auto()
    POSSIBLY_RECONCILABLE = auto()
    TIME_OF_WRITING = auto()


@dataclass(frozen=True, slots=True)
class DisputedValue:
    """One value of a slot, and which sentences state it.

    Attributes:
        value: It, as one of the sentences writes it.
        sentences: Indices of the sentences, ascending.
        articles: How many distinct articles they are of.
        date: The date that it stands for if it is told from the day of writing ("yesterday"), or empty.
    """

    value: str
    sentences: tuple[int, ...]
    articles: int
    date: str = ""

    @property
    def shown(self) -> str:
        """The value as a reader sees it, who does not know when it was written."""
        return f"{self.value} ({self.date})" if self.date else self.value


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the articles say of one slot.

    Attributes:
        id: Its number in this request, from 1.
        slot: What kind of thing it is.
        status: Whether the values can be true together.
        values: The values, those of most articles first; no article has two of them.
        explanation: What differs, in one sentence.
        cluster_ids: The clusters of the sentences, ascending.
    """

    id: int
    slot: ConflictSlot
    status: ConflictStatus
    values: tuple[DisputedValue, ...]
    explanation: str
    cluster_ids: tuple[int, ...]

    def __post_init__(self) -> None:
        """Reject a dispute about one value."""
        if len(self.values) < _LEAST:
            message = "a dispute needs two values"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One value of a slot.

    Attributes:
        value: It, as one of the articles writes it; a day told from the day of writing with its date.
        citations: The spans that state it.
        articles: How many distinct articles these are of.
        independent_origins: How many distinct origins those articles have.
    """

    value: str
    citations: tuple[Citation, ...]
    articles: int
    independent_origins: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A dispute with its spans in the caller's own text.

    Attributes:
        id: As in :class:`Dispute`, and so are all but the last.
        slot: What kind of thing it is.
        status: Whether the values can be true together.
        values: The values with their citations.
        explanation: What differs, in one sentence.
        cluster_ids: The clusters of the sentences, ascending.
        independent_origins: How many distinct origins the articles of all values have. If it is 1, a copy
            of one text was changed, which is no second witness.
    """

    id: int
    slot: ConflictSlot
    status: ConflictStatus
    values: tuple[ConflictValue, ...]
    explanation: str
    cluster_ids: tuple[int, ...]
    independent_origins: int
