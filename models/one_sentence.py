"""A draft is one sentence: where it ends, and how many tokens it may need."""

from __future__ import annotations

import math
import re

_TOKENS_A_WORD = 1.6
_SPARE_TOKENS = 8
# A full stop ends a sentence only when a new one begins after it; not after a title, a month or an initial.
_SENTENCE_END = re.compile(r"""[.!?]["'\u201d\u2019)\]]*(?=\s+["'\u201c\u2018(\[]?[A-Z0-9])""")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|St|Sr|Jr|Sen|Rep|Gov|Pres|Gen|Col|Maj|Capt|Lt|Sgt|Cmdr|Adm"
    r"|Amb|Atty|Brig|Det|Insp|Sens|Reps"
    r"|Inc|Ltd|Corp|Co|Bros|No|vs|etc|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec))\.$"
)
_BULLET = re.compile(r"^[-*•]\s+")


def token_budget(max_words: int, max_output_tokens: int) -> int:
    """Return how many tokens a draft of so many words may need."""
    return min(max_output_tokens, math.ceil(max_words * _TOKENS_A_WORD) + _SPARE_TOKENS)


def sentence_end(text: str) -> int | None:
    """Return where the first sentence of a text ends, or None if that cannot be known yet.

    A line ends a sentence. So does a full stop, but only once the next sentence has begun, because
    "U.S." and "3.5" hold full stops too.
    """
    line, newline, _ = text.partition("\n")
    for match in _SENTENCE_END.finditer(line):
        if not _ABBREVIATION.search(line[: match.start() + 1]):
            return match.end()
    return len(line) if newline else None


def first_sentence(text: str) -> str:
    """Return the first sentence of what a model wrote, without a bullet or white space around it."""
    text = _BULLET.sub("", text.strip())
    return text[: sentence_end(text)].strip()
