"""The names and numbers of a sentence: what a draft may only copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+")


def specifics(sources: Iterable[str]) -> set[str]:
    """Return the names and numbers that sentences allow."""
    found = {word for source in sources for word in WORD.findall(source)}
    # A word may get a capital in a title; that does not make it another name.
    return {word for word in found | {word.capitalize() for word in found} if is_specific(word)}


def uncopied(text: str, sources: Iterable[str]) -> list[str]:
    """Return the names and numbers of a sentence, its first word aside, that its sources do not allow."""
    _, *words = WORD.findall(text) or [""]
    allowed = specifics(sources)
    return [word for word in words if is_specific(word) and word not in allowed]


def is_copied(text: str, sources: Iterable[str]) -> bool:
    """Tell whether every name and number of a sentence, its first word aside, is allowed by its sources."""
    return not uncopied(text, sources)


def is_specific(word: str) -> bool:
    """Tell whether a word begins with a capital or a digit."""
    return word[:1].isupper() or word[:1].isdigit()
