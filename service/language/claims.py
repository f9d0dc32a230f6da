"""What a sentence claims of a slot: how many died, when somebody arrived, how old somebody is.

A claim is a value and the role that it fills. Two claims can only disagree if their roles are the same: the
event or what is counted, and those who take part. Where no role is known, the words on both sides of the
value are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from service.language.events import CASUALTIES, ONCE, events, tokens
from service.language.moments import Moment, moments
from service.language.participants import head_behind, places, set_apart, subject_before
from service.language.quantities import Precision, Quantity, quantities
from service.language.words import FUNCTION_WORDS, lexicon, stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.language.events import Event, Token

# Tokens at most between an event and its time, between a number and an event behind it or before it, and
# between a value and the words that are next to it.
_REACH, _BEHIND, _AHEAD, _LOCAL = 10, 5, 2, 6
# Tokens at most before a time that opens its clause: "Late on Tuesday, ..."
_OPENING = 3
# In a sentence with more values, or with more words, the place of one tells nothing: it is a list or a table.
_MOST_PLACED, _LONGEST_PLACED = 8, 120
_PEOPLE = frozenset(map(stem, lexicon("people person persons")))
# Who can be dead, hurt or arrested; counts of anything else are no casualties.
_PERSONS = _PEOPLE | frozenset(
    map(
        stem,
        lexicon(
            """
            men women children civilians soldiers troops officers policemen police students passengers
            protesters demonstrators militants migrants refugees workers employees victims residents villagers
            tourists patients prisoners hostages inmates guards rebels fighters pupils adults boys girls
            teenagers americans palestinians israelis firefighters miners journalists staff crew suspects
            members
            """
        ),
    )
)
# "Three others", "another three", "one in three", "three of them", "three quarters" are parts of something
# else.
_MORE = re.compile(r"\s+(?:others?|more|additional|further)\b", re.IGNORECASE)
# Characters before a number in which these words stand.
_NEAR = 40
_ANOTHER = re.compile(
    r"\b(?:another|other|additional|further|last|past|first|next|top|every|each|no"
    r"|(?:one|two|three|\d+) in|of the|No\.|number)\s+$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\s(?:out\s)?of\s(?:the|those|them|these|his|her|their|\d)"
    r"|[\s-](?:thirds?|quarters?|fourths?|fifths?|tenths?|hal(?:f|ves))\b",
    re.IGNORECASE,
)
# Prices, indices, the places of storms and the errors of polls are of a moment or a source of their own: two
# articles tell two of them and disagree on nothing.
_QUOTED = frozenset(
    map(
        stem,
        lexicon(
            """
            stock stocks share shares nasdaq dow index indices yield yields futures crude barrel ounce
            gold currency yen euro trading shareholders treasuries bitcoin cents basis latitude margin
            sampling
            """
        ),
    )
)
_ZONE = re.compile(r"\s(?:GMT|UTC|hours)\b")
# Every newspaper has sources of its own; and what is no count of anything.
_UNCOUNTED = frozenset(
    map(stem, lexicon("officials sources aides reporters times time way ways things part"))
)
_FAMILIAR = frozenset(map(stem, lexicon("officials sources aides familiar")))
# What ends the part of a clause that a number can belong to; people are "in" custody and hospital.
_STOPS = lexicon("and or but who that which after when as while in by from for at before")
_INSIDE = lexicon("custody hospital hospitals")
_CONJUNCTIONS = lexicon("and or but")
# What begins another part of a clause, in which something else happened.
_OTHER_PART = lexicon("and or but then who which that after before when while until since where whose")
_NAME = r"(?P<name>[A-Z][\w’'-]+(?:\s[A-Z][\w.’'-]*){1,3})"
_AGES = (
    re.compile(rf"{_NAME},\s(?:a\s|an\s)?(?P<age>\d{{1,2}})(?=[,.;)]|\s(?:and|was|is|who|of)\b)"),
    re.compile(rf"(?P<age>\d{{1,2}})[\s-]year[\s-]old\s(?:[a-z]+\s){{0,2}}{_NAME}"),
)


class Kind(Enum):
    """How the role of a value was found, and so how much else must agree."""

    CASUALTIES = auto()
    AGE = auto()
    AMOUNT = auto()
    ONCE = auto()
    EVENT = auto()
    PLACED = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """A value and its role.

    Attributes:
        kind: How the role was found.
        role: What the value is of: an event, a unit, what is counted, or only that it is a number or a time.
        value: The value.
        own: Which tokens of the sentence are the value's.
        near: Stems of the names in the clauses around the event.
        who: Those of them that no "in" or "at" makes the name of a place.
        names: Stems of the names in its own clause.
        local: Stems of the content words next to the value.
        subject: Stems of the last name before the event.
        object: Stem of the head of what follows it, or empty.
        apart: Words that set the event apart from the one of the day: "last", "ago", "second".
    """

    kind: Kind
    role: str
    value: Quantity | Moment
    own: range
    near: frozenset[str] = frozenset()
    who: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    subject: frozenset[str] = frozenset()
    object: str = ""
    apart: frozenset[str] = frozenset()


def claims(text: str) -> tuple[Claim, ...]:
    """Return what a sentence claims that another can contradict."""
    times, amounts = moments(text), quantities(text)
    if not times and not amounts:
        return ()
    words = tokens(text)
    found = events(words)
    listed = len(times) + len(amounts) > _MOST_PLACED or len(words) > _LONGEST_PLACED
    free = [item for item in amounts if not any(_meet(item, time) for time in times)]
    stated = (*_ages(text), *_numbers(text, words, found, free), *_times(words, found, times))
    return tuple(claim for claim in stated if not (listed and claim.kind is Kind.PLACED))


def _meet(one: Quantity, other: Moment) -> bool:
    return one.start < other.end and other.start < one.end


def _ages(text: str) -> Iterator[Claim]:
    for pattern in _AGES:
        for match in pattern.finditer(text):
            first, *_, last = match["name"].split()
            age, (start, end) = float(match["age"]), match.span("age")
            value = Quantity(age, age, Precision.EXACT, "age", 1.0, (), start, end, match["age"])
            yield Claim(Kind.AGE, f"{first} {last.rstrip('.’')}", value, range(0))


def _numbers(
    text: str, words: Sequence[Token], found: Sequence[Event], amounts: Sequence[Quantity]
) -> Iterator[Claim]:
    for quantity in amounts:
        own = _within(words, quantity.start, quantity.end)
        if not own or quantity.unit == "age" or _is_part(text, quantity):
            continue
        moving = _moves(words)
        if not moving and not _FAMILIAR & set(quantity.nouns):
            yield _claim(Kind.PLACED, "number", quantity, words, own, own.start)
        if (event := _casualties(words, found, quantity, own)) is not None:
            yield _claim(
                Kind.CASUALTIES, f"{event.name} {_head(quantity)}", quantity, words, own, event.order
            )
        elif not moving and _is_counted(quantity):
            yield _claim(Kind.AMOUNT, quantity.unit or quantity.nouns[-1], quantity, words, own, own.start)


def _moves(words: Sequence[Token]) -> bool:
    return any(word.stem in _QUOTED for word in words)


def _is_part(text: str, quantity: Quantity) -> bool:
    return bool(
        _MORE.match(text, quantity.end)
        or _ANOTHER.search(text, max(0, quantity.start - _NEAR), quantity.start)
        or _ZONE.match(text, quantity.end)
        or (quantity.unit != "%" and _PART.match(text, quantity.end))
    )


def _is_counted(quantity: Quantity) -> bool:
    if quantity.unit:
        return quantity.unit != "%"  # nearly everything has one
    return bool(quantity.nouns) and quantity.nouns[-1] not in _UNCOUNTED | _FAMILIAR


def _head(quantity: Quantity) -> str:
    """Return who is counted, of whom nothing may be told: "12 died"."""
    head = next((noun for noun in reversed(quantity.nouns) if noun in _PERSONS), "peopl")
    return "peopl" if head in _PEOPLE else head


def _casualties(
    words: Sequence[Token], found: Sequence[Event], quantity: Quantity, own: range
) -> Event | None:
    """Return the event of which a number counts the people, if it does."""
    if quantity.unit or not quantity.number.is_integer():
        return None
    if quantity.nouns and not _PERSONS.intersection(quantity.nouns):
        return None
    suited = [event for event in found if event.name in CASUALTIES]
    ahead = [event for event in suited if _counts_before(words, event.order, own)]
    behind = [event for event in suited if _counts_behind(words, event.order, own)]
    closer = ahead and behind and behind[0].order - own.stop + 1 < own.start - ahead[-1].order
    return ahead[-1] if ahead and not closer else behind[0] if behind else None


def _counts_before(words: Sequence[Token], event: int, own: range) -> bool:
    """Tell whether an event is right before a number: "killed at least 12"."""
    return 0 < own.start - event <= _AHEAD and _together(words[event : own.start + 1], _CONJUNCTIONS)


def _counts_behind(words: Sequence[Token], event: int, own: range) -> bool:
    """Tell whether an event follows a number: "12 people were killed"."""
    stops = _STOPS - {"in"} if event < len(words) and words[event].lower in _INSIDE else _STOPS
    return own.stop <= event < own.stop + _BEHIND and _together(words[own.stop - 1 : event + 1], stops)


def _together(words: Sequence[Token], stops: frozenset[str]) -> bool:
    return words[0].clause == words[-1].clause and not any(word.lower in stops for word in words[1:-1])


def _times(words: Sequence[Token], found: Sequence[Event], times: Sequence[Moment]) -> Iterator[Claim]:
    placed = [(moment, own) for moment in times if (own := _within(words, moment.start, moment.end))]
    taken = [order for _, own in placed for order in own]
    for moment, own in placed:
        if not _is_of_speech(found, own) and not _moves(words):
            yield _claim(Kind.PLACED, "when", moment, words, own, own.start)
        for event in _anchors(words, found, own, taken):
            kind = Kind.ONCE if event.name in ONCE else Kind.EVENT
            yield _claim(kind, event.name, moment, words, own, event.order)


def _is_of_speech(found: Sequence[Event], own: range) -> bool:
    """Tell whether a time stands beside a verb of speech, and so is when something was said."""
    beside = [event.order for event in found if event.speech]
    return any(0 < own.start - order <= _AHEAD or 0 <= order - own.stop < _AHEAD for order in beside)


def _within(words: Sequence[Token], start: int, end: int) -> range:
    """Return the tokens that begin in a span."""
    inside = [order for order, word in enumerate(words) if start <= word.start < end]
    return range(inside[0], inside[-1] + 1) if inside else range(0)


def _anchors(
    words: Sequence[Token], found: Sequence[Event], own: range, taken: Sequence[int]
) -> Iterator[Event]:
    """Yield the event of a time: the closest before it, or the first behind a time that opens a clause.

    What happens once is bound to a time of its clause also from behind, if it has none of its own: "rose to
    power in 1948 as part of efforts to found a state". A time right behind a verb of speech is when it was
    said.
    """
    clause = words[own.start].clause
    before = [event for event in found if event.order < own.start and words[event.order].clause == clause]
    opens = not before and sum(word.clause == clause for word in words[: own.start]) <= _OPENING
    chosen: list[Event] = []
    if before and own.start - before[-1].order <= _REACH:
        chosen = [event for event in before[-1:] if not any(event.order < n < own.start for n in taken)]
    elif opens:
        behind = [event for event in found if event.order >= own.stop]
        chosen = [event for event in behind[:1] if not any(own.stop <= n < event.order for n in taken)]
    chosen += [event for event in found if event not in chosen and _once_behind(words, event, own, taken)]
    yield from (event for event in chosen if event.known)


def _once_behind(words: Sequence[Token], event: Event, own: range, taken: Sequence[int]) -> bool:
    """Tell whether what happens once is behind a time in one part of a clause, with no time of its own."""
    if event.name not in ONCE or not own.stop <= event.order < own.stop + _REACH:
        return False
    timed = any(
        own.stop <= order < event.order + _REACH and words[order].clause == words[own.start].clause
        for order in taken
    )
    return not timed and _together(words[own.stop - 1 : event.order + 1], _OTHER_PART)


def _claim(  # noqa: PLR0913, PLR0917  a role, a value, and where in the sentence
    kind: Kind, role: str, value: Quantity | Moment, words: Sequence[Token], own: range, place: int
) -> Claim:
    kept = [
        order
        for order, word in enumerate(words)
        if order not in own and order != place and word.lower not in FUNCTION_WORDS
    ]
    clauses = {words[place].clause, words[own.start].clause}
    named = [words[order] for order in kept if words[order].capital]
    near = [word for word in named if abs(word.clause - words[place].clause) <= 1]
    located = set(places(words))
    local = range(own.start - _LOCAL, own.stop + _LOCAL)
    return Claim(
        kind,
        role,
        value,
        own,
        near=frozenset(word.stem for word in near),
        who=frozenset(word.stem for word in near if word not in located),
        names=frozenset(word.stem for word in named if word.clause in clauses),
        local=frozenset(words[order].stem for order in kept if order in local),
        subject=subject_before(words, own, place),
        object=head_behind(words, own, place),
        apart=set_apart([word for word in words if word.clause in clauses]),
    )
