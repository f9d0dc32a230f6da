"""What a sentence tells as planned, and what it tells as done: "will sign", "is due to arrive", "has signed".

Only what somebody does whom the sentence names right before it, so that the deeds of two articles can be
held against each other. A sentence that denies something, or tells a possibility, plans nothing for sure, and
one that tells of other times ("again", "last") may be of another deed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.language.calendar import CALENDAR
from service.language.events import tokens
from service.language.facts import facts
from service.language.participants import head_behind
from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.language.events import Token

# Each line: what the deed is called in a report, then infinitive and past of the verbs that mean it.
_FORMS = """
arrival: arrive/arrived land/landed
signing: sign/signed
resignation: resign/resigned
departure: depart/departed leave/left
return: return/returned
launch: launch/launched
release: release/released free/freed
meeting: meet/met
visit: visit/visited
vote: vote/voted
opening: open/opened
closing: close/closed
unveiling: unveil/unveiled
testimony: testify/testified
wedding: marry/married
"""
_OTHER_TIMES = lexicon(
    "again ago earlier previously last second third once former formerly every each another"
)
# Right before a verb, and nothing but an adverb between.
_PLANNED = re.compile(
    r"\b(?:will|plans? to|(?:is|are) to"
    r"|(?:is|are) (?:due|set|expected|scheduled|slated|planning|going|preparing) to)(?: \w+ly)? $"
)
_DONE = re.compile(r"\b(?:has|have)(?: \w+ly)? $")
# A verb behind one of these is no past tense of its own, or of a time before another.
_NO_PAST = lexicon("to be been being is are was were had the a an his her their its having")
# How many words before a verb are looked at, and how many may stand between it and who does it.
_BEFORE, _BETWEEN = 5, 3


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is planned or done.

    Attributes:
        name: What it is called, one name for all synonyms.
        done: Whether it is told as done, and not as planned.
        subject: Stems of the name right before it.
        object: Stem of the head of what follows it, or empty.
        names: Stems of the names behind it in its clause.
        wording: The verb with what makes it a plan: "is due to arrive".
    """

    name: str
    done: bool
    subject: frozenset[str]
    object: str
    names: frozenset[str]
    wording: str

    def same_as(self, other: Deed) -> bool:
        """Tell whether two are one deed, planned or done: the same people do the same to the same.

        If nothing follows the verbs right away ("arrived in Oslo"), a name behind both must be one.
        """
        if self.name != other.name or self.object != other.object:
            return False
        one_subject = self.subject <= other.subject or other.subject <= self.subject
        return one_subject and bool(self.object or self.names & other.names)


def _names(form: int) -> dict[str, str]:
    return {
        pair.split("/")[form]: name
        for name, _, pairs in (line.partition(": ") for line in _FORMS.strip().splitlines())
        for pair in pairs.split()
    }


_INFINITIVES, _PASTS = _names(0), _names(1)


def deeds(text: str) -> tuple[Deed, ...]:
    """Return what a sentence tells as planned or done for sure, in order."""
    stated = facts(text)
    words = tokens(text)
    if stated.negated or stated.possible or any(word.lower in _OTHER_TIMES for word in words):
        return ()
    return tuple(_deeds(text, words))


def mentioned(text: str) -> frozenset[tuple[str, bool]]:
    """Return what a sentence could tell as planned or done, whoever does it, each with whether it is past."""
    words = tokens(text)
    past = {(_PASTS[word.lower], True) for word in words if word.lower in _PASTS}
    planned = {
        (_INFINITIVES[word.lower], False)
        for order, word in enumerate(words)
        if word.lower in _INFINITIVES and _wording(words, order) is not None
    }
    return frozenset(past | planned)


def _deeds(text: str, words: Sequence[Token]) -> Iterator[Deed]:
    for order, word in enumerate(words):
        name = _INFINITIVES.get(word.lower) or _PASTS.get(word.lower)
        first = _wording(words, order) if name else None
        if name and first is not None and (subject := _subject(words, first)):
            behind = [
                other for other in words[order + 1 :] if other.clause == word.clause and _is_name(other)
            ]
            yield Deed(
                name,
                word.lower in _PASTS,
                subject,
                head_behind(words, range(0), order),
                frozenset(other.stem for other in behind),
                text[words[first].start : word.end],
            )


def _wording(words: Sequence[Token], order: int) -> int | None:
    """Return where the wording of a plan or of a deed begins, or None if a form is neither."""
    before = "".join(f"{word.lower} " for word in words[max(0, order - _BEFORE) : order])
    if words[order].lower in _INFINITIVES:
        found = _PLANNED.search(before)
        return order - len(found.group().split()) if found else None
    if not _is_past(words, order):
        return None
    found = _DONE.search(before)
    return order - (len(found.group().split()) if found else 0)


def _is_past(words: Sequence[Token], order: int) -> bool:
    """Tell whether a past form is what somebody did; "the pact signed by both" is not."""
    behind = words[order + 1].lower if order + 1 < len(words) else ""
    return not words[order].capital and words[order - 1].lower not in _NO_PAST and behind != "by"


def _subject(words: Sequence[Token], first: int) -> frozenset[str]:
    """Return the stems of a name that ends right before a verb, with few other words between."""
    name: list[str] = []
    for order in range(first - 1, -1, -1):
        word = words[order]
        if _is_name(word):
            name.append(word.stem)
        elif name or first - order > _BETWEEN:
            break
    return frozenset(name)


def _is_name(word: Token) -> bool:
    return word.capital and word.lower not in FUNCTION_WORDS and word.lower not in CALENDAR
