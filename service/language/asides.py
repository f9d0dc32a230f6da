"""Times that date nothing that a sentence tells: they name a thing, bound it, or are of a statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.language.events import events
from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.language.events import Token
    from service.language.moments import Moment

# Right before a time: what makes it a name ("the June 19 attack"), a bound ("since 2012"), or another day
# than the nearest ("last Tuesday").
_NAMING = lexicon("the a an one his her its their our my your this that these those another of no any some")
_BOUNDING = lexicon("since until till before after from by between than to through past beyond despite")
_TURNING = lexicon(
    """
    each every last next previous following same most other black good super holy bloody easter whit ash cyber
    shrove palm
    """
)
_OF_A_PLAN = lexicon("set scheduled due planned slated expected")
# Between a verb and a time these begin a part that the verb does not govern.
_PARTING = lexicon("since until till before despite following unlike compared than versus")
# What may stand between "in" and a month or a year.
_PARTS = lexicon("early late mid")
_IN = lexicon("in during")
_OF_A_DAY = lexicon("morning afternoon evening night")
_OTHER_YEAR = re.compile(
    r",?\s(?:of\s)?(?:last|next|that|this|the\s(?:following|same|previous|next))\s(?:year|month|week)\b"
    r"|\s(?:last|week|fortnight)\b(?!-)"
    r"|\s(?:a|an|one|two|three|\d+)\s(?:years?|months?|weeks?)\s(?:ago|later|earlier|before)\b",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(r"\sof\s(?!this\b)")
_STATEMENTS = lexicon(
    """
    said says say told tells added stated claimed argued wrote tweeted posted confirmed explained noted
    insisted insists reported reports according
    """
)
# "Said in a statement issued Sunday": of a text that somebody is quoted from.
_ISSUED = lexicon("issued released published posted obtained aired")
_AUXILIARIES = lexicon(
    "is are was were be been has have had will would can could may might must shall should did"
)
# Words at most from a time to the verb that it stands before.
_RIGHT_BEHIND = 2
# What can stand behind a time and is no noun.
_NO_NOUN = ("ing", "ed", "ly")
_NO_NOUNS = lexicon(
    "amid despite via alongside outside inside throughout unless local whom whose upon thanks due"
)
_OPENERS, _CLOSERS = "“«", "”»"
# Tokens at most before a time that opens its clause: "Early on Tuesday, ..."
_OPENING = 2


def dates_nothing(
    text: str, words: Sequence[Token], own: range, end: int, moment: Moment | None = None
) -> bool:
    """Tell whether a time dates nothing that its sentence tells.

    Args:
        text: The sentence.
        words: Its words.
        own: Which of them are the time.
        end: Where the time ends in the sentence.
        moment: It, or None if it is "last week" or the like.
    """
    if _is_name(text, words, own, end) or (moment and moment.years is None and _OTHER_YEAR.match(text, end)):
        return True
    if _is_attribute(words, own) or (moment and _is_of_a_week(text, end, moment)):
        return True
    coarse = moment is not None and not moment.day_level
    return (coarse and not _is_in(words, own)) or _governor(words, own) in {None, *_STATEMENTS}


def _is_of_a_week(text: str, end: int, moment: Moment) -> bool:
    """Tell whether a weekday is one of a week that is named, as in "Monday of the Easter week"."""
    return moment.weekday is not None and moment.month is None and _OF_SOMETHING.match(text, end) is not None


def is_quoted(text: str, place: int) -> bool:
    """Tell whether a place stands inside quotation marks, so that its day is that of the speaker."""
    before = text[:place]
    open_marks = sum(map(before.count, _OPENERS)) > sum(map(before.count, _CLOSERS))
    return open_marks or before.count('"') % 2 == 1


def _is_name(text: str, words: Sequence[Token], own: range, end: int) -> bool:
    """Tell whether a time is a part of a name, or bounds something."""
    first, start = words[own.start], words[own.start].start
    if text[max(0, start - 1) : start] in {"-", "–", "/"} or text[end : end + 1] in {"-", "’", "'", "/", "–"}:
        return True
    before = words[own.start - 1] if own.start else None
    if before is None or before.clause != first.clause:
        return False
    if before.lower == "the" and first.lower in _OF_A_DAY:
        return False  # "on the morning of June 18"
    if before.lower == "for":
        return not (own.start > 1 and words[own.start - 2].lower in _OF_A_PLAN)
    possessive = before.text.lower().endswith("'s")
    return possessive or before.lower in _NAMING | _BOUNDING | _TURNING


def _is_attribute(words: Sequence[Token], own: range) -> bool:
    """Tell whether a noun stands right behind a time, as in "on Sunday talk shows".

    Behind a time that opens its clause stands who did something: "On Sunday police said".
    """
    opens = sum(word.clause == words[own.start].clause for word in words[: own.start]) <= _OPENING
    if opens or own.stop >= len(words):
        return False
    behind = words[own.stop]
    verb = any(event.order == own.stop for event in events(words)) or behind.lower.endswith(_NO_NOUN)
    noun = behind.text.islower() and behind.lower not in FUNCTION_WORDS | _NO_NOUNS
    return noun and not verb and behind.clause == words[own.stop - 1].clause


def _is_in(words: Sequence[Token], own: range) -> bool:
    """Tell whether "in" stands before a month or a year, perhaps with "early" or "late" between."""
    order = own.start - 1
    while order >= 0 and words[order].lower in _PARTS:
        order -= 1
    return order >= 0 and words[order].lower in _IN


def _governor(words: Sequence[Token], own: range) -> str | None:
    """Return the verb that a time belongs to, or None: "despite his invasion in 2022" has none.

    It is the last one before the time in its clause, or else the first one behind, if the time opens the
    clause or stands right before it.
    """
    clause = words[own.start].clause
    verbs = {event.order for event in events(words)}
    verbs |= {order for order, word in enumerate(words) if word.lower in _STATEMENTS | _AUXILIARIES}
    before = [order for order in range(own.start) if words[order].clause == clause]
    if near := [order for order in before if order in verbs]:
        parted = any(words[order].lower in _PARTING for order in range(near[-1], own.start))
        said = any(words[order].lower in _STATEMENTS for order in near[-2:-1])
        quoted = said and words[near[-1]].lower in _ISSUED
        return None if parted or quoted else words[near[-1]].lower
    behind = [order for order in sorted(verbs) if order >= own.stop]
    same = [order for order in behind if words[order].clause == clause]
    if len(before) > _OPENING:
        # "The mayor on Tuesday closed ..."
        return words[same[0]].lower if same and same[0] - own.stop < _RIGHT_BEHIND else None
    if same:
        return words[same[0]].lower
    # "On Wednesday, the ministry said ..." tells what the ministry did.
    return "" if behind else _last(words, own, verbs)


def _last(words: Sequence[Token], own: range, verbs: set[int]) -> str | None:
    """Return the last verb before a time that stands apart: "was signed in Moscow, on June 5"."""
    before = [order for order in verbs if order < own.start]
    return words[max(before)].lower if before else None
