"""What waits for its turn: in the order of deadlines, and counted in items and in tokens."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

T = TypeVar("T", bound="Hashable")

# No call is overtaken by one that came this much later, whatever their deadlines.
AGEING_SECONDS = 30.0
# English news has between four and five characters a token; the smaller number never flatters.
_CHARACTERS_A_TOKEN = 4


def tokens_of(texts: Iterable[str]) -> int:
    """Return about how many tokens a model will read; only the model itself could tell exactly."""
    return sum(-(-len(text) // _CHARACTERS_A_TOKEN) for text in texts)


def rank(deadline: float, arrived: float, ageing: float = AGEING_SECONDS) -> float:
    """Return the place of a call in the order of turns; the lowest goes first.

    It is the deadline (Liu and Layland, 1973: earliest deadline first), but for a distant one the moment at
    which the call has waited long enough. What comes after that moment also has its deadline after it.

    Args:
        deadline: Monotonic time.
        arrived: Monotonic time from which the call waits.
        ageing: Seconds after its arrival from which nobody who comes goes before it.
    """
    return min(deadline, arrived + ageing)


@dataclass(frozen=True, slots=True)
class _Waiting:
    rank: float
    tokens: int


class Backlog(Generic[T]):
    """Items that wait. Any thread may add, take and remove; what is gone may be removed again."""

    def __init__(self) -> None:
        """Begin with nothing that waits."""
        self._lock = threading.Lock()
        self._waiting: dict[T, _Waiting] = {}

    def add(self, item: T, rank: float = math.inf, tokens: int = 0) -> None:
        """Let an item wait for its turn."""
        with self._lock:
            self._waiting[item] = _Waiting(rank, tokens)

    def take(self) -> T | None:
        """Return the item of the lowest rank, of several the one that came first; None if none waits."""
        with self._lock:
            item = min(self._waiting, key=lambda item: self._waiting[item].rank, default=None)
            if item is not None:
                del self._waiting[item]
            return item

    def remove(self, item: T) -> None:
        """Let an item wait no more."""
        with self._lock:
            self._waiting.pop(item, None)

    @property
    def items(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    @property
    def tokens(self) -> int:
        """How many tokens they have together."""
        with self._lock:
            return sum(waiting.tokens for waiting in self._waiting.values())
