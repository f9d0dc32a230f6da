"""What waits for its turn at the models, counted in items and in tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# English news has between four and five characters a token; the smaller number never flatters.
_CHARACTERS_A_TOKEN = 4


def tokens_of(texts: Iterable[str]) -> int:
    """Return about how many tokens a model will read; only the model itself could tell exactly."""
    return sum(-(-len(text) // _CHARACTERS_A_TOKEN) for text in texts)


class Backlog:
    """Items that wait. Any thread may add and remove; an item that is gone may be removed again."""

    def __init__(self) -> None:
        """Begin with nothing that waits."""
        self._waiting: dict[object, int] = {}

    def add(self, tokens: int) -> object:
        """Count an item, and return the key by which it is removed."""
        key = object()
        self._waiting[key] = tokens
        return key

    def remove(self, key: object) -> None:
        """Count an item no more: it is begun, or given up."""
        self._waiting.pop(key, None)

    @property
    def items(self) -> int:
        """How many items wait."""
        return len(self._waiting)

    @property
    def tokens(self) -> int:
        """How many tokens they have together."""
        return sum(tuple(self._waiting.values()))
