"""When two claims are of one role, so that their values can disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.language.claims import Kind
from service.language.events import CASUALTIES
from service.language.moments import Moment
from service.language.numbers import numbers
from service.language.quantities import Agreement, Quantity
from service.language.words import lexicon, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.language.claims import Claim
    from service.language.copies import Alignment

# The least similarity of the two sentences, by how much the role itself says. A founding of the same by the
# same needs no more; a number of which only the unit is known needs nearly the same sentence around it.
LEAST = {
    Kind.CASUALTIES: 0.2,
    Kind.AGE: -1.0,
    Kind.AMOUNT: 0.45,
    Kind.ONCE: 0.1,
    Kind.EVENT: 0.3,
    Kind.PLACED: 0.45,
}
# The same where what is founded, or who died, is not told in both.
_VAGUE = 0.4
# Of the words of two sentences, so many at least must be aligned for the place of a value to tell its role.
_SHARE, _WORDS = 0.5, 4
# More of them for a time, of which a sentence can tell several, and for a percentage: all things have one.
_SHARE_OF_TIME, _SHARE_OF_PERCENT = 0.65, 0.75
_SHARED = 2
# Numbers that are further apart count different things.
_TIMES = 10
_TOLL = lexicon("toll count figure figures number")
_MODAL = lexicon("will would could may might if yet")


def same_role(one: Claim, other: Claim, similarity: float, aligned: Callable[[], Alignment]) -> bool:
    """Tell whether two claims of one kind are about the same.

    Args:
        one: A claim.
        other: A claim with the same kind and role, of another article.
        similarity: Of their sentences, at least what :data:`LEAST` asks for.
        aligned: Aligns their sentences; called only where nothing else tells.
    """
    match one.kind:
        case Kind.AGE:
            return True
        case Kind.PLACED:
            return _comparable(one, other) and _same_place(one, other, aligned())
        case Kind.CASUALTIES:
            elsewhere = _apart(one.near, other.near) and similarity < _VAGUE
            return one.apart == other.apart and not elsewhere and not _apart(one.names, other.names)
        case Kind.AMOUNT:
            beside = len(one.local & other.local) >= _SHARED and not _apart(one.names, other.names)
            return one.apart == other.apart and beside and _comparable(one, other)
    return one.apart == other.apart and _same_event(one, other, similarity)


def _same_event(one: Claim, other: Claim, similarity: float) -> bool:
    if not isinstance(one.value, Moment) or not isinstance(other.value, Moment):
        return False
    if one.value.day_level != other.value.day_level or (
        one.object and other.object and one.object != other.object
    ):
        return False
    if one.subject and other.subject:
        if 2 * len(one.subject & other.subject) < min(len(one.subject), len(other.subject)):
            return False
    elif not _one_party(one.who | one.subject, other.who | other.subject):
        return False
    if one.kind is Kind.ONCE:
        return bool(one.object and other.object) or similarity >= _VAGUE
    return one.value.day_level  # of what happens often, only that of the day is one event


def _one_party(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether all who are named in one are named in the other, and somebody is."""
    return bool(one & other) and (one <= other or other <= one)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and not one & other


def _comparable(one: Claim, other: Claim) -> bool:
    """Tell whether two numbers count the same kind of thing, or two times are of the same day's events."""
    if isinstance(one.value, Moment) or isinstance(other.value, Moment):
        return one.apart == other.apart
    if one.value.unit != other.value.unit or (one.apart ^ other.apart) - _MODAL:
        return False
    less, more = sorted((one.value.number, other.value.number))
    if more > _TIMES * less:
        return False
    if not one.value.nouns and not other.value.nouns:
        return True
    modifiers = ({*one.value.nouns[:-1]}, {*other.value.nouns[:-1]})
    return bool({*one.value.nouns} & {*other.value.nouns}) and not _apart(*map(frozenset, modifiers))


def _same_place(one: Claim, other: Claim, aligned: Alignment) -> bool:
    share = _SHARE
    if isinstance(one.value, Moment):
        share = _SHARE_OF_TIME
    elif one.value.unit == "%":
        share = _SHARE_OF_PERCENT
    return aligned.words >= _WORDS and aligned.share >= share and aligned.same_place(one.own, other.own)


def counted(text: str, stated: Sequence[Claim]) -> dict[str, frozenset[str]]:
    """Return which numbers of a sentence can be of the people of each event of :data:`CASUALTIES`.

    These are all that are not the number of another event: "8 were killed, and later officials spoke of 12".
    A toll, a figure or a count may be of any event.

    Args:
        text: The sentence.
        stated: Its claims.
    """
    values = {claim.value.text: claim.role.split()[0] for claim in stated if claim.kind is Kind.CASUALTIES}
    told = set(CASUALTIES) if _TOLL & {word.lower() for word in words(text)} else set(values.values())
    return {
        event: numbers(text).difference(*(numbers(value) for value, of in values.items() if of != event))
        for event in told
    }


def as_much(item: Claim, other: Claim) -> bool:
    """Tell whether a claim says as much of a time as another, of the same people; numbers always do."""
    if isinstance(item.value, Moment) and isinstance(other.value, Moment):
        same = item.kind is Kind.PLACED or bool(item.subject & other.subject) or item.subject == other.subject
        return same and item.value.fields == other.value.fields
    return True


def one_value(one: Claim, other: Claim) -> bool:
    """Tell whether two claims can be shown as one value: they agree, and say as much."""
    if isinstance(one.value, Moment) and isinstance(other.value, Moment):
        return one.value.fields == other.value.fields and one.value.agreement(other.value) is Agreement.SAME
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return one.value.agreement(other.value) is Agreement.SAME
    return False
