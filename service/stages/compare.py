"""Compare: where articles disagree on a value of one role; the values are shown, and none is called right.

A false disagreement costs more than a missed one. So two values are only held against each other if their
roles are the same, and if no article of the one has the other as well: then they are of two things, however
alike they look.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from service.candidates import close
from service.domain import ConflictSlot, ConflictStatus, Dispute, DisputedValue
from service.language.claims import Kind, claims
from service.language.copies import AFFIRMED, Difference, align
from service.language.events import tokens
from service.language.moments import Moment
from service.language.numbers import numbers
from service.language.quantities import Agreement, Quantity
from service.language.roles import LEAST, as_much, counted, one_value, same_role
from service.language.wording import called, dated, explained, quoted, shown
from service.language.words import content_stems
from service.linkage import components

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from service.domain import Article, Cluster
    from service.language.claims import Claim
    from service.language.copies import Edit
    from service.similarity import Story

# Least similarity of near copies.
_COPIES = 0.7
# Weekdays of articles further apart than this are days of different weeks.
_WEEK = timedelta(days=6)
_EDITED = {
    Difference.PERSON: (ConflictSlot.PERSON, "a name"),
    Difference.PLACE: (ConflictSlot.PLACE, "a place"),
    Difference.POLARITY: (ConflictSlot.POLARITY, ""),
}


@dataclass(frozen=True, slots=True)
class _Text:
    """A sentence, and everywhere that it stands to the letter."""

    text: str
    sentences: tuple[int, ...]
    sources: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A claim and the sentence that makes it."""

    where: _Text
    claim: Claim

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from all others: two kinds of claim may be made of one value."""
        return self.where.text, self.claim.value.start, self.claim.value.end


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two claims of one role with different values, neither of which an article of the other has."""

    one: _Stated
    other: _Stated
    status: ConflictStatus


@dataclass(frozen=True, slots=True)
class _Side:
    """A value of a dispute, its date if it is a relative day, and where it stands."""

    value: str
    date: str
    texts: Collection[_Text]


@dataclass(frozen=True, slots=True)
class _Found:
    """A dispute before it has a number. Two values can be one text: "yesterday" of two days."""

    slot: ConflictSlot
    status: ConflictStatus
    sides: Sequence[_Side]
    what: str


def compare(story: Story, clusters: Sequence[Cluster], articles: Sequence[Article]) -> tuple[Dispute, ...]:
    """Find where articles disagree.

    Args:
        story: The sentences and their similarities.
        clusters: The clusters of the sentences.
        articles: What the caller sent, for the dates of publication.

    Returns:
        Disputes, in the order of the first sentences that they are about; the numbers of their clusters
        ascend.
    """
    texts = _texts(story)
    found = [*_Values(story, texts, articles).disputes(), *_of_copies(story, texts)]
    cluster_of = {index: cluster.id for cluster in clusters for index in cluster.members}
    disputes = sorted((_dispute(item, cluster_of) for item in found), key=_first)
    return tuple(replace(dispute, id=number) for number, dispute in enumerate(disputes, start=1))


def _texts(story: Story) -> tuple[_Text, ...]:
    places = defaultdict(list)
    for index, sentence in enumerate(story.sentences):
        places[sentence.text].append(index)
    return tuple(
        _Text(text, tuple(found), frozenset(story.sentences[index].source for index in found))
        for text, found in places.items()
    )


def _dispute(found: _Found, cluster_of: Mapping[int, int]) -> Dispute:
    values = sorted(map(_value, found.sides), key=lambda value: (-value.articles, value.shown))
    return Dispute(
        id=0,
        slot=found.slot,
        status=found.status,
        values=tuple(values),
        explanation=explained(found.status, found.what, [value.shown for value in values]),
        cluster_ids=tuple(sorted({cluster_of[index] for value in values for index in value.sentences})),
    )


