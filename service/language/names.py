"""Names, as English marks them: by a capital inside a sentence.

The first word of a sentence has a capital anyway. It is a name if it has a second capital, if another name
follows, or if it is known to be one: because it stands with a capital inside some other sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.language.calendar import CALENDAR
from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"[^\W_][\w’'.&-]*")
# Names so many words apart or fewer are close enough to act on each other.
_REACH = 7
_JOINERS = lexicon("and or the of in both with plus as well to leader president")
_BE = lexicon("is are was were be been being")
_NOBODY: frozenset[str] = frozenset()


def names(text: str, known: frozenset[str] = _NOBODY) -> list[str]:
    """Return the words of a text that are part of a name, in order.

    Args:
        text: A sentence.
        known: Words in lower case that are names even at the start of a sentence.
    """
    return [name for _, name in _placed(text, known)]


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """Return the words, in lower case, that are seen to be names inside some sentence."""
    return frozenset(name.lower() for text in texts for name in names(text))


def relations(text: str, known: frozenset[str] = _NOBODY) -> frozenset[tuple[str, str]]:
    """Return close pairs of names, in order, with more between them than names and words that only join.

    Those of "was beaten by" are turned round.
    """
    places = _placed(text, known)
    tokens = [token.group() for token in _TOKEN.finditer(text)]
    return frozenset(
        (second.lower(), first.lower())
        if _is_passive(tokens[start + 1 : end])
        else (first.lower(), second.lower())
        for order, (start, first) in enumerate(places)
        for end, second in places[order + 1 : order + 1 + _REACH]
        if first.lower() != second.lower()
        and end - start <= _REACH
        and any(word.islower() and word not in _JOINERS for word in tokens[start + 1 : end])
    )


def _is_passive(between: list[str]) -> bool:
    """Tell whether the words between two names say that the second did it to the first."""
    return between[-1].lower() == "by" and not _BE.isdisjoint(word.lower() for word in between)


def _placed(text: str, known: frozenset[str]) -> list[tuple[int, str]]:
    found = []
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        word = token.group().rstrip(".’'-").replace("’", "'").removesuffix("'s")
        if not word or not word[0].isupper() or word.lower() in FUNCTION_WORDS or word.lower() in CALENDAR:
            continue
        if (
            not _opens_sentence(text, token.start())
            or _is_marked(word)
            or word.lower() in known
            or _before_name(tokens, index)
        ):
            found.append((index, word))
    return found


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \t\n“\"‘'«([—–-")
    return not before or before[-1] in ".!?:…"


def _is_marked(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:])


def _before_name(tokens: list[re.Match[str]], index: int) -> bool:
    following = tokens[index + 1].group() if index + 1 < len(tokens) else ""
    return following[:1].isupper() and following.lower() not in FUNCTION_WORDS
