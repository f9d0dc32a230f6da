"""Exact tests of a written sentence against the spans that it cites.

Each returns the words at fault, or an empty string.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain import Guard
from service.language.calendar import dates
from service.language.facts import negated, quotations
from service.language.factuality import factuality
from service.language.names import names
from service.language.numbers import numbers
from service.language.words import FUNCTION_WORDS, WORD, content_stems, lexicon, light_verbs, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEY = re.compile(r"[\W_]+")
_BREAK = re.compile(r"[,;:—–][\s“\"‘]*$")
_JOINERS = lexicon(
    """
    and but or that which who while when where because after before as since although though if
    """
)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|be|been|being|has|have|had|will|may|might|could|must|should)\s+(?!(?:an?|the)\b)(\w+)",
    re.IGNORECASE,
)
_VERB = r"(?:said|says|say|told|added|announced|reported|stated|claimed|argued|wrote)"
_SPEECH = re.compile(rf"(?:([^\W_]+),?[”\"’]?\s+)?\b{_VERB}\b(?:\s+([A-Z][^\W_]+))?")
_ACCORDING = re.compile(r"\b[Aa]ccording to((?:\s+[\w.’'-]+){1,6})")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence beside what it cites.

    Attributes:
        text: The sentence.
        spans: What it cites.
        names: Words in lower case that are known to be names.
        seams: How often the sentence may go from one of its sources to another.
    """

    text: str
    spans: tuple[str, ...]
    names: frozenset[str]
    seams: int


def _foreign_number(evidence: Evidence) -> str:
    return _first_missing(sorted(numbers(evidence.text)), set().union(*map(numbers, evidence.spans)))


def _foreign_date(evidence: Evidence) -> str:
    return _first_missing(sorted(dates(evidence.text)), set().union(*map(dates, evidence.spans)))


def _foreign_name(evidence: Evidence) -> str:
    everywhere = {word for span in evidence.spans for word in _parts(span)}
    found = (_parts(name) for name in names(evidence.text, evidence.names))
    return next(("-".join(parts) for parts in found if not set(parts) <= everywhere), "")


def _foreign_quotation(evidence: Evidence) -> str:
    keys = [_KEY.sub("", span.casefold()) for span in evidence.spans]
    for quotation in quotations(evidence.text):
        if not any(_KEY.sub("", quotation.casefold()) in key for key in keys):
            return quotation
    return ""


def _changed_negation(evidence: Evidence) -> str:
    spans = [negated(span) for span in evidence.spans]
    if negated(evidence.text) and not any(spans):
        return "appeared"
    return "vanished" if all(spans) and not negated(evidence.text) else ""


def _foreign_word(evidence: Evidence) -> str:
    return _first_missing(sorted(_carriers(evidence.text)), set().union(*map(_carriers, evidence.spans)))


def _carriers(text: str) -> frozenset[str]:
    return content_stems(text) | light_verbs(text)


def _told_as_fact(evidence: Evidence) -> str:
    """Return a word that is told as a fact, and in all spans that have it only claimed, denied or asked for.

    The word that opens such a frame there ("claims", "denied") may stand anywhere in the sentence.
    """
    spans = [factuality(span) for span in evidence.spans]
    known = set().union(*(span.told for span in spans))
    kept = frozenset(map(stem, words(evidence.text)))
    for word in sorted(factuality(evidence.text).told - known):
        openers = [span.framed[word] for span in spans if word in span.framed]
        if openers and not any(opener & kept for opener in openers):
            return word
    return ""


def _reordered(evidence: Evidence) -> str:
    """Return two names or other words that follow each other as in no span, or who speaks in none.

    Content words may do so at the start of a clause, where a sentence goes from one source to another. An
    auxiliary must stand before its verb in a span.
    """
    if fault := exchanged(evidence):
        return fault
    spans = [_content(span) for span in evidence.spans]
    faults = [
        (_starts_clause(evidence.text, second), f"{first.stem} before {second.stem}")
        for first, second in itertools.pairwise(_content(evidence.text))
        if first.stem != second.stem and not any(_follows(first, second, span) for span in spans)
    ]
    inside = [fault for at_clause, fault in faults if not at_clause]
    if inside or len(faults) > evidence.seams:
        return (inside or [fault for _, fault in faults])[0]
    return _first_missing(sorted(_pairs(evidence.text)), set().union(*map(_pairs, evidence.spans)))


