"""Undoes the tokenization of old corpora."""

from __future__ import annotations

import re

# Tokenizers put a space before these marks, and after those.
_SPACED = re.compile(r"\s+([.,;:!?%)\]’]|n't\b|'s\b)")
_OPENED = re.compile(r"([(\[$‘])\s+")
_QUOTED = re.compile(r'"\s*([^"]*?)\s*"')


def plain(text: str) -> str:
    """Return text as it is printed."""
    text = text.replace("``", '"').replace("''", '"').replace("-LRB-", "(").replace("-RRB-", ")")
    return _QUOTED.sub(r'"\1"', _OPENED.sub(r"\1", _SPACED.sub(r"\1", " ".join(text.split()))))
