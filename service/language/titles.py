"""Titles: without the name of their site, told as sentences, and without those that only lure a reader in."""

from __future__ import annotations

import re

from service.language.calendar import CALENDAR
from service.language.reference import leans_on_context
from service.language.words import FUNCTION_WORDS, WORD, lexicon, word_count

_WORDS = range(4, 21)
# "Port closed after fire | The Gazette", "Port closed after fire - BBC News".
_JOINT = re.compile(r"\s+(?:\||[-–—]{1,2}|::|»|·)\s+|\s*\|\s*")
# The name of a site or of a section has few words.
_MOST_OF_SITE = 4
_KEY = re.compile(r"[\W_]+")
_LABEL = re.compile(
    r"(?:breaking(?: news)?|exclusive|updated?|just in|developing)\s*[:|–—-]\s+", re.IGNORECASE
)
# What begins with one of these asks, promises or comments, and tells nothing by itself.
_LURE = re.compile(
    r"(?:how|why|what|when|where|who|whom|whose|which|is|are|was|were|do|does|did|can|could|will|would|should"
    r"|has|have|here(?:['’]s| is| are)?|this|these|that|those|meet|see|watch|look|listen|read|everything"
    r"|inside|live|video|photos?|pictures|in pictures|gallery|quiz|podcast|opinion|op-ed|editorial|analysis"
    r"|commentary|column|letters?|explainer|explained|review|recap|fact[- ]check|perspective|timeline"
    r"|transcript|newsletter|the latest|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?"
    r"(?:things|ways|reasons|takeaways|photos|facts|questions|tips|lessons|charts|numbers))\b(?!-)",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"[?!…]|\.\.|\b(?:you|your|you['’]re|won['’]t believe|need to know|live updates?|as it happened)\b"
    r"|\[(?:video|watch|photos?)\]|\((?:video|watch|photos?|updated?|opinion)\)",
    re.IGNORECASE,
)
_CONTENT = 4
_HALF = 0.5
_NO_TITLE = lexicon("home untitled news index article")


def bare(title: str, publisher: str) -> str:
    """Return a title on one line, without a label before it, the name of a site behind it, and a full stop.

    Args:
        title: As the caller or the page tells it.
        publisher: Who published the article, or empty.
    """
    line = " ".join(title.split())
    if match := _LABEL.match(line):
        line = line[match.end() :]
    while joints := list(_JOINT.finditer(line)):
        rest, last = line[: joints[-1].start()], line[joints[-1].end() :]
        if not _is_site(last, publisher) or word_count(rest) < _WORDS.start:
            break
        line = rest
    return line.removesuffix(".") if not line.endswith("..") else line


def is_telling(title: str) -> bool:
    """Tell whether a title states something: no question, no call, no label, nothing cut off or shouted."""
    found = WORD.findall(title)
    letters = [letter for letter in title if letter.isalpha()]
    shouted = sum(map(str.isupper, letters)) > _HALF * len(letters)
    return (
        word_count(title) in _WORDS
        and not shouted
        and not _LURE.match(title.lstrip("“\"‘' "))
        and not _CALL.search(title)
        and not _JOINT.search(title)
        and found[0].lower() not in _NO_TITLE
        and not leans_on_context(as_sentence(title, frozenset()))
    )


def as_sentence(title: str, names: frozenset[str]) -> str:
    """Return a title with a full stop and, if all its words have capitals, only those of names.

    Args:
        title: The title.
        names: Words in lower case that are known to be names.
    """
    plain = [word for word in WORD.findall(title)[1:] if word.lower() not in names and len(word) >= _CONTENT]
    capitals = sum(word[0].isupper() for word in plain)
    if capitals <= _HALF * len(plain):
        return f"{title}."
    first = WORD.search(title)
    begin = first.start() if first else 0
    return WORD.sub(lambda match: _plain(match, names, begin), title) + "."


def _plain(match: re.Match[str], names: frozenset[str], begin: int) -> str:
    word = match.group()
    known = word.lower() in names and word.lower() not in FUNCTION_WORDS
    kept = known or len(word) == 1 or word.lower() in CALENDAR or any(letter.isupper() for letter in word[1:])
    return word if kept or match.start() == begin else word.lower()


def _is_site(text: str, publisher: str) -> bool:
    """Tell whether the end of a title is the publisher, or a few words that all have capitals."""
    key, name = _KEY.sub("", text.casefold()), _KEY.sub("", publisher.casefold())
    if name and (key in name or name in key):
        return True
    content = [word for word in WORD.findall(text) if word.lower() not in FUNCTION_WORDS]
    capitals = all(word[0].isupper() for word in content)
    return word_count(text) <= _MOST_OF_SITE and capitals and not any(map(str.isdigit, text))
