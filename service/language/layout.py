"""Blocks: the lines of a page, with the lines of a hard-wrapped paragraph joined."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDS_SENTENCE = re.compile(r"[.!?…。][\"”’'»)\]]*$")
LIST_MARK = re.compile(r"^\s*(?:[•*·▪‣○●+>»–—-]|o|\(?\d{1,3}[.)])\s+")
# A tag that breaks lines stands in many texts that were taken out of pages. It is a line of its own.
_BREAK = r"<[bB][rR] ?/?>"
_LINE = re.compile(rf"{_BREAK}|(?:(?!{_BREAK})[^\n\r\u2028\u2029\x0b\x0c])+")
_WRAP_WIDTH = range(50, 120)
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A line or a paragraph: ``span.of(article.text) == text``."""

    span: Span
    text: str


def key(text: str) -> str:
    """Return the letters and digits of a text, by which it is known when it comes again; perhaps none."""
    return _NO_LETTER.sub("", text.casefold())


def blocks(text: str, end: int) -> Iterator[Block]:
    """Yield the blocks of ``text[:end]``, in order; together they cover all of it but white space."""
    for run in _runs(text, end):
        if not _is_wrapped(text, run):
            yield from (Block(span, span.of(text)) for span in run)
            continue
        start = run[0].start
        for above, below in zip(run, [*run[1:], None], strict=True):
            if below is None or not _goes_on(text, above, below):
                span = Span(start, above.end)
                yield Block(span, span.of(text))
                start = below.start if below else span.end


def _runs(text: str, end: int) -> Iterator[list[Span]]:
    """Yield lines that no empty line parts."""
    run: list[Span] = []
    for match in _LINE.finditer(text, 0, end):
        line = match.group().strip()
        if not line:
            continue
        start = match.start() + match.group().index(line[0])
        if run and text.count("\n", run[-1].end, start) > 1:
            yield run
            run = []
        run.append(Span(start, start + len(line)))
    if run:
        yield run


def _is_wrapped(text: str, run: Sequence[Span]) -> bool:
    """Tell whether lines were broken at a width: most that break off go on in lower case."""
    pairs = [(above, below) for above, below in itertools.pairwise(run) if _goes_on(text, above, below)]
    return 2 * sum(text[below.start].islower() for _, below in pairs) > len(pairs)


def _goes_on(text: str, above: Span, below: Span) -> bool:
    """Tell whether the line above is as wide as a wrapped one, ends no sentence, and no list item follows."""
    line = above.of(text)
    return len(line) in _WRAP_WIDTH and not ENDS_SENTENCE.search(line) and not LIST_MARK.match(below.of(text))
