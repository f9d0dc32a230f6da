"""Pairs of different values of one role, grouped to disputes; a value is in one of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.disagreement.rivals import Rivals
from service.disagreement.statements import Statements, in_order
from service.disagreement.texts import Found, Side, sources_of
from service.domain import ConflictSlot
from service.language.events import tokens
from service.language.moments import Moment
from service.language.roles import one_value
from service.language.wording import called, dated, shown
from service.linkage import components

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.disagreement.rivals import Pair
    from service.disagreement.statements import Key, Stated
    from service.disagreement.texts import Text
    from service.domain import Article
    from service.similarity import Story


def of_values(story: Story, texts: Sequence[Text], articles: Sequence[Article]) -> Iterator[Found]:
    """Yield the disputes on numbers, days and times.

    Args:
        story: The sentences and their similarities.
        texts: The distinct sentences of the story.
        articles: What the caller sent, for the dates of publication.
    """
    statements = Statements(texts, articles, story.check)
    rivals = Rivals(story, statements)
    for kind, group in statements.groups():
        rivals.compare(kind, group)
    for component in _together(rivals.pairs):
        if dispute := _grouped(component, rivals.agreed):
            yield dispute


def _together(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Group pairs that share a value of a sentence."""
    keys = {key: None for pair in pairs for key in (pair.one.key, pair.other.key)}
    numbers = {key: number for number, key in enumerate(keys)}
    labels = components(len(keys), [(numbers[pair.one.key], numbers[pair.other.key]) for pair in pairs])
    groups: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[int(labels[numbers[pair.one.key]])].append(pair)
    yield from groups.values()


def _grouped(pairs: Sequence[Pair], agreed: Mapping[Key, Sequence[Stated]]) -> Found | None:
    """Return the dispute that some pairs make, or None if an article has two of its values.

    Claims that agree with one of them are added, but for those of an article that has another value.
    """
    stated = {item.key: item for pair in pairs for item in (pair.other, pair.one)}
    values: list[list[Stated]] = []
    for item in sorted(stated.values(), key=in_order):
        _into(values, item)
    if not _apart(values):
        return None
    more = {item.key: item for key in stated for item in agreed[key] if item.key not in stated}
    for item in sorted(more.values(), key=in_order):
        extended = [list(value) for value in values]
        _into(extended, item)
        values = extended if _apart(extended) else values
    claim = min((pair.one.claim for pair in pairs), key=lambda claim: claim.kind.value)
    statuses = [pair.status for pair in pairs if pair.one.claim.kind is claim.kind]
    return Found(
        _slot(values),
        min(statuses, key=lambda status: status.value),
        [_side(value) for value in values],
        called(claim, _noun(pairs[0])),
    )


def _into(values: list[list[Stated]], item: Stated) -> None:
    """Put a claim to the first value that it agrees with, or make it a new one."""
    for value in values:
        if one_value(item.claim, value[0].claim):
            value.append(item)
            return
    values.append([item])


def _apart(values: Sequence[Sequence[Stated]]) -> bool:
    """Tell whether no article has two of the values, there are two, and a reader can tell them apart.

    "Tuesday or Tuesday", of different weeks, tells a reader nothing.
    """
    sources = [sources_of(item.where for item in value) for value in values]
    read = {(side.value, side.date) for side in map(_side, values)}
    distinct = len(frozenset[int]().union(*sources)) == sum(map(len, sources))
    return len(values) > 1 and distinct and len(read) == len(values)


def _side(value: Sequence[Stated]) -> Side:
    told = min(
        ((shown(item.claim), dated(item.claim)) for item in value), key=lambda told: (len(told[0]), told)
    )
    return Side(*told, [item.where for item in value])


def _slot(values: Sequence[Sequence[Stated]]) -> ConflictSlot:
    told = [item.claim.value for value in values for item in value]
    if any(isinstance(value, Moment) and value.hours for value in told):
        return ConflictSlot.TIME
    return ConflictSlot.DATE if isinstance(told[0], Moment) else ConflictSlot.NUMBER


def _noun(pair: Pair) -> str:
    """Return what both numbers count, as a sentence writes it, or an empty string."""
    one, other = pair.one.claim.value, pair.other.claim.value
    if isinstance(one, Moment) or isinstance(other, Moment):
        return ""
    both = [noun for noun in one.nouns if noun in other.nouns]
    return next((word.text for word in tokens(pair.one.where.text) if both and word.stem == both[-1]), "")
