"""What the pipeline needs of a neural network, as protocols over plain types.

Stages see :class:`Encoder`, :class:`Drafter` and :class:`Verifier`. The engine binds them to one request;
behind it stand :class:`EncoderModel`, :class:`DrafterModel` and :class:`VerifierModel`, which take in
addition a ``check``: a function that raises when nobody waits for the work any more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.watch import NOBODY

if TYPE_CHECKING:
    from concurrent.futures import Future

    from service.domain import ModelCard, Vectors
    from service.watch import Watch

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Sentences that state one claim, to be merged into one sentence.

    Attributes:
        sources: The sentences, the representative first. At least one.
        max_words: Most words that the draft may have.
    """

    sources: tuple[str, ...]
    max_words: int


class Encoder(Protocol):
    """Maps sentences to vectors whose inner product is their similarity."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text. Shape: ``(len(texts), dimensions)``."""
        ...


class Drafter(Protocol):
    """Merges sentences that state one claim."""

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        """Return one draft a request, empty where none came; but for rounding, none depends on another.

        Raises:
            NotWritten: A drafter elsewhere did not write one of them.
            NotCopied: It wrote one with names or numbers that its sources do not have.
        """
        ...


class Verifier(Protocol):
    """Says whether one text follows from another."""

    @property
    def name(self) -> str:
        """How reports name it."""
        ...

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Return how likely each premise entails, leaves open and contradicts its hypothesis.

        Args:
            pairs: Premises, each of one sentence or several, with the sentence that is to follow from it.

        Returns:
            Probabilities; each row adds up to 1. Shape: ``(len(pairs), 3)``.
        """
        ...


class EncoderModel(Protocol):
    """An encoder that can be stopped."""

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        ...

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        """Do as :meth:`Encoder.encode`, and call ``check`` before every micro-batch."""
        ...


class DrafterModel(Protocol):
    """A drafter that can be stopped."""

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        ...

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        """Do as :meth:`Drafter.draft`, and call ``check`` before every decoding step."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """A draft, and the identity of what wrote it."""

    text: str
    card: ModelCard


class RemoteDrafter(Protocol):
    """A drafter that writes elsewhere, for any number of threads at once."""

    @property
    def card(self) -> ModelCard:
        """The identity of what wrote last; before the first draft, of what is asked for."""
        ...

    def draft(self, requests: Sequence[DraftRequest], check: Check, seconds: float) -> list[Written]:
        """Return one draft a request, none of which depends on another.

        Args:
            requests: Any number of them.
            check: Called all the time while it waits; what it raises calls off what is under way.
            seconds: How long may be waited.

        Raises:
            NotWritten: One of them could not be written.
            NotCopied: One of them has names or numbers that its sources do not have.
        """
        ...

    def close(self) -> None:
        """Call off what is under way, and return when nothing is connected any more."""
        ...


class VerifierModel(Protocol):
    """A verifier that can be stopped."""

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        ...

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        ...

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        """Do as :meth:`Verifier.judge`, and call ``check`` before every micro-batch."""
        ...


class Life(Protocol):
    """How long loaded models can be used."""

    lost: Future[None]
    """Ends when they can be used no more."""

    def end(self) -> None:
        """End them, and return when they hold nothing any more."""
        ...


@dataclass(frozen=True, slots=True)
class Urgency:
    """How soon a request is to be answered.

    Attributes:
        rank: Of the uses of a model that wait, the one of the request with the lowest runs next.
        deadline: Monotonic time of this process from which nobody waits any more.
        due: Monotonic time by which it is to be done, so that nothing of its call comes late; for an item
            of a batch, before the deadline.
    """

    rank: float = math.inf
    deadline: float = math.inf
    due: float = math.inf


AT_LEISURE = Urgency()


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """The models that an engine holds; without a verifier, similarity decides what is supported.

    There is no drafter if drafts are written elsewhere. Models without a ``life`` can be used as long as this
    process lives. Those that wait for their turn elsewhere are told for whom: ``urged`` returns them as they
    work for a request of some urgency.
    """

    encoder: EncoderModel
    drafter: DrafterModel | None
    verifier: VerifierModel | None = None
    life: Life | None = None
    urged: Callable[[Urgency], LoadedModels] | None = None

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """The identity of each."""
        models = (self.encoder, self.drafter, self.verifier)
        return tuple(model.card for model in models if model)


@dataclass(frozen=True, slots=True)
class Models:
    """The models as one request sees them.

    Attributes:
        encoder: Sentence embeddings.
        drafter: The abstractive model.
        check: Raises :class:`service.errors.Stopped` when nobody waits any more; stages that
            think for long call it now and then.
        verifier: The entailment model, if there is one.
        watch: Is told how the work goes.
        cards: Identities of the models that are loaded.
        writers: Tells the identities of what has drafted so far, if drafts are written elsewhere. Each is
            asked for by itself then, so that it is known which one failed.
    """

    encoder: Encoder
    drafter: Drafter
    check: Check
    verifier: Verifier | None = None
    watch: Watch = NOBODY
    cards: tuple[ModelCard, ...] = ()
    writers: Callable[[], tuple[ModelCard, ...]] | None = None


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """What an engine tells of itself at one moment.

    Attributes:
        queued_items: Uses of a model that wait for their turn.
        queued_tokens: Tokens that these will read, estimated from their characters.
        restarts: How often the models were begun anew since the start.
    """

    queued_items: int
    queued_tokens: int
    restarts: int = 0


class Engine(Protocol):
    """Holds the models, and runs them one use after another."""

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Identities of the loaded models.

        Raises:
            ModelNotReady: They are not loaded.
            EngineRestarted: They were, and are loaded anew.
            Draining: The engine is stopped.
        """
        ...

    def bind(self, check: Check, watch: Watch = NOBODY, urgency: Urgency = AT_LEISURE) -> Models:
        """Return the models for one request. Raises ModelNotReady until they are loaded.

        While models that were lost are loaded anew, their uses wait. A use in the middle of which they are
        lost begins anew once, and if that happens again, it raises EngineRestarted.

        Args:
            check: Raises when nobody waits for the request any more.
            watch: Is told how the work goes.
            urgency: How soon the request is to be answered.
        """
        ...


class HostedEngine(Engine, Protocol):
    """An engine whose life a server rules."""

    def start(self, tell: Callable[[bool], None] = ...) -> Future[None]:
        """Begin to load the models, and return at once.

        Args:
            tell: Is told, on any thread, that the models can be used, that they cannot be loaded, and that
                they are lost: True, False and False.

        Returns:
            What ends when the models are loaded, or with the error that kept them from it.
        """
        ...

    @property
    def figures(self) -> EngineFigures:
        """What the engine tells of itself now."""
        ...

    def stop(self) -> None:
        """Give up all work, and return when the models are at rest."""
        ...
