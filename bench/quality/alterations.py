"""Sentences of articles, made wrong by rule: what a checker of summaries must refuse.

The alterations are simple on purpose: a number, a date, a name, a denial, a claim, a quotation, a word, or
who does what to whom is changed, and nothing else. They need no annotated data, so they can be made wherever
the project is.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.measures.specifics import specifics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NUMBER = re.compile(r"(?<![\w.,])[1-9]\d*(?:[.,]\d+)*\b")
_DAYS, _MONTHS = tuple(calendar.day_name), tuple(calendar.month_name[1:])
_DATE = re.compile(rf"\b(?:{'|'.join((*_DAYS, *_MONTHS))})\b")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could)\b(?! not\b)")
_DENIAL = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|did|does|do) not\b")
_QUOTATION = re.compile(r"[“\"]([^“”\"]+ [^“”\"]+ [^“”\"]+)[”\"]")
_LONG_WORD = re.compile(r"\b[a-z]{5,}\b")
_LONG_WORDS = re.compile(r"(?P<one>\b[a-z]{5,}\b)(?P<between>\W+\w+\W+(?:\w+\W+)*?)(?P<two>\b[a-z]{5,}\b)")
_CLAIM = re.compile(
    r"^(?:[\w’'-]+\s){1,6}?(?:claims?|claimed|believes?|believed|thinks?|thought)\s(?!as\b)(?:that\s)?"
    r"|\baccused\s(?:by\s[\w\s]{1,30}?)?of\s"
)
_FOREIGN_NAME, _FOREIGN_WORD = "Lindqvist", "unprecedented"
_APART = re.compile(r"(?:(?!\band\b|,).)*(?:\s\S+){3}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Altered:
    """A wrong sentence.

    Attributes:
        kind: What was changed.
        text: The sentence after the change.
    """

    kind: str
    text: str


def alterations(sentence: str, corpus: str) -> Iterator[Altered]:
    """Yield every wrong version of a sentence that the rules can make, at most one a kind.

    Args:
        sentence: A true sentence.
        corpus: The text that shows which words are names.
    """
    for kind, alter in _KINDS.items():
        text = alter(sentence, corpus)
        if text != sentence:
            yield Altered(kind, text)


def _number(sentence: str, _: str) -> str:
    return _NUMBER.sub(lambda match: f"{int(match[0][0]) % 9 + 1}{match[0][1:]}", sentence, count=1)


def _date(sentence: str, _: str) -> str:
    return _DATE.sub(lambda match: _next(match[0]), sentence, count=1)


def _next(name: str) -> str:
    names = _DAYS if name in _DAYS else _MONTHS
    return names[(names.index(name) + 1) % len(names)]


def _name(sentence: str, corpus: str) -> str:
    found = _names(sentence, corpus)
    return sentence.replace(found[0], _FOREIGN_NAME, 1) if found else sentence


def _role(sentence: str, corpus: str) -> str:
    """Let two names change places, unless they only stand beside each other."""
    found = list(dict.fromkeys(_names(sentence, corpus)))
    if len(found) < 2:  # noqa: PLR2004  it takes two
        return sentence
    before, _, rest = sentence.partition(found[0])
    between, _, after = rest.partition(found[1])
    return f"{before}{found[1]}{between}{found[0]}{after}" if _APART.match(between) else sentence


def _negation(sentence: str, _: str) -> str:
    if _DENIAL.search(sentence):
        return _DENIAL.sub(r"\1", sentence, count=1)
    return _AUXILIARY.sub(r"\1 not", sentence, count=1)


def _claim(sentence: str, _: str) -> str:
    """Tell as a fact what somebody believes, or what somebody is accused of."""
    told = _CLAIM.sub("", sentence, count=1)
    return told if told == sentence else told[:1].upper() + told[1:]


def _quotation(sentence: str, _: str) -> str:
    quotation = _QUOTATION.search(sentence)
    if not quotation:
        return sentence
    start, end = quotation.span(1)
    return sentence[:start] + _LONG_WORD.sub(_FOREIGN_WORD, sentence[start:end], count=1) + sentence[end:]


def _word(sentence: str, _: str) -> str:
    return _LONG_WORD.sub(_FOREIGN_WORD, sentence, count=1)


def _order(sentence: str, _: str) -> str:
    """Let two words change places, as in "the bridge closed the council"."""
    return _LONG_WORDS.sub(lambda match: f"{match['two']}{match['between']}{match['one']}", sentence, count=1)


def _names(sentence: str, corpus: str) -> list[str]:
    words = (word.rstrip(".") for word in specifics(sentence, corpus))
    return [word for word in words if word[0].isupper() and not _DATE.fullmatch(word)]


_KINDS: dict[str, Callable[[str, str], str]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "role": _role,
    "negation": _negation,
    "claim": _claim,
    "quotation": _quotation,
    "word": _word,
    "order": _order,
}
