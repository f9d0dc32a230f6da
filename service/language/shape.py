"""The shape of a block: what can be measured of it by itself, as numbers for a classifier."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain import RemovalReason
from service.language import furniture
from service.language.layout import ENDS_SENTENCE, LIST_MARK
from service.language.words import WORD, function_share, word_count

if TYPE_CHECKING:
    from collections.abc import Callable

_SENTENCE_END = re.compile(r"[.!?…。][\"”’'»)\]]*(?=\s|$)")
_SEPARATOR = re.compile(r"[|•·»\u203a▪►→/]")
_LINK = re.compile(r"https?://|www\.|\S@\S|[#@]\w|\.com\b|\.org\b")
_QUOTE = re.compile(r"[\"“”«»„]")
_READER = re.compile(r"\b(?:you|your|yours|we|us|our|ours|i|my|me)\b", re.IGNORECASE)
_WRITER = re.compile(r"\b(?:I(?:[’']m|[’']ve)?|my|me)\b")
# What pages speak of, and articles about something else seldom.
_PAGE_WORDS = re.compile(
    r"\b(?:privacy|cookies?|consent|personal (?:data|information)|data protection|(?:registered )?trademarks?"
    r"|terms|policy|web ?site|e-?mail|newsletter|subscri\w+|account|browser|user'?s?|copyright|disclaimer"
    r"|comments?|post(?:ed)?|blog|click|share|sign|log ?in|download|app)\b",
    re.IGNORECASE,
)
# In characters: where a text that was cut off says so.
_TAIL = 8
# In letters: short words in lower case are function words in most languages.
_SHORT_WORD = 3
# In words: a line with a full stop is running text from so many.
_PROSE = 12
_MOST_PHRASES = 5
# Beyond it, a line is damaged, and how much says nothing.
_MOST_A_WORD = 20.0


@dataclass(frozen=True, slots=True)
class _Block:
    """A block, what the rules say of it, the text without the mark of a list, and its words."""

    text: str
    reason: RemovalReason | None
    bare: str
    words: tuple[str, ...]

    def per_word(self, count: int) -> float:
        return min(count / max(len(self.words), 1), _MOST_A_WORD)

    def share(self, test: Callable[[str], bool]) -> float:
        return self.per_word(sum(map(test, self.words)))


def _is_cut_off(block: _Block) -> bool:
    tail = block.bare[-_TAIL:]
    return "..." in tail or "…" in tail


def _has_prose(block: _Block) -> bool:
    return len(block.words) >= _PROSE and bool(_SENTENCE_END.search(block.bare))


def _says(reason: RemovalReason) -> Callable[[_Block], float]:
    return lambda block: block.reason is reason


_MEASURES: dict[str, Callable[[_Block], float]] = {
    "words": lambda block: math.log1p(word_count(block.bare)),
    "letters a word": lambda block: block.per_word(sum(map(len, block.words))),
    "function words": lambda block: function_share(block.bare),
    "short words": lambda block: block.share(lambda word: word.islower() and len(word) <= _SHORT_WORD),
    "small letters": lambda block: block.share(lambda word: word[0].islower()),
    "capitals": lambda block: block.share(lambda word: word[0].isupper()),
    "all capitals": lambda block: block.share(lambda word: word.isupper() and len(word) > 1),
    "digits": lambda block: sum(map(str.isdigit, block.bare)) / max(len(block.bare), 1),
    "full stop": lambda block: bool(ENDS_SENTENCE.search(block.bare)),
    "sentence ends": lambda block: block.per_word(len(_SENTENCE_END.findall(block.bare))),
    "commas": lambda block: block.per_word(block.bare.count(",") + block.bare.count("、")),
    "colon": lambda block: block.bare.endswith(":"),
    "separators": lambda block: block.per_word(len(_SEPARATOR.findall(block.bare))),
    "list mark": lambda block: bool(LIST_MARK.match(block.text)),
    "quotation": lambda block: bool(_QUOTE.search(block.bare)),
    "link": lambda block: bool(_LINK.search(block.bare)),
    "small start": lambda block: bool(block.words) and block.words[0][0].islower(),
    "you and we": lambda block: block.per_word(len(_READER.findall(block.bare))),
    "exclamation": lambda block: block.bare.endswith(("!", "?")),
    "cut off": _is_cut_off,
    "page words": lambda block: min(len(_PAGE_WORDS.findall(block.bare)), _MOST_PHRASES),
    "writer": lambda block: block.per_word(len(_WRITER.findall(block.bare))),
    "prose": _has_prose,
    "comments": _says(RemovalReason.COMMENTS),
    "related": _says(RemovalReason.RELATED),
    "credit": _says(RemovalReason.CREDIT),
    "notice": _says(RemovalReason.NOTICE),
    "fragment": _says(RemovalReason.FRAGMENT),
    "notices": lambda block: block.per_word(min(len(furniture.NOTICE.findall(block.bare)), _MOST_PHRASES)),
}
NAMES = tuple(_MEASURES)


def shape(text: str, reason: RemovalReason | None) -> tuple[float, ...]:
    """Measure a block.

    Args:
        text: The block, perhaps with the mark of a list at its start.
        reason: What :func:`service.language.furniture.judge` says of it.

    Returns:
        One number for each of ``NAMES``: logarithms, shares from 0 to 1, or 0 and 1 for no and yes.
    """
    bare = " ".join(LIST_MARK.sub("", text).split())
    block = _Block(text, reason, bare, tuple(WORD.findall(bare)))
    return tuple(float(measure(block)) for measure in _MEASURES.values())
