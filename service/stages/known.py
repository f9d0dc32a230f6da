"""Known: which claims the reader has read already, and so are no news.

A claim is known if the background has it as a sentence: the same words in the same order. Sentences that are
only alike are not, for the one word in which they differ can be the news: who won, how many died, that it is
false after all. And "on Thursday" is another day in another week: where words mean another time when they are
read at another, both must have been published close enough together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from service.domain import Background, Known, News
from service.language.calendar import WEEKDAYS, dates
from service.language.reference import quotable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from service.domain import Ranked, Sentence
    from service.similarity import Story

_MARKS = str.maketrans("‘’“”–—−\N{NON-BREAKING HYPHEN}", "''\"\"----")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_END = " .!…"
# Words that mean another time on another day.
_OF_THE_DAY = re.compile(
    rf"\b(?:today|tonight|yesterday|tomorrow|overnight|ago|now|currently|recent(?:ly)?|(?:{'|'.join(WEEKDAYS)})s?"
    r"|(?:this|last|past|next|coming|previous|earlier|later)\s+(?:\w+\s+){0,2}(?:hour|day|week|weekend|month|quarter|"
    r"year|decade|spring|summer|autumn|fall|winter|season)s?"
    r"|mornings?|afternoons?|evenings?|nights?|dawn|dusk|noon|midday|midnight|hours)\b|\d\s*[ap]\.?m\b",
    re.IGNORECASE,
)
# Behind a month, its day or a word of time: 2000 jobs are no year.
_YEAR = re.compile(
    r"(?:\b(?:in|of|since|by|until|during)|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s\d{1,2}(?:st|nd|rd|th)?)?,?)\s(?:1[5-9]|20)\d\d\b(?!\s[a-z]+s\b)",
    re.IGNORECASE,
)
# Days between two publications in which the same words without a year tell one thing: rates are raised again.
_FORTNIGHT = 14


class _Reach(NamedTuple):
    """How many days apart the same words still mean one time, and whether both days must be known."""

    days: int
    must_be_known: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader knows, and when the articles of a story were published.

    Attributes:
        background: What the reader knows.
        published: Of each article its day of publication, or None.
    """

    background: Background
    published: tuple[date | None, ...]

    def knows(self, claim: str, sources: Collection[int]) -> int | None:
        """Return the first text of the background that has a claim as a sentence, or None if none has.

        Args:
            claim: One sentence.
            sources: The articles that it is of, at least one; it must be known as the claim of each.
        """
        reach = _reach(claim)
        told = self.background.told.get(_key(claim), ())
        first: list[int] = []
        for day in {self.published[source] for source in sources}:
            found = [index for known, index in told if _as_one(day, known, reach)]
            if not found:
                return None
            first.append(min(found))
        return min(first)


def background(sentences: Sequence[Sentence], days: Sequence[date | None] = ()) -> Background:
    """Make ready what the reader knows.

    Args:
        sentences: Those of the background; the source of each is the index of its text.
        days: Of each text, when it was published, or None; empty if no day is known.
    """
    told: dict[str, dict[date | None, int]] = defaultdict(dict)
    for sentence in sentences:
        for key in {_key(sentence.text), _key(quotable(sentence.text))} - {""}:
            told[key].setdefault(days[sentence.source] if days else None, sentence.source)
    return Background({key: tuple(found.items()) for key, found in told.items()})


def news(ranked: Sequence[Ranked], story: Story, reader: Reader) -> News:
    """Tell the clusters that are news from those that are known.

    A cluster is known if every sentence of it that can stand alone is: all state one claim, but what only one
    of them says can be news. Of those that are not known, the best stands for the cluster from now on.

    Args:
        ranked: All clusters, by falling salience.
        story: Their sentences.
        reader: What the reader knows.
    """
    left: list[Ranked] = []
    found: list[Known] = []
    for item in ranked:
        story.check()
        told = {index: known(story.sentences[index], reader) for index in _stated(item)}
        new = [index for index, text in told.items() if text is None]
        first = next(iter(told.values()), None)
        if first is None or new:
            left.append(replace(item, representative=new[0]) if new else item)
        else:
            found.append(Known(item, first))
    return News(tuple(left), tuple(found))


def known(sentence: Sentence, reader: Reader) -> int | None:
    """Return the first text of the background that has a sentence, or None if none has."""
    return reader.knows(quotable(sentence.text), (sentence.source,))


def _stated(ranked: Ranked) -> Iterator[int]:
    """Yield the sentences of a cluster that can stand alone: the representative first, then the best."""
    scored = zip(ranked.cluster.members, ranked.scores, strict=True)
    yield from (index for _, index in sorted((-score, index) for index, score in scored if score is not None))


def _key(text: str) -> str:
    """Return what two texts of the same words and marks have in common, however they end."""
    found = " ".join(_TOKEN.findall(text.translate(_MARKS))).rstrip(_END)
    return found[:1].upper() + found[1:]


def _reach(text: str) -> _Reach | None:
    """Return how far words reach, or None if they mean one time on all days."""
    if _OF_THE_DAY.search(text):
        return _Reach(0, must_be_known=True)
    return None if _YEAR.search(text) else _Reach(_FORTNIGHT, must_be_known=bool(dates(text)))


def _as_one(one: date | None, other: date | None, reach: _Reach | None) -> bool:
    """Tell whether words of two days mean one time. If neither day is known, words decide."""
    if reach is None:
        return True
    if one is None or other is None:
        return one is other or not reach.must_be_known
    return abs((one - other).days) <= reach.days
