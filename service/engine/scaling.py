"""How many replicas there are to be: as many as it takes to keep what waits at each within a bound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

# Under this name each replica tells how many tokens wait at it.
QUEUED_TOKENS = "queued_tokens"


class Context(Protocol):
    """What Ray Serve tells a policy; it keeps what comes out between the least and the most that may be."""

    @property
    def aggregated_metrics(self) -> Mapping[str, Mapping[Any, float]] | None:
        """Of each figure, the mean at each replica over the last seconds."""
        ...

    @property
    def target_num_replicas(self) -> int:
        """How many replicas there are, or are being begun."""
        ...


class ByQueuedTokens:
    """Asks for replicas by the tokens that wait; a class, because Ray gives arguments to classes only."""

    def __init__(self, tokens: int) -> None:
        """Take how many tokens may wait at a replica."""
        self._tokens = tokens

    def __call__(self, context: Context) -> tuple[int, dict[str, Any]]:
        """Return how many replicas there are to be, and nothing to remember."""
        queued = (context.aggregated_metrics or {}).get(QUEUED_TOKENS)
        if not queued:  # nothing is known, which is no reason to end any
            return context.target_num_replicas, {}
        return max(1, math.ceil(sum(queued.values()) / self._tokens)), {}
