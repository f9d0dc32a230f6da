"""What the stages draft and verify make: sentences, checked or refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class SentenceMode(Enum):
    """How a sentence came about."""

    FUSED = auto()
    EXTRACTED = auto()


class Guard(Enum):
    """An exact test of a sentence against its cited spans."""

    NUMBERS = auto()
    DATES = auto()
    NAMES = auto()
    QUOTATIONS = auto()
    NEGATION = auto()
    VOCABULARY = auto()
    ORDER = auto()
    MODALITY = auto()


class DropReason(Enum):
    """What was wrong with a draft."""

    MALFORMED = auto()
    NUMBER = auto()
    DATE = auto()
    NAME = auto()
    QUOTATION = auto()
    NEGATION = auto()
    VOCABULARY = auto()
    UNSUPPORTED = auto()
    REDUNDANT = auto()
    TOO_LONG = auto()
    NOT_SELF_CONTAINED = auto()
    ORDER = auto()
    MODALITY = auto()
    NOT_WRITTEN = auto()
    NOT_COPIED = auto()


class DropOutcome(Enum):
    """What became of the claim of a dropped draft."""

    RETRIED = auto()
    EXTRACTED = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that is not yet checked.

    Attributes:
        cluster_id: The cluster that it stands for.
        text: The sentence.
        mode: How it came about.
        sources: Indices of the sentences that it was made from, as the model saw them.
    """

    cluster_id: int
    text: str
    mode: SentenceMode
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DroppedDraft:
    """A draft that was not good enough, why, and what became of its claim."""

    text: str
    cluster_id: int
    reason: DropReason
    outcome: DropOutcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """A source sentence that supports a sentence of the summary, and how closely."""

    sentence: int
    score: float


@dataclass(frozen=True, slots=True)
class Verification:
    """How a sentence was checked.

    Attributes:
        checker: The name of the method.
        score: Its result, from 0 to 1.
        threshold: The least score that passes.
        guards: The exact tests that were passed.
    """

    checker: str
    score: float
    threshold: float
    guards: tuple[Guard, ...]

    def __post_init__(self) -> None:
        """Reject a verification that was not passed."""
        if not self.score >= self.threshold:  # nor may it be no number
            message = f"score {self.score} is below the threshold {self.threshold}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that its sources support. There is always at least one."""

    cluster_id: int
    text: str
    mode: SentenceMode
    support: tuple[Support, ...]
    verification: Verification

    def __post_init__(self) -> None:
        """Reject a verified sentence that nothing supports."""
        if not self.support or not self.text:
            message = "a verified sentence needs text and support"
            raise ValueError(message)
