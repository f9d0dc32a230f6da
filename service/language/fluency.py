"""Signs that a sentence was damaged on its way: words or whole lines that ran into each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.language.words import FUNCTION_WORDS, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")
# Words that are seldom the end of another English word and often follow a name or a comma.
_JOINTS = lexicon(
    """
    according although because including repeatedly possibly saying where which while whose after since
    said that were when with from also who was and the has had
    """
)
_ANY_JOINT = tuple(_JOINTS)
_STEM_LENGTH = 4
# A label or headline that runs into a sentence: "Boston Globe The sale was approved".
_GLUED = re.compile(
    r"^((?:[A-Z][\w’'.&-]*\s+){1,8})(?:The|In|A|An|It|He|She|They|This|When|After|As|At|On)\s+[a-z]"
)
_CAPTION = re.compile(
    r"^(?:\d{1,2}\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,?\s(?:\d{1,2},\s)?\d{4}\s?[,:]"
)
_SCRAPS = re.compile(
    r"[•|▪►»]|\b(?:[Ss]how|[Hh]ide|[Tt]oggle|Image) [Cc]aption\b|^[A-Z]{1,3}:\s"
    r"|\b(?:Full Screen|Autoplay|Skip Ad|View Photos|View Gallery|Play Video)(?:\s+(?:[A-Z]\w+|×)){2}"
    r"|^(?:EMBED|TRAILER|VIDEO|WATCH|PHOTOS?|GALLERY|READ|LISTEN|MORE)\b"
)


def is_damaged(text: str, vocabulary: frozenset[str]) -> bool:
    """Tell whether a sentence ran into something else, lost a part, or is the caption of a picture.

    Args:
        text: A sentence.
        vocabulary: All words of the articles in lower case; the first half of two joined words such as
            ``officialsaccording`` must be among them.
    """
    return (
        bool(_SCRAPS.search(text) or _CAPTION.match(text))
        or _is_glued(text)
        or _is_half_quoted(text)
        or any(
            _is_joined(token.lower().removesuffix("’s").removesuffix("'s"), vocabulary)
            for token in _TOKEN.findall(text)
        )
    )


def _is_glued(text: str) -> bool:
    match = _GLUED.match(text)
    return match is not None and not any(word.lower() in FUNCTION_WORDS for word in match.group(1).split())


def _is_half_quoted(text: str) -> bool:
    """Tell whether a quotation begins or ends outside the sentence."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")


def vocabulary_of(texts: Iterable[str]) -> frozenset[str]:
    """Return all words of some texts in lower case, hyphenated ones whole."""
    return frozenset(token.lower() for text in texts for token in _TOKEN.findall(text))


def _is_joined(token: str, vocabulary: frozenset[str]) -> bool:
    if not token.endswith(_ANY_JOINT):
        return False
    firsts = (token.removesuffix(joint) for joint in _JOINTS)
    return any(first != token and len(first) >= _STEM_LENGTH and first in vocabulary for first in firsts)
