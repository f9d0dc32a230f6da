"""The models as one request sees them: every use of one waits for its turn."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from service.engine.backlog import tokens_of
from service.errors import Draining, EngineRestarted
from service.watch import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import Vectors
    from service.engine.lane import Lane
    from service.ports import Check, DrafterModel, DraftRequest, LoadedModels, VerifierModel
    from service.watch import Watch

T = TypeVar("T")

# How long a caller that has left may go unnoticed while its call waits for its turn.
_POLL_SECONDS = 0.05
_RETRY_STOPPED_SECONDS = 5.0
# A request that may be the cause comes back late, so that it does not keep the models from all others.
_RETRY_TWICE_SECONDS = 60.0


def stopped() -> Draining:
    """Return what callers of an engine that is stopped are told."""
    return Draining("the server is about to stop", _RETRY_STOPPED_SECONDS)


@dataclass(frozen=True, slots=True)
class Turns:
    """The lane of the models as one request sees it.

    Attributes:
        lane: Where uses wait.
        models: Returns the models that there are when a turn comes; they may be others than before.
        check: Raises when nobody waits for the request any more.
        watch: Is told how long was waited.
        rank: The place of the request in the order.
    """

    lane: Lane
    models: Callable[[], LoadedModels]
    check: Check
    watch: Watch
    rank: float

    def run(self, use: Callable[[LoadedModels], T], tokens: int) -> T:
        """Run a use that reads about so many tokens when its turn comes, and return its result.

        A use whose caller has left before it starts never starts.

        Raises:
            EngineRestarted: The models were lost in the middle of it, and once more when it had begun anew.
        """
        try:
            return self._run(use, tokens)
        except EngineRestarted:
            pass  # it may have been an accident
        try:
            return self._run(use, tokens)
        except EngineRestarted as fault:
            message = "the models ended twice in the middle of this request, and are begun anew"
            raise EngineRestarted(message, _RETRY_TWICE_SECONDS) from fault

    def _run(self, use: Callable[[LoadedModels], T], tokens: int) -> T:
        self.check()
        since = time.monotonic()

        def turn() -> T:
            self.watch.waited(Queue.MODELS, time.monotonic() - since)
            self.check()
            return use(self.models())

        try:
            future = self.lane.submit(turn, self.rank, tokens)
        except RuntimeError as fault:  # the lane says so when it was closed meanwhile
            raise stopped() from fault
        return self._result(future)

    def _result(self, future: Future[T]) -> T:
        while not wait([future], _POLL_SECONDS).done:
            self._leave_if_stopped(future)
        try:
            return future.result()
        except CancelledError:
            raise stopped() from None

    def _leave_if_stopped(self, future: Future[T]) -> None:
        try:
            self.check()
        except BaseException:
            future.cancel()
            raise


@dataclass(frozen=True, slots=True)
class BoundEncoder:
    """An encoder of one request."""

    turns: Turns

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Do as :meth:`service.ports.Encoder.encode`, when its turn comes."""
        check = self.turns.check
        return self.turns.run(lambda models: models.encoder.encode(texts, check), tokens_of(texts))


@dataclass(frozen=True, slots=True)
class BoundDrafter:
    """A drafter of one request."""

    turns: Turns

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        """Do as :meth:`service.ports.Drafter.draft`, when its turn comes."""
        check, tokens = self.turns.check, sum(tokens_of(request.sources) for request in requests)
        return self.turns.run(lambda models: _drafter(models).draft(requests, check), tokens)


@dataclass(frozen=True, slots=True)
class BoundVerifier:
    """A verifier of one request."""

    turns: Turns
    model: VerifierModel

    @property
    def name(self) -> str:
        """How reports name it."""
        return self.model.card.id

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        return self.model.threshold

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Do as :meth:`service.ports.Verifier.judge`, when its turn comes."""
        check, tokens = self.turns.check, sum(map(tokens_of, pairs))
        return self.turns.run(lambda models: _verifier(models).judge(pairs, check), tokens)


def _drafter(models: LoadedModels) -> DrafterModel:
    if models.drafter is None:
        message = "the models have no drafter"
        raise RuntimeError(message)
    return models.drafter


def _verifier(models: LoadedModels) -> VerifierModel:
    if models.verifier is None:
        message = "the models have lost their verifier"
        raise RuntimeError(message)
    return models.verifier
