"""Signs that a text was damaged on its way: words that lost the space between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")
# Words that are seldom the end of another English word and often follow a name or a comma.
_JOINTS = (
    "according",
    "although",
    "because",
    "including",
    "repeatedly",
    "possibly",
    "saying",
    "where",
    "which",
    "while",
    "whose",
    "after",
    "since",
    "said",
    "that",
    "were",
    "when",
    "with",
    "from",
    "also",
    "who",
    "was",
    "and",
    "the",
    "has",
    "had",
)
_STEM_LENGTH = 4


def is_damaged(text: str, vocabulary: frozenset[str]) -> bool:
    """Tell whether two words stand together without a space, such as ``officialsaccording``.

    Args:
        text: A sentence.
        vocabulary: All words of the articles in lower case; a first half counts only if it is among them.
    """
    return any(
        _is_joined(token.lower().removesuffix("’s").removesuffix("'s"), vocabulary)
        for token in _TOKEN.findall(text)
    )


def vocabulary_of(texts: Iterable[str]) -> frozenset[str]:
    """Return all words of some texts in lower case, hyphenated ones whole."""
    return frozenset(token.lower() for text in texts for token in _TOKEN.findall(text))


def _is_joined(token: str, vocabulary: frozenset[str]) -> bool:
    for joint in _JOINTS:
        first = token.removesuffix(joint)
        if first != token and len(first) >= _STEM_LENGTH and first in vocabulary:
            return True
    return False
