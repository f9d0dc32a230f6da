"""Article text on a terminal: what could move the cursor or turn the text round is made harmless."""

from __future__ import annotations

import unicodedata

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def printable(text: str) -> str:
    """Return ``text`` on one line, with control and direction characters replaced by U+FFFD.

    A sequence of control characters can rewrite a terminal, and direction characters can make a
    quotation read as something else (Boucher and Anderson, "Trojan Source", 2021).
    """
    return "".join(_shown(character) for character in " ".join(text.split()))


def _shown(character: str) -> str:
    harmful = unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNING
    return _REPLACEMENT if harmful else character
