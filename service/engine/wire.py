"""What a server and the process of its models say to each other, as frozen messages.

Both ends are the same code, started by the same user: messages are pickled, and come from nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from service.ports import LoadedModels

if TYPE_CHECKING:
    from service.domain import ModelCard


class Role(StrEnum):
    """Which model is asked."""

    ENCODER = "encoder"
    DRAFTER = "drafter"
    VERIFIER = "verifier"


class Report(Protocol):
    """Is told of every batch of a model."""

    def __call__(self, *, rows: int, tokens: int, padded: int, written: int = 0) -> None:
        """Hear how many texts a batch has, and how many tokens: alone, with padding, and written."""
        ...


Reports = Callable[[str], Report]
# Loads the models on this machine. What a role's batches are told to is returned by the argument, by role.
LoadModels = Callable[[Reports], LoadedModels]


@dataclass(frozen=True, slots=True)
class Load:
    """The first message to the process.

    Attributes:
        load: Must be importable by name; what it is bound to must be picklable.
        stall_seconds: How long a model may take between two of its checks.
        beat_seconds: How often the process gives a sign of life.
    """

    load: LoadModels
    stall_seconds: float
    beat_seconds: float


@dataclass(frozen=True, slots=True)
class Use:
    """Asks for one use of a model; uses are numbered from 1."""

    number: int
    role: Role
    argument: object


@dataclass(frozen=True, slots=True)
class Stop:
    """Tells that nobody waits any more for a use, nor for any before it."""

    number: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The models are loaded; those that there are have a card.

    Attributes:
        cards: Identities by role.
        threshold: That of the verifier; 0 without one.
    """

    cards: dict[Role, ModelCard]
    threshold: float


@dataclass(frozen=True, slots=True)
class NotLoaded:
    """The models could not be loaded, and the process ends; ``fault`` is for the log of an operator."""

    fault: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of a model."""

    role: str
    rows: int
    tokens: int
    padded: int
    written: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a use."""

    number: int
    value: object


@dataclass(frozen=True, slots=True)
class Fault:
    """A use failed, and the models are as they were: the kind of the fault, and its place."""

    number: int
    described: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A use was given up because it was stopped."""

    number: int
