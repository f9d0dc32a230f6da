"""Claims of one role with different values, or with one value.

A false disagreement costs more than a missed one. So two values are only held against each other if their
roles are the same, and if no article of the one has the other as well: then they are of two things, however
alike they look.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from service.candidates import close
from service.domain import ConflictStatus
from service.language.claims import Kind
from service.language.copies import align
from service.language.moments import Moment
from service.language.numbers import numbers
from service.language.quantities import Agreement, Quantity
from service.language.roles import LEAST, as_much, same_role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.disagreement.statements import Key, Stated, Statements
    from service.language.claims import Claim
    from service.similarity import Story

    Alike = tuple[Stated, Stated, float]

# Weekdays of articles further apart than this are days of different weeks.
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims of one role with different values, neither of which an article of the other has."""

    one: Stated
    other: Stated
    status: ConflictStatus


@dataclass(slots=True)
class Rivals:
    """Holds claims of one role against each other.

    Attributes:
        story: The sentences and their similarities.
        statements: What every article claims.
        pairs: Those that differ, of all groups that were compared so far.
        agreed: Those that agree with each claim.
    """

    story: Story
    statements: Statements
    pairs: list[Pair] = field(default_factory=list)
    agreed: dict[Key, list[Stated]] = field(default_factory=lambda: defaultdict(list))

    def compare(self, kind: Kind, group: Sequence[Stated]) -> None:
        """Compare the claims of a group, any two of which might be of one role."""
        alike = self._close(group, LEAST[kind])
        neighbours: dict[Key, list[Stated]] = defaultdict(list)
        for one, other, _ in alike:
            neighbours[one.key].append(other)
            neighbours[other.key].append(one)
        for texts, found in groupby(alike, key=_texts_of):
            self.story.check()
            aligned = cache(partial(align, *texts))
            for one, other, similarity in found:
                agreement = self._agreement(one, other)
                if agreement and same_role(one.claim, other.claim, similarity, aligned):
                    self._judge(one, other, agreement, neighbours)

    def _judge(
        self, one: Stated, other: Stated, agreement: Agreement, neighbours: Mapping[Key, Sequence[Stated]]
    ) -> None:
        if agreement is Agreement.SAME:
            self.agreed[one.key].append(other)
            self.agreed[other.key].append(one)
        elif not self._known(one, other, neighbours) and not self._known(other, one, neighbours):
            self.pairs.append(Pair(one, other, self._status(one, other, agreement)))

    def _close(self, group: Sequence[Stated], least: float) -> list[Alike]:
        """Return the claims of similar sentences, those of the same two sentences together."""
        indices = [item.where.sentences[0] for item in group]
        found = []
        for place, behind, similarity in close(self.story, indices, least):
            one, other = sorted((group[place], group[behind]), key=lambda item: item.key)
            if one.where is not other.where:
                found.append((one, other, similarity))
        return sorted(found, key=lambda item: (_texts_of(item), item[0].key, item[1].key))

    def _agreement(self, one: Stated, other: Stated) -> Agreement | None:
        left, right = one.claim.value, other.claim.value
        if isinstance(left, Quantity) and isinstance(right, Quantity):
            return left.agreement(right)
        if isinstance(left, Moment) and isinstance(right, Moment) and self._same_week(one, other):
            return left.agreement(right)
        return None

    def _same_week(self, one: Stated, other: Stated) -> bool:
        dates = (*self.statements.published(one), *self.statements.published(other))
        known = [when for when in dates if when]
        return not known or max(known) - min(known) <= _WEEK

    def _known(self, one: Stated, other: Stated, neighbours: Mapping[Key, Sequence[Stated]]) -> bool:
        """Tell whether an article of one claim has the value of the other as well."""
        if one.where.sources & other.where.sources:
            return True
        value = other.claim.value
        told = numbers(value.text) if isinstance(value, Quantity) else None
        if told and any(told <= self.statements.told(one, source) for source in one.where.sources):
            return True
        return any(
            item.where.sources & one.where.sources and as_much(item.claim, other.claim)
            and self._agreement(item, other) is Agreement.SAME
            for item in neighbours[other.key]
        )  # fmt: skip

    def _status(self, one: Stated, other: Stated, agreement: Agreement) -> ConflictStatus:
        if one.claim.kind is Kind.CASUALTIES and self._grew(one, other):
            return ConflictStatus.TIME_OF_WRITING
        reconcilable = agreement is Agreement.RECONCILABLE
        return ConflictStatus.POSSIBLY_RECONCILABLE if reconcilable else ConflictStatus.CONFLICT

    def _grew(self, one: Stated, other: Stated) -> bool:
        """Tell whether all articles with the larger number are younger than those with the smaller one."""
        less, more = sorted((one, other), key=lambda item: _number(item.claim))
        before, after = self.statements.published(less), self.statements.published(more)
        known = [when for when in (*before, *after) if when]
        if len(known) < len(before) + len(after):
            return False
        return max(known[: len(before)]) < min(known[len(before) :])


def _number(claim: Claim) -> float:
    return claim.value.number if isinstance(claim.value, Quantity) else 0.0


def _texts_of(alike: Alike) -> tuple[str, str]:
    return alike[0].where.text, alike[1].where.text
