"""Article text where people read it: what could move a cursor or turn the text round is made harmless."""

from __future__ import annotations

import re

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
# Control characters (Cc), surrogates (Cs), and those that turn the direction of text.
_HARMFUL = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_TURNING}]")
_BREAKS = frozenset("\r\x0b\x0c\x85\u2028\u2029")
_UNSAFE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_TURNING}]")


def printable(text: str) -> str:
    """Return ``text`` on one line, with control and direction characters replaced by U+FFFD.

    A sequence of control characters can rewrite a terminal, and direction characters can make a
    quotation read as something else (Boucher and Anderson, "Trojan Source", 2021).
    """
    return _HARMFUL.sub(_REPLACEMENT, " ".join(text.split()))


def harmless(text: str) -> str:
    r"""Return ``text`` with its lines and its length, and nothing in it that does more than stand there.

    Every character becomes one character of as many UTF-16 units, so that offsets still hold: a rare
    line break becomes ``\n`` (a carriage return before one, a space), any other control or direction
    character U+FFFD.
    """
    return _UNSAFE.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    if found[0] not in _BREAKS:
        return _REPLACEMENT
    return " " if found.string.startswith("\r\n", found.start()) else "\n"
