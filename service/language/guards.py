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
from service.language.names import names
from service.language.numbers import numbers
from service.language.words import FUNCTION_WORDS, content_stems, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEY = re.compile(r"[\W_]+")


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
    """Return a name that stands nowhere, or two names in an order that no span has: roles may be swapped."""
    found = [_parts(name) for name in names(evidence.text, evidence.names)]
    spans = [_parts(span) for span in evidence.spans]
    everywhere = {word for span in spans for word in span}
    for parts in found:
        if not set(parts) <= everywhere:
            return "-".join(parts)
    for (first, *_), (second, *_) in itertools.pairwise(found):
        if first != second and not any(_in_order(first, second, span) for span in spans):
            return f"{first} before {second}"
    return ""


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
    return _first_missing(
        sorted(content_stems(evidence.text)), set().union(*map(content_stems, evidence.spans))
    )


def _reordered(evidence: Evidence) -> str:
    """Return two content words that follow each other as in no span, once there are more than seams.

    A date or a number may move to the front.
    """
    spans = [_content(span) for span in evidence.spans]
    faults = [
        f"{first} before {second}"
        for first, second in itertools.pairwise(_content(evidence.text))
        if first != second and not any(_in_order(first, second, span) for span in spans)
    ]
    return faults[0] if len(faults) > evidence.seams else ""


def _parts(text: str) -> list[str]:
    return [word.lower().removesuffix("'s") for word in words(text)]


def _content(text: str) -> list[str]:
    found = (word for word in words(text) if word.lower() not in FUNCTION_WORDS)
    return [stem(word) for word in found if not (dates(word) or numbers(word))]


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
}
