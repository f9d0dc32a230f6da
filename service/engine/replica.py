"""The models of one replica, and the lane to them: what runs at the other end of a cluster.

Nothing in here needs Ray: it makes an actor of the class, and calls its methods on an event loop.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.engine import uses
from service.engine.lane import Lane
from service.engine.scaling import QUEUED_TOKENS
from service.engine.token import Token
from service.engine.wire import Batch
from service.errors import Stopped
from service.faults import described

if TYPE_CHECKING:
    from service.engine.wire import Loaded, LoadModels, Report, Role

_OUT_OF_MEMORY = 70


@dataclass(frozen=True, slots=True)
class Asked:
    """One use of a model that a replica is asked for; times are relative, since every host has its own clock.

    Attributes:
        role: Which model is asked.
        argument: What it takes.
        tokens: About how many tokens it will read.
        rank_seconds: The place among what waits, from now on; the lowest goes next.
        deadline_seconds: After which nobody waits any more.
    """

    role: Role
    argument: object
    tokens: int
    rank_seconds: float
    deadline_seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it, with the batches that it took; or, in words without any text, why nothing did."""

    value: object = None
    batches: tuple[Batch, ...] = ()
    fault: str = ""


class Replica:
    """Models that are used one use at a time, in the order of their ranks, on a thread of their own."""

    def __init__(self, load: LoadModels, stall_seconds: float) -> None:
        """Load the models, and use each once, so that no request pays for what happens once.

        Args:
            load: Loads them; see :class:`service.engine.wire.Load`.
            stall_seconds: How long a model may take for one step; then this process ends.
        """
        self._stall_seconds = stall_seconds
        self._batches: list[Batch] = []
        self._lane = Lane(1, "models")
        self._models = uses.warm(load(self._report), _always)

    async def loaded(self) -> Loaded:
        """Tell which models there are."""
        return uses.told(self._models)

    async def use(self, asked: Asked) -> Answer | None:
        """Let a model work when its turn comes, and return its answer; None if the deadline passed.

        When the caller leaves, the use never starts, or stops at its next step. No exception comes out, since
        Ray would write its words to a log, and they may be text of an article.
        """
        # Without a deadline it ends with its caller only.
        token = Token(asked.deadline_seconds if asked.deadline_seconds < math.inf else None)
        turn = self._lane.submit(
            lambda: self._answer(asked, token), time.monotonic() + asked.rank_seconds, asked.tokens
        )
        try:
            return await asyncio.wrap_future(turn)
        except asyncio.CancelledError:
            token.stop()
            raise

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """Tell Ray how much waits; it calls this by name."""
        return {QUEUED_TOKENS: float(self._lane.tokens)}

    def _answer(self, asked: Asked, token: Token) -> Answer | None:
        """Let a model work, on the thread of the lane."""
        self._batches.clear()
        try:
            with uses.watched(token.check, self._stall_seconds) as check:
                return Answer(uses.run(self._models, asked.role, asked.argument, check), tuple(self._batches))
        except Stopped:
            return None
        except Exception as fault:  # noqa: BLE001  the server decides what becomes of it
            if uses.is_out_of_memory(fault):
                # What it holds is gone with it; there is no telling what else could not be had.
                os._exit(_OUT_OF_MEMORY)
            return Answer(fault=described(fault))

    def _report(self, role: str) -> Report:
        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            self._batches.append(Batch(role, rows, tokens, padded, written))

        return report


def _always() -> None:
    """Check nothing: somebody always waits for the models."""
