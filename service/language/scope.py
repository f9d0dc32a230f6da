"""What a sentence denies, and what it only holds possible: the clauses that a negation or a "may" stands in.

A whole sentence is seldom denied. In "He signed the treaty, but did not speak" only the speaking is, and a
sentence that tells of the signing alone states the same of it. Whole clauses are compared and not verbs, for
"began" and "did not begin" have no stem in common.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from service.language.words import content_stems, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

NEGATORS = lexicon("no not never neither nor none nobody nothing without cannot")
_DENYING = (
    r"\b(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?"
    r"|disput(?:e|es|ed|ing)|refus(?:e|es|ed|ing|al)|fail(?:s|ed|ing)? to|unable|unlikely)\b"
)
DENIALS = re.compile(_DENYING, re.IGNORECASE)
_RARELY = r"\b(?:hardly|scarcely|barely|seldom|rarely)\b"
_DENIES = re.compile(rf"\b(?:{'|'.join(sorted(NEGATORS))}|\w+n[’']t)\b|{_DENYING}|{_RARELY}", re.IGNORECASE)
# "May" with a capital is a month; "would" tells the future in the past and is not counted.
POSSIBLE = re.compile(
    r"\b(?:may|[Mm]ight|[Cc]ould|[Pp]ossibl[ey]|[Pp]erhaps|[Mm]aybe|[Ll]ikely|[Ii]f|[Ww]hether|[Uu]nless)\b"
)
_SUPPOSES = re.compile(
    rf"{POSSIBLE.pattern}|\b(?:threaten(?:s|ed|ing)?|expected|suspect(?:s|ed)?|alleg(?:es?|ed|edly)|rumou?rs?)\b"
)
# Where a clause begins or ends, as far as words tell.
_BORDER = re.compile(
    r"[;:?!()\"“”—–]|,(?!\d)|\.(?=\s|$)|\b(?:and|but|although|though|while|because|after|before|when|who|which)\b"
    r"|(?=\b(?:if|unless|whether)\b)",
    re.IGNORECASE,
)

Clauses = tuple[frozenset[str], ...]


def denied(text: str) -> Clauses:
    """Return the stems of every clause that holds a negation or a verb of denial, without that word."""
    return tuple(_clauses(text, _DENIES))


def supposed(text: str) -> Clauses:
    """Return the stems of every clause that is only held possible, or is a condition, without that word."""
    return tuple(_clauses(text, _SUPPOSES))


def _clauses(text: str, sign: re.Pattern[str]) -> Iterator[frozenset[str]]:
    signs = list(sign.finditer(text))
    if not signs:
        return
    borders = [match.span() for match in _BORDER.finditer(text)]
    starts, ends = [0, *(end for _, end in borders)], [*(start for start, _ in borders), len(text)]
    for match in signs:
        # The clause that the sign stands in; a sign may be a border itself.
        place = max(bisect_right(starts, match.start()) - 1, 0)
        last = bisect_left(ends, match.end())
        yield content_stems(f"{text[starts[place] : match.start()]} {text[match.end() : ends[last]]}")