def _value(side: _Side) -> DisputedValue:
    sentences = {index for text in side.texts for index in text.sentences}
    sources = frozenset[int]().union(*(text.sources for text in side.texts))
    return DisputedValue(side.value, tuple(sorted(sentences)), len(sources), side.date)


def _first(dispute: Dispute) -> tuple[list[int], str]:
    return sorted(index for value in dispute.values for index in value.sentences), dispute.explanation


class _Values:
    """Finds claims of one role with different values, and groups them."""

    def __init__(self, story: Story, texts: Sequence[_Text], articles: Sequence[Article]) -> None:
        self._story = story
        self._published = [article.published_at for article in articles]
        self._numbers: dict[int, set[str]] = defaultdict(set)
        self._counted: dict[tuple[int, str], set[str]] = defaultdict(set)
        self._groups: dict[tuple[Kind, str], list[_Stated]] = defaultdict(list)
        for text in texts:
            story.check()
            for source in text.sources:
                self._numbers[source] |= numbers(text.text)
            stated = claims(text.text)
            for event, found in counted(text.text, stated).items():
                for source in text.sources:
                    self._counted[source, event] |= found
            for claim in stated:
                self._groups[claim.kind, claim.role].append(_Stated(text, self._anchored(text, claim)))

    def disputes(self) -> Iterator[_Found]:
        """Yield the disputes; a value of several kinds of claim is in one of them."""
        pairs: list[_Pair] = []
        agreed: dict[tuple[str, int, int], list[_Stated]] = defaultdict(list)
        for (kind, _), group in sorted(self._groups.items(), key=lambda item: (item[0][0].value, item[0][1])):
            if len(frozenset[int]().union(*(item.where.sources for item in group))) > 1:
                different, same = self._compared(sorted(group, key=_order), LEAST[kind])
                pairs += different
                for one, other in same:
                    agreed[one.key].append(other)
                    agreed[other.key].append(one)
        for component in _together(pairs):
            if dispute := _grouped(component, agreed):
                yield dispute

    def _compared(
        self, group: Sequence[_Stated], least: float
    ) -> tuple[list[_Pair], list[tuple[_Stated, _Stated]]]:
        """Return the claims of a group that are of one role, by whether their values disagree or agree."""
        alike = self._close(group, least)
        neighbours: dict[tuple[str, int, int], list[_Stated]] = defaultdict(list)
        for one, other, _ in alike:
            neighbours[one.key].append(other)
            neighbours[other.key].append(one)
        pairs, agreed = [], []
        for texts, found in groupby(alike, key=_texts_of):
            self._story.check()
            aligned = cache(partial(align, *texts))
            for one, other, similarity in found:
                agreement = self._agreement(one, other)
                if agreement is None or not same_role(one.claim, other.claim, similarity, aligned):
                    continue
                if agreement is Agreement.SAME:
                    agreed.append((one, other))
                elif not self._known(one, other, neighbours) and not self._known(other, one, neighbours):
                    pairs.append(_Pair(one, other, self._status(one, other, agreement)))
        return pairs, agreed

    def _close(self, group: Sequence[_Stated], least: float) -> list[tuple[_Stated, _Stated, float]]:
        """Return the claims of similar sentences, those of the same two sentences together."""
        indices = [item.where.sentences[0] for item in group]
        found = []
        for place, behind, similarity in close(self._story, indices, least):
            one, other = sorted((group[place], group[behind]), key=lambda item: item.key)
            if one.where is not other.where:
                found.append((one, other, similarity))
        return sorted(found, key=lambda item: (_texts_of(item), item[0].key, item[1].key))

    def _agreement(self, one: _Stated, other: _Stated) -> Agreement | None:
        left, right = one.claim.value, other.claim.value
        if isinstance(left, Quantity) and isinstance(right, Quantity):
            return left.agreement(right)
        if isinstance(left, Moment) and isinstance(right, Moment) and self._same_week(one, other):
            return left.agreement(right)
        return None

    def _anchored(self, text: _Text, claim: Claim) -> Claim:
        """Return a claim with the days that its time can be, if all articles that tell it are of one day."""
        if not isinstance(claim.value, Moment):
            return claim
        days = {when.date() if (when := self._published[source]) else None for source in text.sources}
        return replace(claim, value=claim.value.anchored(days.pop())) if len(days) == 1 else claim

    def _same_week(self, one: _Stated, other: _Stated) -> bool:
        dates = [self._published[source] for item in (one, other) for source in item.where.sources]
        known = [when for when in dates if when]
        return not known or max(known) - min(known) <= _WEEK

    def _known(
        self, one: _Stated, other: _Stated, neighbours: Mapping[tuple[str, int, int], Sequence[_Stated]]
    ) -> bool:
        """Tell whether an article of one claim has the value of the other as well."""
        if one.where.sources & other.where.sources:
            return True
        value = other.claim.value
        told = numbers(value.text) if isinstance(value, Quantity) else None
        if told and any(told <= self._told(one, source) for source in one.where.sources):
            return True
        return any(
            item.where.sources & one.where.sources and as_much(item.claim, other.claim)
            and self._agreement(item, other) is Agreement.SAME
            for item in neighbours[other.key]
        )  # fmt: skip

    def _told(self, stated: _Stated, source: int) -> AbstractSet[str]:
        """Return the numbers of an article that can be of the same thing as a claim of it."""
        match stated.claim.kind:
            case Kind.AMOUNT | Kind.PLACED:
                return self._numbers[source]
            case Kind.CASUALTIES:
                return self._counted[source, stated.claim.role.split()[0]]
        return frozenset()

    def _status(self, one: _Stated, other: _Stated, agreement: Agreement) -> ConflictStatus:
        if one.claim.kind is Kind.CASUALTIES and self._grew(one, other):
            return ConflictStatus.TIME_OF_WRITING
        reconcilable = agreement is Agreement.RECONCILABLE
        return ConflictStatus.POSSIBLY_RECONCILABLE if reconcilable else ConflictStatus.CONFLICT

    def _grew(self, one: _Stated, other: _Stated) -> bool:
        """Tell whether all articles with the larger number are younger than those with the smaller one."""
        less, more = sorted((one, other), key=lambda item: _number(item.claim))
        before = [self._published[source] for source in less.where.sources]
        after = [self._published[source] for source in more.where.sources]
        known = [when for when in (*before, *after) if when]
        if len(known) < len(before) + len(after):
            return False
        return max(known[: len(before)]) < min(known[len(before) :])


