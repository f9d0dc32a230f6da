"""An engine whose drafts are written elsewhere: they wait for no turn at the models, and hold up nobody's."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from service.errors import NotCopied
from service.ports import AT_LEISURE, Urgency
from service.watch import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from service.domain import ModelCard
    from service.ports import (
        Check,
        DraftRequest,
        EngineFigures,
        HostedEngine,
        Models,
        RemoteDrafter,
    )
    from service.watch import Watch

# Of the time that a request has left when its first draft is asked for, what all of them may take together.
_SHARE = 0.5


class RemoteDrafting:
    """Holds the other models as an engine does, and leaves its drafts to a drafter elsewhere.

    Whether that can be reached decides nothing about whether requests are taken.
    """

    def __init__(self, engine: HostedEngine, drafter: RemoteDrafter) -> None:
        """Take the engine, whose models have no drafter, and the drafter."""
        self._engine, self._drafter = engine, drafter

    @property
    def cards(self) -> tuple[ModelCard, ...]:
        """Do as :meth:`service.ports.Engine.cards`; of the drafter, it names what wrote last."""
        return (*self._engine.cards, self._drafter.card)

    @property
    def figures(self) -> EngineFigures:
        """Do as :meth:`service.ports.HostedEngine.figures`."""
        return self._engine.figures

    def start(self, tell: Callable[[bool], None] | None = None) -> Future[None]:
        """Do as :meth:`service.ports.HostedEngine.start`."""
        return self._engine.start(tell) if tell else self._engine.start()

    def bind(self, check: Check, watch: Watch = NOBODY, urgency: Urgency = AT_LEISURE) -> Models:
        """Do as :meth:`service.ports.Engine.bind`."""
        models = self._engine.bind(check, watch, urgency)
        drafter = BoundRemote(self._drafter, models.check, min(urgency.due, urgency.deadline))
        return replace(models, drafter=drafter, writers=drafter.writers)

    def stop(self) -> None:
        """Do as :meth:`service.ports.HostedEngine.stop`."""
        self._engine.stop()
        self._drafter.close()


@dataclass(slots=True)
class BoundRemote:
    """A drafter elsewhere, as one request sees it: slow or silent, it cannot make the answer late.

    Attributes:
        drafter: The drafter.
        check: Raises when nobody waits for the request any more.
        due: Monotonic time by which the request is to be answered.
    """

    drafter: RemoteDrafter
    check: Check
    due: float = math.inf
    _until: float | None = None
    _met: dict[ModelCard, None] = field(default_factory=dict)

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        """Do as :meth:`service.ports.Drafter.draft`."""
        self.check()
        try:
            written = self.drafter.draft(requests, self.check, self._seconds())
        except NotCopied as fault:
            self._met[replace(self.drafter.card, id=fault.writer)] = None
            raise
        self._met |= {draft.card: None for draft in written}
        return [draft.text for draft in written]

    def _seconds(self) -> float:
        """Return how long drafts may still take."""
        now = time.monotonic()
        if self._until is None:
            self._until = now + _SHARE * (self.due - now)
        return max(0.0, self._until - now)

    def writers(self) -> tuple[ModelCard, ...]:
        """Return the identities of what has written so far, or of what would have."""
        return tuple(self._met) or (self.drafter.card,)
