"""Other ways to find the article among the lines of a page; all are given the same lines."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import justext

from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PROSE_WORDS = 10
_PROSE_ENDS = (".", "!", "?", '"', "”")
_PLACE = re.compile(r"/p\[(\d+)\]$")


@dataclass(frozen=True, slots=True)
class Cleaner:
    """A way to clean a page.

    Attributes:
        name: Its name in tables.
        keeps: Tells of each line whether it is kept.
        packages: The distributions that it comes from.
    """

    name: str
    keeps: Callable[[Sequence[str]], list[bool]]
    packages: tuple[str, ...] = ()


def _everything(lines: Sequence[str]) -> list[bool]:
    return [True] * len(lines)


def _prose(lines: Sequence[str]) -> list[bool]:
    """Keep lines of ten words that end as sentences do."""
    return [word_count(line) >= _PROSE_WORDS and line.rstrip().endswith(_PROSE_ENDS) for line in lines]


def _justext(lines: Sequence[str]) -> list[bool]:
    """Keep what jusText (Pomikalek, 2011) takes for text if every line is a paragraph of HTML.

    What it knows of a page beside the text, links and headings, is not there.
    """
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    kept = justext.justext(f"<html><body>{page}</body></html>", justext.get_stoplist("English"))
    places = {_place(paragraph.xpath) for paragraph in kept if not paragraph.is_boilerplate}
    return [index in places for index in range(len(lines))]


def _place(xpath: str) -> int:
    """Return the index of a paragraph; a lone one has no number."""
    match = _PLACE.search(xpath)
    return int(match[1]) - 1 if match else 0


PEERS = (
    Cleaner("keep everything", _everything),
    Cleaner("lines of ten words", _prose),
    Cleaner("justext", _justext, ("jusText",)),
)
