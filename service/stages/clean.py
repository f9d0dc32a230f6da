"""Clean: articles into documents, running text kept, the furniture of pages removed with a reason.

The unit is the block: a line, or several lines that a hard wrap made of one paragraph. A block is
judged by its own shape and words first, and then by its neighbours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain import Document, Overflow, RemovalReason, Removed, Span
from service.language import furniture
from service.language.layout import LIST_MARK
from service.language.layout import blocks as blocks_of
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Article, SummaryOptions
    from service.language.layout import Block

_HEADLINE = 4
# In words: what a block of running text counts at most, and what anything else counts against the body.
_LONG, _PENALTY = 60, 10.0
_KEY = re.compile(r"[\W_]+")


def clean(articles: Sequence[Article], options: SummaryOptions, max_characters: int) -> tuple[Document, ...]:
    """Clean every article.

    Args:
        articles: What the caller sent.
        options: Only ``overflow`` is read.
        max_characters: Where an article ends if it is to be truncated.
    """
    return tuple(_clean(article, options, max_characters) for article in articles)


def _clean(article: Article, options: SummaryOptions, max_characters: int) -> Document:
    text, end = article.text, len(article.text)
    removed: list[Removed] = []
    if options.overflow is Overflow.TRUNCATE and end > max_characters:
        end = _last_break(text, max_characters)
        removed.extend(_tail(text, end))
    blocks = list(blocks_of(text, end))
    reasons = _reasons(blocks, article.title)
    title = article.title.strip() or _title(blocks, reasons)
    judged = list(zip(blocks, reasons, strict=True))
    kept = tuple(block.span for block, reason in judged if reason is None)
    removed[:0] = [Removed(block.span, reason) for block, reason in judged if reason]
    return Document(article, kept, tuple(removed), title)


def _last_break(text: str, limit: int) -> int:
    """Return the end of the last paragraph, or else the last word, before the limit."""
    for mark in ("\n", " "):
        if (found := text.rfind(mark, limit // 2, limit)) > 0:
            return found
    return limit


def _tail(text: str, end: int) -> Iterator[Removed]:
    if rest := text[end:].strip():
        start = text.index(rest[0], end)
        yield Removed(Span(start, start + len(rest)), RemovalReason.TRUNCATED)


def _reasons(blocks: Sequence[Block], title: str) -> list[RemovalReason | None]:
    reasons = [furniture.judge(block.text) for block in blocks]
    _mark_duplicates(blocks, reasons, title)
    _mark_after_heading(blocks, reasons, furniture.RELATED, RemovalReason.RELATED)
    _mark_after_heading(blocks, reasons, furniture.COMMENTS, RemovalReason.COMMENTS)
    _mark_outside_body(blocks, reasons)
    _mark_headings(reasons)
    return reasons


def _mark_outside_body(blocks: Sequence[Block], reasons: list[RemovalReason | None]) -> None:
    """Mark running text apart from the body of the page: teasers among menus and lists.

    The body is the run of blocks with the greatest sum, where running text counts its words and
    anything else counts against it (maximum subsequence segmentation; Pasternack and Roth, 2009).
    """
    start, end = _greatest_run([_gain(block, reason) for block, reason in zip(blocks, reasons, strict=True)])
    for index, reason in enumerate(reasons):
        if reason is None and not start <= index < end:
            reasons[index] = RemovalReason.RELATED


def _gain(block: Block, reason: RemovalReason | None) -> float:
    return float(min(word_count(block.text), _LONG)) if reason is None else -_PENALTY


def _greatest_run(gains: Sequence[float]) -> tuple[int, int]:
    """Return the half-open range with the greatest sum (Kadane's algorithm)."""
    best, best_range, total, start = 0.0, (0, 0), 0.0, 0
    for index, gain in enumerate(gains):
        if total <= 0:
            total, start = 0.0, index
        total += gain
        if total > best:
            best, best_range = total, (start, index + 1)
    return best_range


def _mark_duplicates(blocks: Sequence[Block], reasons: list[RemovalReason | None], title: str) -> None:
    """Mark what the article says again: titles, captions, pull quotes."""
    seen = {_KEY.sub("", title.casefold())} - {""}
    for index, block in enumerate(blocks):
        key = _KEY.sub("", block.text.casefold())
        if key in seen and (reasons[index] is None or reasons[index] is RemovalReason.FRAGMENT):
            reasons[index] = RemovalReason.DUPLICATE
        seen.add(key)


def _mark_after_heading(
    blocks: Sequence[Block],
    reasons: list[RemovalReason | None],
    heading: re.Pattern[str],
    reason: RemovalReason,
) -> None:
    """Mark the list that follows a heading such as "Read also": items and scraps, up to running text."""
    active = False
    for index, block in enumerate(blocks):
        if heading.match(LIST_MARK.sub("", block.text).strip()):
            active = True
        elif active and (LIST_MARK.match(block.text) or reasons[index] is RemovalReason.FRAGMENT):
            reasons[index] = reason
        elif reasons[index] is None:
            active = False


def _mark_headings(reasons: list[RemovalReason | None]) -> None:
    """A lone scrap above running text is a heading; scraps in a row are navigation."""
    fragments = [reason is RemovalReason.FRAGMENT for reason in reasons]
    for index, is_fragment in enumerate(fragments):
        if not is_fragment:
            continue
        in_run = (index > 0 and fragments[index - 1]) and (
            index + 1 < len(fragments) and fragments[index + 1]
        )
        above_text = any(reason is None for reason in reasons[index + 1 : index + 3])
        if in_run or not above_text:
            reasons[index] = RemovalReason.NAVIGATION
        else:
            reasons[index] = RemovalReason.HEADING


def _title(blocks: Sequence[Block], reasons: list[RemovalReason | None]) -> str:
    """Return the longest scrap before the running text, and mark it: menus are shorter than headlines."""
    first = next((index for index, reason in enumerate(reasons) if reason is None), 0)
    scraps = [
        (word_count(block.text), -index)
        for index, block in enumerate(blocks[:first])
        if reasons[index] in {RemovalReason.HEADING, RemovalReason.NAVIGATION}
    ]
    words, place = max(scraps, default=(0, 0))
    if words < _HEADLINE:
        return ""
    reasons[-place] = RemovalReason.HEADING
    return " ".join(blocks[-place].text.split())
