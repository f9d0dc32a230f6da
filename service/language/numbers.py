"""Numbers in text, written in digits or in words, in one form that can be compared."""

from __future__ import annotations

import re

from service.language.words import lexicon, words

# "First" and "one" say too little to be compared; words that stand for themselves are vague but a claim.
_SPELLED = dict(
    entry.split(":")
    for entry in lexicon(
        """
        two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13
        fourteen:14 fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40
        fifty:50 sixty:60 seventy:70 eighty:80 ninety:90 second:2 third:3 fourth:4 fifth:5 sixth:6 seventh:7
        eighth:8 ninth:9 tenth:10 dozen:12 twice:2 hundred:hundred thousand:thousand million:million
        billion:billion trillion:trillion dozens:dozens hundreds:hundreds thousands:thousands
        millions:millions billions:billions half:half decade:decade decades:decades century:century
        """
    )
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def numbers(text: str) -> frozenset[str]:
    """Return every number of a text: ``10,000`` is ``10000``, ``ten`` is ``10``, "dozens" stays a word."""
    digits = {_plain(match.group()) for match in _DIGITS.finditer(text)}
    spelled = {_SPELLED[word] for word in map(str.lower, words(text)) if word in _SPELLED}
    return frozenset(digits | spelled)


def _plain(number: str) -> str:
    """Drop the separators of thousands, and zeros that say nothing."""
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number
