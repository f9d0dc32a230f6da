"""Numbers in text, written in digits or in words, in one form that can be compared."""

from __future__ import annotations

import re
from decimal import Decimal

from service.language.spelled import NUMBER, SCALE, worth
from service.language.units import SMALL, TENS
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
_COMPOUND = re.compile(rf"(?<![\w.,])(?P<sign>(?:US)?[$€£]\s?)?{NUMBER}(?!\w|[.,]\d)", re.IGNORECASE)
# Only a text that has one of these can have such a number, and few have.
_HINT = re.compile(rf"{SCALE}|half|[bm]n\b|[$€£]|(?:{'|'.join(TENS)})[\s-]", re.IGNORECASE)
# In "5 to 10 million" both are millions.
_PLAIN = r"\d+(?:\.\d+)?"
_OF_ONE_SCALE = re.compile(
    rf"(?:(?<=\bbetween\s)|(?<=\bbetween\s[$€£])|(?<![\w.,])(?!{_PLAIN}\s?and\b)){_PLAIN}"
    rf"(?=\s?(?:to|or|and|-|–)\s?[$€£]?{_PLAIN}(\s(?:million|billion|trillion)\b))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"\b({'|'.join(TENS)})-(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def numbers(text: str) -> frozenset[str]:
    """Return every number of a text in one form.

    ``10,000`` is ``10000``, ``ten`` is ``10``, "two hundred thousand" and "0.2 million" are ``200000``;
    "dozens" and a "hundred" that nothing counts stay words.
    """
    found, rest = _compounds(text) if _HINT.search(text) else (set[str](), text)
    digits = {_plain(match.group()) for match in _DIGITS.finditer(rest)}
    spelled = {_SPELLED[word] for word in map(str.lower, words(rest)) if word in _SPELLED}
    return frozenset(found | digits | spelled)


def _compounds(text: str) -> tuple[set[str], str]:
    """Return the numbers of several words, or of digits and a word, and the text without them."""
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        if not _is_compound(match):
            return match.group()
        found.add(_plain(f"{Decimal(f'{worth(match):.15g}'):f}"))
        return " "

    def take_ordinal(match: re.Match[str]) -> str:
        found.add(str(SMALL[match[1].lower()] + int(_SPELLED.get(match[2].lower(), "1"))))
        return " "

    scaled = _OF_ONE_SCALE.sub(r"\g<0>\1", text)
    return found, _ORDINAL.sub(take_ordinal, _COMPOUND.sub(take, scaled))


def _is_compound(match: re.Match[str]) -> bool:
    """Tell whether a number is more than digits or one word: "5bn" and "$5m" are, "5m" may be metres."""
    several = match["word"] and match["word"].lower() not in SMALL
    short = match["short"] and (match["sign"] or len(match["short"]) > 1)
    return bool(match["joined"] or match["half"] or match["more"] or match["scales"] or several or short)


def _plain(number: str) -> str:
    """Drop the separators of thousands, and zeros that say nothing."""
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number
