"""Numbers, dates and names of a sentence that do not stand in given texts.

This is written apart from the service's own guards, so that neither hides a fault of the other. It
looks at words only: a specific is foreign when its word stands nowhere in the texts.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:[.,'’\-‑][^\W_]+)*\.?")
_QUOTATION = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_LEAST_QUOTED = 3
_SEAM = re.compile(r"[-‑]|(?<=[^\W\d_]{2})\.(?=[A-Z])")
_DIGIT = re.compile(r"\d")
_OPENERS = re.compile(r"(?:^|[.!?:]\s+|[\"“‘(]\s*|\n\s*)$")
_CALENDAR = frozenset(name.lower() for name in (*calendar.day_name, *calendar.month_name[1:]))
_SMALL = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
_CARDINALS = {
    **{word: str(number) for number, word in enumerate(_SMALL, 2)},
    **{word: str(10 * number) for number, word in enumerate(_TENS, 2)},
    "thousand": "1000",
    "million": "1000000",
    "billion": "1000000000",
}
_PRONOUN = "i"


def foreign(sentence: str, texts: Iterable[str], corpus: str) -> list[str]:
    """Return the numbers, dates and names of ``sentence`` that stand in none of ``texts``.

    Args:
        sentence: A sentence of a summary.
        texts: The texts that should hold them.
        corpus: All articles; they show which words are names where a capital letter does not.
    """
    known = {form for text in texts for word in _WORD.findall(text) for form in (_plain(word), *_parts(word))}
    return [
        word
        for word in specifics(sentence, corpus)
        if _plain(word) not in known and not known.issuperset(_parts(word))
    ]


def foreign_quotations(sentence: str, texts: Iterable[str]) -> list[str]:
    """Return the quotations of ``sentence``, of three words or more, that stand in none of ``texts``."""
    known = [_run(text) for text in texts]
    return [
        quoted
        for quoted in _QUOTATION.findall(sentence)
        if len(_WORD.findall(quoted)) >= _LEAST_QUOTED and not any(_run(quoted) in text for text in known)
    ]


def _run(text: str) -> str:
    """Return the words of a text, each after a space, so that words are found whole."""
    return " ".join(["", *(_plain(word) for word in _WORD.findall(text)), ""])


def specifics(sentence: str, corpus: str) -> list[str]:
    """Return the words of ``sentence`` that are numbers, dates or names, in order."""
    return [
        found.group()
        for found in _WORD.finditer(sentence)
        if _is_number(found.group()) or _is_name(found.group(), sentence[: found.start()], corpus)
    ]


def _is_number(word: str) -> bool:
    return bool(_DIGIT.search(word)) or word.lower() in _CARDINALS


def _is_name(word: str, before: str, corpus: str) -> bool:
    """Tell whether a word is a name: it has a capital letter that its place does not explain."""
    lowered = word.lower()
    if not word[0].isupper() or lowered == _PRONOUN:
        return False
    return lowered in _CALENDAR or not _OPENERS.search(before) or _is_name_in(corpus, lowered)


@lru_cache(maxsize=100_000)
def _is_name_in(corpus: str, lowered: str) -> bool:
    """Tell whether the articles always give this word a capital letter, and somewhere it needs one."""
    stem = re.escape(lowered.rstrip("."))
    places = list(re.finditer(rf"(?<!\w){stem}(?!\w)", corpus, re.IGNORECASE))
    if any(place.group()[0].islower() for place in places):
        return False
    return any(not _OPENERS.search(corpus, 0, place.start()) for place in places)


def _parts(word: str) -> list[str]:
    """Return what a word is joined of: with hyphens, or because a space is missing after a sentence."""
    return [_plain(part) for part in _SEAM.split(word)]


def _plain(word: str) -> str:
    """Return a word as it may stand elsewhere: in digits, without case, points, commas or possessive."""
    bare = re.sub(r"['’]s?$", "", word.lower().rstrip("."))
    bare = re.sub(r"[.,](?=\w)", "", bare)
    return _CARDINALS.get(bare, bare)
