"""On which side of a dispute a text stands, by the sentences that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain import ConflictSlot, ConflictStatus
from service.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Dispute, DisputedValue


def disagree(one: int, other: int, disputes: Sequence[Dispute]) -> bool:
    """Tell whether two sentences state different values of one slot."""
    return any(
        one in value.sentences
        and any(other in rival.sentences for rival in dispute.values if rival is not value)
        for dispute in disputes
        for value in dispute.values
    )


def stated(text: str, sentences: Sequence[int], dispute: Dispute) -> DisputedValue | None:
    """Return the value that a text states: a sentence that it rests on states it, and its words stand in it.

    Args:
        text: A sentence, drafted or taken.
        sentences: Indices of the sentences that it rests on; the first ones decide where they disagree.
        dispute: Values of one slot.
    """
    for index in sentences:
        for value in dispute.values:
            if index in value.sentences and _holds(text, value, dispute):
                return value
    return None


def opposed(text: str, sentences: Sequence[int], disputes: Sequence[Dispute]) -> Iterator[int]:
    """Yield the sentences that state another value where a text states one; see :func:`stated`."""
    for dispute in disputes:
        if own := stated(text, sentences, dispute):
            for value in dispute.values:
                if value is not own:
                    yield from value.sentences


def contradictory(dispute: Dispute) -> bool:
    """Tell whether one value speaks against the other: a deed does not speak against the plan to do it."""
    return dispute.slot is not ConflictSlot.POLARITY or dispute.status is ConflictStatus.CONFLICT


def _holds(text: str, value: DisputedValue, dispute: Dispute) -> bool:
    """Tell whether a text that rests on a sentence with a value states the value itself.

    Of a plan and a deed ("will sign", "signed") it is enough that the text has the verb.
    """
    told = [word.lower() for word in words(value.value)]
    if dispute.slot is ConflictSlot.POLARITY:
        told = [] if contradictory(dispute) else told[-1:]
    return {*told} <= {word.lower() for word in words(text)}
