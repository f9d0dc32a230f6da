"""The engine of one process: one thread that owns the models, and runs the most urgent call next."""

from __future__ import annotations

import logging
import math
import time
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from service.engine.backlog import tokens_of
from service.engine.lane import Lane
from service.errors import Draining, ModelNotReady
from service.ports import (
    Check,
    DrafterModel,
    DraftRequest,
    EncoderModel,
    EngineFigures,
    LoadedModels,
    Models,
    VerifierModel,
)
from service.watch import NOBODY, Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import ModelCard, Vectors
    from service.watch import Watch

T = TypeVar("T")
_log = logging.getLogger(__name__)

# How long a caller that has left may go unnoticed while its call waits for its turn.
_POLL_SECONDS = 0.05
_RETRY_LOADING_SECONDS = 2.0
_RETRY_FAILED_SECONDS = 60.0
_RETRY_STOPPED_SECONDS = 5.0


class State(Enum):
    """How far the models are."""

    LOADING = auto()
    READY = auto()
    FAILED = auto()
    STOPPED = auto()


class LocalEngine:
    """Loads the models on a thread of its own, and runs every model call there, one at a time."""

    def __init__(self, load: Callable[[], LoadedModels]) -> None:
        """Take what loads the models; it is called once, on the model thread."""
        self._load = load
        self._thread = Lane(1, "models")
        self._models: LoadedModels | None = None
        self._state = State.LOADING

    @property
    def state(self) -> State:
        """How far the models are."""
        return self._state

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Identities of the loaded models. Raises ModelNotReady until they are loaded."""
        return self._loaded().cards

    @property
    def figures(self) -> EngineFigures:
        """What waits now. The models are loaded once and never begun anew."""
        return EngineFigures(self._thread.items, self._thread.tokens)

    def start(self) -> Future[None]:
        """Load and warm up the models. The result ends when that is done, or with ModelNotReady."""
        return self._thread.submit(self._prepare, -math.inf)

    def bind(self, check: Check, watch: Watch = NOBODY, rank: float = math.inf) -> Models:
        """Return the models for one request. Raises ModelNotReady until they are loaded."""
        models = self._loaded()
        queue = _Queue(self._thread, self._guarded(check), watch, rank)
        return Models(
            _BoundEncoder(models.encoder, queue),
            _BoundDrafter(models.drafter, queue),
            queue.check,
            _BoundVerifier(models.verifier, queue) if models.verifier else None,
            watch,
        )

    def stop(self) -> None:
        """Drop what waits, stop what runs at its next step, and join the thread.

        Loading cannot be interrupted: if it is under way, it is waited for.
        """
        self._state = State.STOPPED
        self._thread.close()
        self._models = None

    def _prepare(self) -> None:
        try:
            models = self._load()
            _warm_up(models, self._guarded(_always))
        except Draining:
            raise
        except Exception as fault:
            _log.exception("the models could not be loaded")
            self._enter(State.FAILED)
            raise _failed() from fault
        self._models = models
        self._enter(State.READY)

    def _enter(self, state: State) -> None:
        """Enter a state, unless the engine was stopped meanwhile."""
        if self._state is State.LOADING:
            self._state = state

    def _loaded(self) -> LoadedModels:
        models = self._models
        if self._state is State.STOPPED:
            raise _stopped()
        if self._state is State.FAILED:
            raise _failed()
        if models is None or self._state is State.LOADING:
            message = "the models are being loaded"
            raise ModelNotReady(message, _RETRY_LOADING_SECONDS)
        return models

    def _guarded(self, check: Check) -> Check:
        """Make a check raise when the engine is stopped, too."""

        def guarded() -> None:
            if self._state is State.STOPPED:
                raise _stopped()
            check()

        return guarded


@dataclass(frozen=True, slots=True)
class _Queue:
    """The model thread as one request sees it."""

    thread: Lane
    check: Check
    watch: Watch
    rank: float

    def run(self, work: Callable[[], T], tokens: int) -> T:
        """Run work that reads about so many tokens on the model thread, and return its result.

        Work whose caller has left before it starts never starts.
        """
        self.check()
        since = time.monotonic()

        def turn() -> T:
            self.watch.waited(Queue.MODELS, time.monotonic() - since)
            self.check()
            return work()

        try:
            future = self.thread.submit(turn, self.rank, tokens)
        except RuntimeError as fault:  # the lane says so when it was closed meanwhile
            raise _stopped() from fault
        return self._result(future)

    def _result(self, future: Future[T]) -> T:
        while not wait([future], _POLL_SECONDS).done:
            self._leave_if_stopped(future)
        try:
            return future.result()
        except CancelledError:
            raise _stopped() from None

    def _leave_if_stopped(self, future: Future[T]) -> None:
        try:
            self.check()
        except BaseException:
            future.cancel()
            raise


@dataclass(frozen=True, slots=True)
class _BoundEncoder:
    """An encoder of one request."""

    model: EncoderModel
    queue: _Queue

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Do as :meth:`service.ports.Encoder.encode`, on the model thread."""
        return self.queue.run(lambda: self.model.encode(texts, self.queue.check), tokens_of(texts))


@dataclass(frozen=True, slots=True)
class _BoundDrafter:
    """A drafter of one request."""

    model: DrafterModel
    queue: _Queue

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        """Do as :meth:`service.ports.Drafter.draft`, on the model thread."""
        tokens = sum(tokens_of(request.sources) for request in requests)
        return self.queue.run(lambda: self.model.draft(requests, self.queue.check), tokens)


@dataclass(frozen=True, slots=True)
class _BoundVerifier:
    """A verifier of one request."""

    model: VerifierModel
    queue: _Queue

    @property
    def name(self) -> str:
        """How reports name it."""
        return self.model.card.id

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        return self.model.threshold

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Do as :meth:`service.ports.Verifier.judge`, on the model thread."""
        tokens = sum(map(tokens_of, pairs))
        return self.queue.run(lambda: self.model.judge(pairs, self.queue.check), tokens)


def _warm_up(models: LoadedModels, check: Check) -> None:
    """Let the first request not pay for what happens once, such as the choice of kernels."""
    sentence = "The river rose on Monday, and two bridges were closed."
    models.encoder.encode([sentence], check)
    models.drafter.draft([DraftRequest((sentence, sentence), max_words=20)], check)
    if models.verifier:
        models.verifier.judge([(sentence, sentence)], check)


def _always() -> None:
    """Check nothing: somebody always waits for the models."""


def _failed() -> ModelNotReady:
    return ModelNotReady("the models could not be loaded; the server's log says why", _RETRY_FAILED_SECONDS)


def _stopped() -> Draining:
    return Draining("the server is about to stop", _RETRY_STOPPED_SECONDS)
