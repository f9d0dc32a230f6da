"""All that was named -> one pile of articles with distinct ids, and remarks on what is not in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO

from service.reading.files import read_file
from service.reading.found import Limits, Reading, Remark
from service.reading.names import Names
from service.reading.places import places
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsweave.v1.newsweave_pb2 import Article
    from service.reading.formats import Format

_LIMITS = Limits()


def read(
    arguments: Iterable[str],
    kind: Format | None = None,
    limits: Limits = _LIMITS,
    standard_input: BinaryIO | None = None,
) -> Reading:
    """Read files, folders, patterns and ``-``, in the order in which they are named.

    Args:
        arguments: Paths and patterns.
        kind: Of standard input and of files that are named; told by name and beginning if it is None.
        limits: How much is read at most.
        standard_input: What ``-`` stands for; that of the process if it is None.
    """
    stream = standard_input or sys.stdin.buffer
    pile = _Pile(limits)
    for place in places(arguments):
        if isinstance(place, Remark):
            pile.remark(place)
            continue
        for found in read_file(place, stream, kind if place.is_named else None, limits):
            if isinstance(found, Remark):
                pile.remark(found)
            elif not pile.add(found, place.name):
                return pile.reading()
    return pile.reading()


class _Pile:
    """Articles by their ids, and remarks, while they come in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._articles: dict[str, Article] = {}
        self._owners: dict[str, str] = {}
        self._names = Names()
        self._remarks: list[Remark] = []
        self._characters = 0

    def remark(self, remark: Remark) -> None:
        self._remarks.append(remark)

    def add(self, article: Article, place: str) -> bool:
        """Add an article, and return whether there was still room for it."""
        self._characters += len(article.text) + len(article.html)
        if len(self._articles) >= self._limits.articles or self._characters > self._limits.characters:
            most = f"{self._limits.articles} articles and {self._limits.characters} characters"
            self.remark(
                Remark(place, Reason.TOO_MUCH, f"from here on nothing is read: {most} are taken at most")
            )
            return False
        first = self._articles.get(article.id)
        if first is None or article != first:
            self._keep(article, place)
        else:
            about = f"holds {article.id!r} word for word as {self._owners[article.id]} does: taken once"
            self.remark(Remark(place, Reason.SAME_ARTICLE, about, lost=False))
        return True

    def reading(self) -> Reading:
        """Return what came in."""
        return Reading(tuple(self._articles.values()), tuple(self._remarks))

    def _keep(self, article: Article, place: str) -> None:
        name = self._names.take(article.id)
        if name != article.id:
            about = f"holds another {article.id!r} than {self._owners[article.id]}: called {name!r}"
            self.remark(Remark(place, Reason.DUPLICATE_ID, about, lost=False))
            article.id = name
        self._articles[name] = article
        self._owners[name] = place
