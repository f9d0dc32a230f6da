"""What a sentence tells as a fact, and what it leaves to somebody who claims, fears, denies or asks for it.

Such a word opens a frame, and what it governs is not told by whoever writes the sentence (Saurí and
Pustejovsky, 2009, FactBank). What somebody said opens none: news has hardly anything else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.language.words import FUNCTION_WORDS, LIGHT_VERBS, WORD, stem, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HOLD = (
    r"claim(?:s|ed|ing)?|alleg(?:es?|ing)|believe[sd]?|thinks?|thought|fear(?:s|ed)?|suspect(?:s|ed)?"
    r"|pretend(?:s|ed)?|speculate[sd]?"
)
_HOLD_THAT = (
    rf"{_HOLD}|alleged|den(?:y|ies|ied|ying)|doubt(?:s|ed)?|demand(?:s|ed)?|false|untrue|lie"
    r"|allegations?|accusations?|assertions?|rumou?r(?:s|ed)?|speculation|theor(?:y|ies)|hoax(?:es)?|myth"
    r"|suggestions?|suspicions?|belief|possibility"
)
# Behind these, another word of theirs may be an object: "denied his request".
_SUBJECT = r"(?:he|she|it|they|there)\b"
_OPENS = re.compile(
    rf"""
    \b(?:{_HOLD_THAT})\s(?:that\b|(?={_SUBJECT}))
    | \b(?:den(?:y|ies|ied|ying)|claim(?:s|ed|ing)?|alleg(?:es?|ing)),[^,]{{1,60}},\sthat\b
    | \bcharge[sd]?\sthat\b
    | \bno\s(?:\w+\s)?(?:evidence|proof|indications?|signs?)\sthat\b
    | \b(?:{_HOLD})\s(?=(?:the|an?|th(?:is|ese|ose)|its|his|her|their|(?-i:[A-Z])[\w’'-]*)\s)
    | \b(?:rumou?rs|allegations?|accusations?|suspicions?|den(?:y|ies|ied|ying))\s(?:of\s)?(?=\w+ing\b)
    | \b(?:believed|thought|alleged|rumou?red|suspected|feared)\sto\s(?:have|be)\b
    | \b(?:accus(?:e|es|ed|ing)|suspected)\b(?:\s[\w’'-]+){{0,8}}?\sof\b
    | \bcharged\swith\b
    | \b(?:allegedly|reportedly|supposedly|purportedly|if|unless|whether)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLOSES = re.compile(
    r"[;:?!()—–]|,(?!\d)|\b(?:but|although|though|while|because|which|who|after|before|when)\b", re.IGNORECASE
)
# "A man suspected of arson was held": without an auxiliary of its own, the frame ends before the verb of the
# clause, which is mostly an auxiliary or a word in -ed.
_OF_A_NOUN = re.compile(r"(?:accused|suspected)\sof|charged\swith|\w+\sto\s(?:have|be)", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"(?<!that\s)(?<!who\s)(?<!which\s)\b(?:is|are|was|were|be|been|being|has|have|had)\s(?:not\s|\w+ly\s)?$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?<!\bhaving\s)(?<!\bhave\s)(?<!\bbeen\s)(?<!\bbeing\s)(?<!\bbe\s)"
    r"\b(?:is|are|was|were|has|had|will|would|\w{2,}ed|began|came|fell|fled|left|lost|said|took|told|went|won)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(rf",\s(?:[\w’'.-]+\s){{1,6}}(?:{_HOLD}|alleged)\W*$", re.IGNORECASE)
# Commands to the reader, or to a program that reads. What follows one is never told. Few words may stand
# before "that", for "State officials said that" commands nothing.
_BETWEEN = (
    r"(?:clearly|only|again|instead|simply|explicitly|always|also|in|to|the|your|this|its|all|any|every|summary"
    r"|summaries|answer|reply|article|headline|story|readers?|everyone|users?)"
)
_VERBS = r"(?:say|write|state|report|mention|tell|repeat|answer|reply|respond|conclude)"
_TELL = rf"{_VERBS}\b(?:\s{_BETWEEN}\b){{0,4}}?"
_MUST_TELL = rf"(?:must|should|shall|ha(?:s|ve)\sto)\s(?:\w+\s)?{_TELL}\sthat\b"
_ASKS = re.compile(
    rf"""
    (?:^|[:,;“"(])\s*(?:please\s|now\s)?{_TELL}(?:\sthat\b|\s?:)
    | ^\W*(?:please\s)?(?:write|summari[sz]e|ignore|disregard|forget)\b
    | \b{_MUST_TELL}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_COMMAND = re.compile(
    rf"""
    ^[^\w“"‘]*(?:please\s|now\s|as\s[^,]{{1,60}},\s)?{_TELL}\sthat\s(?!down\b|again\b)
    | \bsummar(?:y|ies)(?:\s(?:of|for|about)(?:\s[\w’'-]+){{1,5}}?)?\s{_MUST_TELL}
    | ^[^\w“"‘]*(?:please\s)?(?:ignore|disregard|forget)\s(?!for\b)(?:[\w’'-]+\s){{0,3}}
      (?:above|(?:previous|prior|preceding)\s(?:instructions?|prompts?|text|articles?|sentences?))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAID = re.compile(r",[”\"’]?\s(?:[\w’'.-]+\s){1,6}(?:said|says|wrote|added|told \w+)\W*$")


@dataclass(frozen=True, slots=True)
class Factuality:
    """Which words of a sentence stand for facts.

    Attributes:
        told: Stems of the words that stand outside all frames.
        framed: Stems of those that stand inside, each with the stems of what opens its frames; a command is
            opened by nothing.
    """

    told: frozenset[str]
    framed: Mapping[str, frozenset[str]]


def factuality(text: str) -> Factuality:
    """Return what a sentence tells as a fact, and what it does not."""
    frames = list(_frames(text))
    told: set[str] = set()
    framed: dict[str, set[str]] = defaultdict(set)
    for match in WORD.finditer(text):
        word = match.group().lower()
        if word in FUNCTION_WORDS and word not in LIGHT_VERBS:
            continue
        root = LIGHT_VERBS.get(word) or stem(word)
        if openers := [opener for own, opener in frames if match.start() in own]:
            framed[root].update(openers)
        else:
            told.add(root)
    return Factuality(frozenset(told), {root: frozenset(openers) for root, openers in framed.items()})


def is_command(text: str) -> bool:
    """Tell whether a sentence tells whoever reads it what to write; what somebody says to others does not."""
    return bool(_COMMAND.search(text)) and not _SAID.search(text)


def _frames(text: str) -> Iterator[tuple[range, str]]:
    """Yield where each frame is, and the stem of the word that opens it."""
    for opened in _OPENS.finditer(text):
        yield range(opened.end(), _closed(text, opened)), stem(words(opened.group())[0])
    if ended := _ENDS.search(text):
        yield range(ended.start()), stem(words(ended.group())[-1])
    for command in _ASKS.finditer(text):
        yield range(command.end(), len(text)), ""


def _closed(text: str, opened: re.Match[str]) -> int:
    """Return where a frame ends: with its clause, or with the noun that it is about."""
    closed = _CLOSES.search(text, opened.end())
    end = closed.start() if closed else len(text)
    is_of_a_noun = _OF_A_NOUN.fullmatch(opened.group()) and not _AUXILIARY.search(text, 0, opened.start())
    verb = _VERB.search(text, opened.end(), end) if is_of_a_noun else None
    return verb.start() if verb else end
