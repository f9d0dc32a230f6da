"""The engine of a server: a lane to the models, wherever they are, where the most urgent use runs next."""

from __future__ import annotations

import logging
import math
import threading
import time
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.engine.backlog import rank
from service.engine.bound import BoundDrafter, BoundEncoder, BoundVerifier, Turns, stopped
from service.engine.lane import Lane
from service.engine.uses import warm
from service.errors import Draining, EngineRestarted, ModelNotReady
from service.ports import AT_LEISURE, Check, EngineFigures, LoadedModels, Models, Urgency
from service.watch import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from service.domain import ModelCard
    from service.watch import Watch

_log = logging.getLogger(__name__)

# What loading takes, as long as it has not been measured.
_LOADING_SECONDS = 10.0
_LEAST_RETRY_SECONDS = 1.0
# How often models are loaded that are lost before they are ready.
_TRIES = 3
# Models that could not be loaded are loaded again after so long, and each time after twice as long.
_LEAST_PAUSE_SECONDS, _MOST_PAUSE_SECONDS = 1.0, 60.0


class State(Enum):
    """How far the models are."""

    LOADING = auto()
    READY = auto()
    RESTARTING = auto()
    FAILED = auto()
    STOPPED = auto()


class LocalEngine:
    """Loads the models on a thread of its own, and lets them be used from there, as a rule one use at a time.

    Models that are lost are loaded anew, before anything that waits; so are those that could not be loaded,
    after a pause.
    """

    def __init__(self, load: Callable[[Check], LoadedModels], uses: int = 1) -> None:
        """Take what there is to run.

        Args:
            load: Loads the models; what it is given raises when they are needed no more.
            uses: How many uses of them may be under way at the same time. Models that have an order of their
                own for what waits may be given all that there are.
        """
        self._load = load
        # Those that are begun anew must not wait for uses that wait for them.
        self._lane = Lane(1 if uses == 1 else uses + 1, "models")
        self._models: LoadedModels | None = None
        self._state = State.LOADING
        self._changing = threading.Lock()
        self._begun = 0
        self._begun_at = time.monotonic()
        self._loading_seconds = _LOADING_SECONDS
        self._pause = _LEAST_PAUSE_SECONDS
        self._again: threading.Timer | None = None
        self._tell: Callable[[bool], None] = _nobody

    @property
    def state(self) -> State:
        """How far the models are."""
        return self._state

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Do as :meth:`service.ports.Engine.cards`."""
        if self._state is State.RESTARTING:
            message = "the models have ended, and are loaded anew"
            raise EngineRestarted(message, self._until_loaded())
        return self._loaded().cards

    @property
    def figures(self) -> EngineFigures:
        """Do as :meth:`service.ports.HostedEngine.figures`."""
        return EngineFigures(self._lane.items, self._lane.tokens, max(0, self._begun - 1))

    def start(self, tell: Callable[[bool], None] | None = None) -> Future[None]:
        """Do as :meth:`service.ports.HostedEngine.start`, and warm the models up."""
        self._tell = tell or _nobody
        return self._lane.submit(self._prepare, -math.inf)

    def bind(self, check: Check, watch: Watch = NOBODY, urgency: Urgency = AT_LEISURE) -> Models:
        """Do as :meth:`service.ports.Engine.bind`."""
        models = self._loaded()
        # What has no deadline must come to its turn, too, whoever asks for it, and wherever it waits.
        urgency = replace(urgency, rank=rank(urgency.rank, time.monotonic()))
        turns = Turns(self._lane, lambda: self._urged(urgency), self._guarded(check), watch, urgency.rank)
        return Models(
            BoundEncoder(turns),
            BoundDrafter(turns),
            turns.check,
            BoundVerifier(turns, models.verifier) if models.verifier else None,
            watch,
            models.cards,
        )

    def stop(self) -> None:
        """Drop what waits, stop what runs at its next step, and end the models."""
        with self._changing:
            self._state = State.STOPPED
            if self._again:
                self._again.cancel()
        # First of all, so that no use of them holds up the lane; and those that were loaded meanwhile.
        self._end_models()
        self._lane.close()
        self._end_models()

    def _end_models(self) -> None:
        models, self._models = self._models, None
        if models and models.life:
            models.life.end()

    def _prepare(self) -> None:
        """Load the models, on the thread of the lane."""
        needed = self._guarded(_always)
        try:
            needed()
            models = self._warm(needed)
        except Draining:
            raise
        except Exception as fault:
            _log.exception("the models could not be loaded")
            self._try_again()
            raise self._failed() from fault
        self._pause = _LEAST_PAUSE_SECONDS
        self._loading_seconds = time.monotonic() - self._begun_at
        self._models = models
        self._enter(State.READY)
        if models.life:
            models.life.lost.add_done_callback(self._lost)

    def _warm(self, needed: Check) -> LoadedModels:
        """Load models and use each once; if they are lost meanwhile, it may be by accident."""
        for _ in range(_TRIES - 1):
            with suppress(EngineRestarted):
                return self._begin(needed)
        return self._begin(needed)

    def _begin(self, needed: Check) -> LoadedModels:
        self._begun += 1
        self._begun_at = time.monotonic()
        models = self._load(needed)
        # Those that are elsewhere were warmed up there; another use of them would wait behind all that wait.
        return models if models.urged else warm(models, needed)

    def _until_loaded(self) -> float:
        """Return after how many seconds the models will be there, if they load as they did before."""
        left = self._begun_at + self._loading_seconds - time.monotonic()
        return max(_LEAST_RETRY_SECONDS, left)

    def _failed(self) -> ModelNotReady:
        message = "the models could not be loaded; the server's log says why"
        return ModelNotReady(message, self._pause + self._loading_seconds)

    def _try_again(self) -> None:
        self._enter(State.FAILED)
        with self._changing:
            if self._state is State.STOPPED:
                return
            self._again = threading.Timer(self._pause, self._submit)
            self._again.daemon = True
            self._again.start()
        self._pause = min(2 * self._pause, _MOST_PAUSE_SECONDS)

    def _lost(self, _: Future[None]) -> None:
        """Load the models anew, before anything that waits; on any thread."""
        if self._state is State.STOPPED:
            return
        self._begun_at = time.monotonic()
        self._enter(State.RESTARTING)
        self._submit()

    def _submit(self) -> None:
        try:
            self._lane.submit(self._prepare, -math.inf)
        except RuntimeError:  # the lane was closed meanwhile
            return

    def _enter(self, state: State) -> None:
        """Enter a state, unless the engine was stopped meanwhile, and tell of it."""
        with self._changing:
            if self._state is State.STOPPED:
                return
            self._state = state
        self._tell(state is State.READY)

    def _loaded(self) -> LoadedModels:
        models = self._models
        if self._state is State.STOPPED:
            raise stopped()
        if self._state is State.FAILED:
            raise self._failed()
        if models is None:
            message = "the models are being loaded"
            raise ModelNotReady(message, self._until_loaded())
        return models

    def _urged(self, urgency: Urgency) -> LoadedModels:
        models = self._loaded()
        return models.urged(urgency) if models.urged else models

    def _guarded(self, check: Check) -> Check:
        """Make a check raise when the engine is stopped, too."""

        def guarded() -> None:
            if self._state is State.STOPPED:
                raise stopped()
            check()

        return guarded


def _always() -> None:
    """Check nothing: somebody always waits for the models."""


def _nobody(_: bool) -> None:  # noqa: FBT001  what a listener is told
    """Tell nobody."""