def _number(claim: Claim) -> float:
    return claim.value.number if isinstance(claim.value, Quantity) else 0.0


def _texts_of(alike: tuple[_Stated, _Stated, float]) -> tuple[str, str]:
    return alike[0].where.text, alike[1].where.text


def _together(pairs: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Group pairs that share a value of a sentence."""
    keys = {key: None for pair in pairs for key in (pair.one.key, pair.other.key)}
    numbers = {key: number for number, key in enumerate(keys)}
    labels = components(len(keys), [(numbers[pair.one.key], numbers[pair.other.key]) for pair in pairs])
    groups: dict[int, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        groups[int(labels[numbers[pair.one.key]])].append(pair)
    yield from groups.values()


def _grouped(
    pairs: Sequence[_Pair], agreed: Mapping[tuple[str, int, int], Sequence[_Stated]]
) -> _Found | None:
    """Return the dispute that some pairs make, or None if an article has two of its values.

    Claims that agree with one of them are added, but for those of an article that has another value.
    """
    stated = {item.key: item for pair in pairs for item in (pair.other, pair.one)}
    values: list[list[_Stated]] = []
    for item in sorted(stated.values(), key=_order):
        _into(values, item)
    if not _apart(values):
        return None
    more = {item.key: item for key in stated for item in agreed[key] if item.key not in stated}
    for item in sorted(more.values(), key=_order):
        extended = [list(value) for value in values]
        _into(extended, item)
        values = extended if _apart(extended) else values
    claim = min((pair.one.claim for pair in pairs), key=lambda claim: claim.kind.value)
    statuses = [pair.status for pair in pairs if pair.one.claim.kind is claim.kind]
    return _Found(
        _slot(values),
        min(statuses, key=lambda status: status.value),
        [_side(value) for value in values],
        called(claim, _noun(pairs[0])),
    )


def _into(values: list[list[_Stated]], item: _Stated) -> None:
    """Put a claim to the first value that it agrees with, or make it a new one."""
    for value in values:
        if one_value(item.claim, value[0].claim):
            value.append(item)
            return
    values.append([item])


def _apart(values: Sequence[Sequence[_Stated]]) -> bool:
    """Tell whether no article has two of the values, and there are two."""
    sources = [frozenset[int]().union(*(item.where.sources for item in value)) for value in values]
    return len(values) > 1 and len(frozenset[int]().union(*sources)) == sum(map(len, sources))


def _order(item: _Stated) -> tuple[int, str, str]:
    return item.claim.kind.value, item.claim.value.text, item.where.text


def _side(value: Sequence[_Stated]) -> _Side:
    told = min(
        ((shown(item.claim), dated(item.claim)) for item in value), key=lambda told: (len(told[0]), told)
    )
    return _Side(*told, [item.where for item in value])


def _slot(values: Sequence[Sequence[_Stated]]) -> ConflictSlot:
    told = [item.claim.value for value in values for item in value]
    if any(isinstance(value, Moment) and value.hours for value in told):
        return ConflictSlot.TIME
    return ConflictSlot.DATE if isinstance(told[0], Moment) else ConflictSlot.NUMBER


def _noun(pair: _Pair) -> str:
    """Return what both numbers count, as a sentence writes it, or an empty string."""
    one, other = pair.one.claim.value, pair.other.claim.value
    if isinstance(one, Moment) or isinstance(other, Moment):
        return ""
    both = [noun for noun in one.nouns if noun in other.nouns]
    return next((word.text for word in tokens(pair.one.where.text) if both and word.stem == both[-1]), "")


def _of_copies(story: Story, texts: Sequence[_Text]) -> Iterator[_Found]:
    """Yield the disputes of near copies that differ in a name or a negation."""
    stems: dict[int, set[str]] = defaultdict(set)
    for text in texts:
        for source in text.sources:
            stems[source] |= content_stems(text.text)
    found: dict[tuple[Difference, frozenset[str]], dict[str, set[_Text]]] = {}
    for one, other, _ in close(story, [text.sentences[0] for text in texts], _COPIES):
        story.check()
        pair = texts[one], texts[other]
        if pair[0].sources & pair[1].sources:
            continue
        edit = align(pair[0].text, pair[1].text).edit()
        if edit and not any(_mentions(pair[side], edit, 1 - side, stems) for side in (0, 1)):
            values = found.setdefault((edit.difference, frozenset(edit.values)), defaultdict(set))
            for value, text in zip(edit.values, pair, strict=True):
                values[value].add(text)
    for (difference, _), values in found.items():
        slot, what = _EDITED[difference]
        sources = [frozenset[int]().union(*(text.sources for text in held)) for held in values.values()]
        if not sources[0] & sources[1]:
            what = what or quoted(min(text.text for text in values[AFFIRMED]))
            sides = [_Side(value, "", held) for value, held in values.items()]
            yield _Found(slot, ConflictStatus.CONFLICT, sides, what)


def _mentions(text: _Text, edit: Edit, side: int, stems: Mapping[int, set[str]]) -> bool:
    """Tell whether an article of one near copy knows the name that stands in the other."""
    return any(bool(edit.stems[side]) and edit.stems[side] <= stems[source] for source in text.sources)
