"""What a sentence denies, and what it only holds possible: the words that a negation or a "may" is about.

A whole sentence is seldom denied. In "He signed the treaty, but did not speak" only the speaking is, and a
sentence that tells of the signing alone states the same of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.language.words import FUNCTION_WORDS, WORD, lexicon, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

NEGATORS = lexicon("no not never neither nor none nobody nothing without cannot")
_NEGATOR = re.compile(rf"\b(?:{'|'.join(sorted(NEGATORS))}|\w+n[’']t)\b", re.IGNORECASE)
DENIALS = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?"
    r"|disput(?:e|es|ed|ing)|refus(?:e|es|ed|ing|al)|fail(?:s|ed|ing)? to|unable|unlikely)\b",
    re.IGNORECASE,
)
# "May" with a capital is a month; "would" tells the future in the past and is not counted.
POSSIBLE = re.compile(
    r"\b(?:may|[Mm]ight|[Cc]ould|[Pp]ossibl[ey]|[Pp]erhaps|[Mm]aybe|[Ll]ikely|[Ii]f|[Ww]hether|[Uu]nless)\b"
)
# Where what a negation is about has ended.
_BORDER = re.compile(
    r"[,;:.?!()\"“”—–]|\b(?:but|although|though|while|because|after|before|when|who|which)\b", re.IGNORECASE
)
# Words, of which at least one must say what it is about.
_REACH = 6
_BETWEEN = lexicon("able even going immediately just longer necessarily only yet")


def denied(text: str) -> frozenset[str]:
    """Return the stems of what the negations and the verbs of denial of a text are about: one of each."""
    return frozenset(_heads(text, _NEGATOR)) | frozenset(_heads(text, DENIALS))


def supposed(text: str) -> frozenset[str]:
    """Return the stems of what a text only holds possible, or makes a condition: one of each word for it."""
    return frozenset(_heads(text, POSSIBLE))


def _heads(text: str, sign: re.Pattern[str]) -> Iterator[str]:
    """Yield the first word that carries meaning behind each sign, within its clause."""
    for match in sign.finditer(text):
        border = _BORDER.search(text, match.end())
        following = WORD.finditer(text, match.end(), border.start() if border else len(text))
        for _, word in zip(range(_REACH), following, strict=False):
            plain = word.group().lower()
            if plain not in FUNCTION_WORDS and plain not in _BETWEEN:
                yield stem(plain)
                break
