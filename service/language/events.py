"""What happens in a sentence: verbs, and nouns that stand for them, with the synonyms of news made one.

English without a parser: an event is a word of the lexicon, or a word that can only be a past tense. Where
that is wrong, the event has no counterpart in another article, and nothing comes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.language.words import FUNCTION_WORDS, WORD, lexicon, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each line: what the event is called in a report, and the forms that mean it.
_FORMS = """
arrival: arrive arrives arrived arriving arrival land lands landed landing touched-down
death: die dies died dying dead death deaths killed kill kills killing fatalities fatality perished slain
injury: hurt injured injuring injures injuries injury wounded wounding wounds
arrest: arrest arrests arrested arresting detained detaining detentions
custody: custody
disappearance: missing unaccounted disappeared vanished
evacuation: evacuated evacuating evacuation evacuations
displacement: displaced homeless
hospital: hospitalized hospitalised hospital hospitals
rescue: rescued rescuing
signing: sign signs signed signing inked
founding: founded founding established establish establishing establishment
birth: born birth
wedding: married marry wed
shooting: shot
crash: crashed crash
explosion: exploded explosion blast detonated
resignation: resigned resign resignation stepped-down quit
beginning: began begun started
end: ended
departure: departed departure
sentence: sentenced
charge: charged
election: elected
release: released freed
return: returned
stabbing: stabbed
abduction: abducted kidnapped
launch: launched
"""
# Happen to somebody or something once, so that two dates of one can only be a disagreement.
ONCE = lexicon("birth founding death")
# Events of which people are the measure, and what their number is called.
CASUALTIES = {
    "death": "dead",
    "injury": "injured",
    "arrest": "people arrested",
    "custody": "people in custody",
    "disappearance": "missing",
    "evacuation": "people moved to safety",
    "displacement": "people without a home",
    "hospital": "people in hospital",
    "rescue": "people rescued",
}
# Told at a time of their own, which is no part of the story.
_REPORTING = lexicon(
    """
    said told added announced reported stated claimed argued wrote tweeted posted confirmed denied warned
    called asked insisted explained noted quoted described published updated released according spoke thought
    wanted believed hoped expected planned scheduled supposed based related used alleged accused named
    aged united
    """
)
_IRREGULAR = lexicon(
    """
    came went took gave made got began broke brought built bought caught chose drew drove fell felt fought
    found flew grew held kept led left lost met paid ran rose sent shot sold spent stood stole struck
    swore threw won became fled hit beat sank tore wore woke rode shook hung lay bled drowned died quit
    """
)
_NO_VERB = lexicon(
    "need speed bed red feed seed weed deed breed bleed hundred sacred naked wicked armed supposed"
)
# Before "found" in the sense of "establish"; elsewhere it is the past of "find".
_INFINITIVE = lexicon("to help helps helped helping will would can could may might must shall should did")
_BEFORE_NOUNS = lexicon("the a an his her their its")
# A verb such as "used" has a stem of two letters at least.
_LEAST = 4
_BREAK = re.compile(r"[;:,—–()]|\s-\s|--|[“”\"]")


def _lexicon() -> dict[str, str]:
    return {
        form: name.strip()
        for name, _, forms in (line.partition(":") for line in _FORMS.strip().splitlines())
        for form in forms.split()
    }


_NAMES = _lexicon()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens in a sentence.

    Attributes:
        name: What it is called, one name for all synonyms; the stem of any other verb.
        known: Whether the lexicon has it.
        speech: Whether it only tells that something was said or thought.
        order: Which token of the sentence it is.
    """

    name: str
    known: bool
    order: int
    speech: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence.

    Attributes:
        lower: It, in lower case and without a possessive ending.
        stem: Its stem.
        start: Where it begins in the sentence.
        end: Where it ends.
        clause: The number of its clause, as commas, dashes and brackets cut a sentence.
        text: It, as it stands there.
    """

    lower: str
    stem: str
    start: int
    end: int
    clause: int
    text: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a sentence."""
    found: list[Token] = []
    clause = end = 0
    for match in WORD.finditer(text):
        clause += bool(_BREAK.search(text[end : match.start()]))
        word = match.group().replace("’", "'")
        found.append(
            Token(word.lower().removesuffix("'s"), stem(word), match.start(), match.end(), clause, word)
        )
        end = match.end()
    return tuple(found)


def events(words: Sequence[Token]) -> tuple[Event, ...]:
    """Return the events of a sentence, in order."""
    found = []
    for order, word in enumerate(words):
        following = words[order + 1].lower if order + 1 < len(words) else ""
        before = words[order - 1].lower if order else ""
        name = _NAMES.get(word.lower) or _NAMES.get(f"{word.lower}-{following}")
        if word.lower == "found" and before in _INFINITIVE:
            name = "founding"
        if name or word.lower in _REPORTING or _past(word, before):
            speech = not name and word.lower in _REPORTING
            found.append(Event(name or word.stem, bool(name), order, speech))
    return tuple(found)


def _past(word: Token, before: str) -> bool:
    lower = word.lower
    if lower in _NO_VERB or before in _BEFORE_NOUNS:
        return False
    regular = len(lower) > _LEAST and lower.endswith("ed") and not word.capital
    return lower in _IRREGULAR or (regular and lower not in FUNCTION_WORDS)
