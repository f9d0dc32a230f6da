"""Models that are elsewhere, where their uses wait for their turn among those of other servers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from service.engine.backlog import tokens_of
from service.engine.replica import Asked
from service.engine.wire import Role
from service.ports import AT_LEISURE, Check, LoadedModels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import ModelCard, Vectors
    from service.engine.wire import Loaded
    from service.ports import DraftRequest, Life, Urgency

# Has a use done elsewhere, and returns what the model returned.
Ask = Callable[[Asked, Check], Any]


def models(loaded: Loaded, ask: Ask, life: Life) -> LoadedModels:
    """Return models that have their uses done by ``ask``, and tell it how urgent these are."""

    def urged(urgency: Urgency) -> LoadedModels:
        drafter, verifier = loaded.cards.get(Role.DRAFTER), loaded.cards.get(Role.VERIFIER)
        return LoadedModels(
            _Encoder(ask, loaded.cards[Role.ENCODER], urgency),
            _Drafter(ask, drafter, urgency) if drafter else None,
            _Verifier(ask, verifier, loaded.threshold, urgency) if verifier else None,
            life,
            urged,
        )

    return urged(AT_LEISURE)


def _asked(role: Role, argument: object, tokens: int, urgency: Urgency) -> Asked:
    now = time.monotonic()
    return Asked(role, argument, tokens, urgency.rank - now, urgency.deadline - now)


@dataclass(frozen=True, slots=True)
class _Encoder:
    ask: Ask
    card: ModelCard
    urgency: Urgency

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        asked = _asked(Role.ENCODER, tuple(texts), tokens_of(texts), self.urgency)
        # What comes from elsewhere may be in memory that is shared, and cannot be written to.
        return np.array(self.ask(asked, check))


@dataclass(frozen=True, slots=True)
class _Drafter:
    ask: Ask
    card: ModelCard
    urgency: Urgency

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        tokens = sum(tokens_of(request.sources) for request in requests)
        return cast("list[str]", self.ask(_asked(Role.DRAFTER, tuple(requests), tokens, self.urgency), check))


@dataclass(frozen=True, slots=True)
class _Verifier:
    ask: Ask
    card: ModelCard
    threshold: float
    urgency: Urgency

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        asked = _asked(Role.VERIFIER, tuple(pairs), sum(map(tokens_of, pairs)), self.urgency)
        return np.array(self.ask(asked, check))
