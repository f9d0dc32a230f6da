"""Ids of articles: short, readable, the same for the same files, and within what the contract takes."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from typing import TYPE_CHECKING

from service.rpc.article_rules import FIELD_CHARACTERS, is_blank

if TYPE_CHECKING:
    from pathlib import PurePath

_MOST = FIELD_CHARACTERS["id"]
_DIGEST = 12


def shown(path: PurePath) -> str:
    """Return a path as text; bytes of it that are not UTF-8 stand in hexadecimal."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def fitting(name: str, otherwise: str) -> str:
    """Return a name that can be an id: a long one is cut and ends in a digest, so that it stays its own.

    Args:
        name: The one that is wanted.
        otherwise: Is taken if nothing can be seen of that one.
    """
    line = " ".join(name.split())
    if is_blank(line):
        line = "article" if is_blank(otherwise) else " ".join(otherwise.split())
    if len(line) <= _MOST:
        return line
    digest = hashlib.sha256(line.encode()).hexdigest()[:_DIGEST]
    return f"{line[: _MOST - _DIGEST - 1]}-{digest}"


class Names:
    """Names that are taken."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: set[str] = set()
        self._last: Counter[str] = Counter()

    def take(self, name: str) -> str:
        """Take a name and return it, or the first of ``name-2``, ``name-3`` and so on that is free."""
        free = name
        while free in self._taken:
            self._last[name] = max(2, self._last[name] + 1)
            ending = f"-{self._last[name]}"
            free = name[: _MOST - len(ending)] + ending
        self._taken.add(free)
        return free
