"""How a disagreement is told in words: what it is about, its values, and whether they can all be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import ConflictStatus
from service.language.calendar import CALENDAR, MONTH_NAMES, MONTHS, WEEKDAYS
from service.language.claims import Kind
from service.language.events import CASUALTIES
from service.language.moments import Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.language.claims import Claim

_UNITS = {
    "%": "a percentage",
    "length": "a length",
    "mass": "a weight",
    "area": "an area",
    "time": "a span of time",
}
# Words of a sentence that are quoted to tell what is affirmed or denied.
_MOST_QUOTED = 30
_PAIR = 2


def explained(status: ConflictStatus, what: str, values: Sequence[str]) -> str:
    """Return one sentence that tells what articles disagree on.

    Args:
        status: Whether the values can be true together.
        what: What they are of.
        values: At least two.
    """
    *most, last = values
    told = f"The articles differ on {what}: {', '.join(most)} or {last}"
    match status:
        case ConflictStatus.POSSIBLY_RECONCILABLE:
            told += f"; {'both' if len(values) == _PAIR else 'all'} can be right"
        case ConflictStatus.TIME_OF_WRITING:
            told += ", and were written at different times"
    return f"{told.removesuffix('.')}."


def quoted(sentence: str) -> str:
    """Return what a sentence states, to tell that it is affirmed or denied."""
    words = sentence.split()
    end = " …" if len(words) > _MOST_QUOTED else ""
    return f"whether this is so, “{' '.join(words[:_MOST_QUOTED]).rstrip('.')}{end}”"


def called(claim: Claim, noun: str) -> str:
    """Return what a claim is of, in words: "the number of dead", "when the arrival was".

    Args:
        claim: The claim.
        noun: What is counted, as a sentence writes it, or empty.
    """
    value = claim.value
    if claim.kind is Kind.AGE:
        return f"the age of {claim.role}"
    if isinstance(value, Moment):
        return f"the time of the {claim.role}" if claim.kind is not Kind.PLACED else "a time"
    if claim.kind is Kind.CASUALTIES:
        what = CASUALTIES[claim.role.split()[0]]
        plain = not noun or claim.role.endswith(" peopl") or what.startswith("people")
        return f"the number of {what}" if plain else f"the number of {noun} {what}"
    if value.unit:
        return _UNITS.get(value.unit, "an amount of money")
    return f"the number of {noun}" if noun else "a number"


def dated(claim: Claim) -> str:
    """Return the date that a relative day most likely is, or an empty string."""
    value = claim.value
    if not isinstance(value, Moment) or value.relative is None or not value.on:
        return ""
    day = value.on[len(value.on) // 2]
    return f"{MONTH_NAMES[day.month - 1]} {day.day}"


def shown(claim: Claim) -> str:
    """Return a value as it is written inside a sentence, on one line."""
    text = " ".join(claim.value.text.split())
    word = text.split()[0].lower().rstrip(".,")
    proper = word in WEEKDAYS or CALENDAR.get(word) in MONTHS
    return text if proper or not text[1:2].islower() else text[0].lower() + text[1:]