def exchanged(evidence: Evidence) -> str:
    """Return two names that follow each other as in no span, or who speaks in none: who did it to whom."""
    return _reordered_names(evidence) or _foreign_speaker(evidence.text, evidence.spans)


def _reordered_names(evidence: Evidence) -> str:
    found = [_parts(name) for name in names(evidence.text, evidence.names)]
    spans = [_parts(span) for span in evidence.spans]
    for (first, *_), (second, *_) in itertools.pairwise(parts for parts in found if parts):
        if first != second and not any(_in_order(first, second, span) for span in spans):
            return f"{first} before {second}"
    return ""


def _reordered_title(evidence: Evidence) -> str:
    """Return two names in an order that no span has, or who speaks in none: titles turn all else round."""
    return _reordered_names(evidence) or _foreign_speaker(evidence.text, evidence.spans)


def _foreign_speaker(text: str, spans: Sequence[str]) -> str:
    return _first_missing(sorted(_speakers(text)), set().union(*map(_speakers, spans)))


@dataclass(frozen=True, slots=True)
class _Word:
    """The stem of a content word, and where it begins."""

    stem: str
    start: int


def _content(text: str) -> list[_Word]:
    """Return the content words; a date or a number may stand anywhere and is left out."""
    found = (match for match in WORD.finditer(text) if match.group().lower() not in FUNCTION_WORDS)
    return [
        _Word(stem(match.group()), match.start())
        for match in found
        if not (dates(match.group()) or numbers(match.group()))
    ]


def _follows(first: _Word, second: _Word, span: Sequence[_Word]) -> bool:
    return _in_order(first.stem, second.stem, [word.stem for word in span])


def _starts_clause(text: str, word: _Word) -> bool:
    """Tell whether a comma or a joining word stands before a word, with function words at most between."""
    end = word.start
    for match in reversed(list(WORD.finditer(text[: word.start]))):
        if _BREAK.search(text[:end]) or match.group().lower() in _JOINERS:
            return True
        if match.group().lower() not in FUNCTION_WORDS:
            return False
        end = match.start()
    return False


def _pairs(text: str) -> set[str]:
    """Return each auxiliary with the word that follows it."""
    return {f"{match[1].lower()} {stem(match[2])}" for match in _AUXILIARY.finditer(text)}


def _speakers(text: str) -> set[str]:
    """Return the words beside verbs of speech that can be who speaks."""
    beside = [match[group] for match in _SPEECH.finditer(text) for group in (1, 2)]
    beside += [word for match in _ACCORDING.finditer(text) for word in words(match[1])]
    return {stem(word) for word in beside if word and word.lower() not in FUNCTION_WORDS}


def _parts(text: str) -> list[str]:
    return [word.lower().removesuffix("'s") for word in words(text)]


def _in_order(first: str, second: str, span: Sequence[str]) -> bool:
    return first in span and second in span[span.index(first) :]


def _first_missing(wanted: Sequence[str], known: set[str]) -> str:
    return next((item for item in wanted if item not in known), "")


GUARDS: dict[Guard, Callable[[Evidence], str]] = {
    Guard.NUMBERS: _foreign_number,
    Guard.DATES: _foreign_date,
    Guard.NAMES: _foreign_name,
    Guard.QUOTATIONS: _foreign_quotation,
    Guard.NEGATION: _changed_negation,
    Guard.VOCABULARY: _foreign_word,
    Guard.ORDER: _reordered,
    Guard.MODALITY: _told_as_fact,
}
GUARDS_OF_TITLES = GUARDS | {Guard.ORDER: _reordered_title}
