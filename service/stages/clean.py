"""Clean: articles into documents, running text kept, the furniture of pages removed with a reason.

The unit is the block: a line, or several lines that a hard wrap made of one paragraph. Rules name what a
block says of itself; a classifier that sees its surroundings too decides what they leave open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain import Document, Overflow, RemovalReason, Removed, Span
from service.language import furniture
from service.language.classifier import trained
from service.language.identify import is_foreign
from service.language.layout import LIST_MARK, key
from service.language.layout import blocks as blocks_of
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.domain import Article, SummaryOptions
    from service.language.classifier import Classifier
    from service.language.layout import Block

# In words: a title has at least so many and fewer than so many, a heading fewer, a lead at least so many.
_HEADLINE, _LONGEST_TITLE, _LONGEST_HEADING, _LEAD = 4, 24, 12, 12
# Also one within a line: "The port is closed. Advertisement" holds a sentence.
_FULL_STOP = re.compile(r"[.!?…][\"”’')\]]*(?:\s|$)")
# What the rules leave to the classifier.
_OPEN = frozenset({None, RemovalReason.FRAGMENT})


def clean(
    articles: Sequence[Article],
    options: SummaryOptions,
    max_characters: int,
    classifier: Classifier | None = None,
) -> tuple[Document, ...]:
    """Clean every article.

    Args:
        articles: What the caller sent.
        options: Only ``overflow`` is read.
        max_characters: Where an article ends if it is to be truncated.
        classifier: What tells articles from furniture, by default what ships with the service.
    """
    classifier = classifier or trained()
    return tuple(_clean(article, options, max_characters, classifier) for article in articles)


def _clean(
    article: Article, options: SummaryOptions, max_characters: int, classifier: Classifier
) -> Document:
    text, end = article.text, len(article.text)
    removed: list[Removed] = []
    if options.overflow is Overflow.TRUNCATE and end > max_characters:
        end = _last_break(text, max_characters)
        removed.extend(_tail(text, end))
    blocks = list(blocks_of(text, end))
    reasons = _reasons(blocks, article.title, classifier)
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


def _reasons(blocks: Sequence[Block], title: str, classifier: Classifier) -> list[RemovalReason | None]:
    texts = [block.text for block in blocks]
    said = [furniture.judge(text) for text in texts]
    kept = (classifier.probabilities(texts, said) >= classifier.threshold).tolist()
    kept[:1] = [kept[0] or _is_lead(texts[0], said[0])] if kept else []
    reasons = [
        _reason(text, reason, is_kept=is_kept)
        for text, reason, is_kept in zip(texts, said, kept, strict=True)
    ]
    _mark_duplicates(texts, reasons, title)
    _mark_after_heading(texts, said, reasons, furniture.RELATED, RemovalReason.RELATED)
    _mark_after_heading(texts, said, reasons, furniture.COMMENTS, RemovalReason.COMMENTS)
    _mark_headings(texts, said, reasons)
    return reasons


def _is_lead(text: str, said: RemovalReason | None) -> bool:
    """Tell whether a text begins with the article itself: pages begin with menus, whatever comes next."""
    return said is None and word_count(text) >= _LEAD


def _reason(text: str, said: RemovalReason | None, *, is_kept: bool) -> RemovalReason | None:
    """Return why a block leaves: what it says of itself, or else that it belongs to something else."""
    if not any(map(str.isalnum, text)):
        return RemovalReason.FRAGMENT
    if is_foreign(text):
        return RemovalReason.LANGUAGE
    if is_kept and not furniture.is_sure(text, said):
        return None
    return said or RemovalReason.RELATED


def _mark_duplicates(texts: Sequence[str], reasons: list[RemovalReason | None], title: str) -> None:
    """Mark what the article says again: titles, captions, pull quotes."""
    seen = {key(title)}
    for index, text in enumerate(texts):
        name = key(text)
        if name and name in seen and reasons[index] in _OPEN:
            reasons[index] = RemovalReason.DUPLICATE
        seen.add(name)


def _mark_after_heading(
    texts: Sequence[str],
    said: Sequence[RemovalReason | None],
    reasons: list[RemovalReason | None],
    heading: re.Pattern[str],
    reason: RemovalReason,
) -> None:
    """Mark the list that follows a heading such as "Read also": items and scraps, up to running text."""
    active = False
    for index, text in enumerate(texts):
        if heading.match(LIST_MARK.sub("", text).strip()):
            active = True
        elif active and reasons[index] in _OPEN and (LIST_MARK.match(text) or said[index]):
            reasons[index] = reason
        elif reasons[index] is None:
            active = False


def _mark_headings(
    texts: Sequence[str], said: Sequence[RemovalReason | None], reasons: list[RemovalReason | None]
) -> None:
    """Mark scraps: alone above running text one is a heading; in a row, or outside the text, navigation.

    A row of scraps amid running text, such as a list of places, stays if the classifier keeps it.
    """
    prose = [index for index, reason in enumerate(said) if reason is None and reasons[index] is None]
    body = range(prose[0], prose[-1]) if prose else range(0)
    running = frozenset(prose)
    scraps = _scraps(texts, said, prose)
    for index, reason in enumerate(list(reasons)):
        above, below = any(scraps[max(index - 1, 0) : index]), any(scraps[index + 1 : index + 2])
        heads = not running.isdisjoint((index + 1, index + 2))
        leaves = scraps[index] and (index not in body or _is_said_twice(texts, index))
        if reason is RemovalReason.FRAGMENT or (reason is None and leaves):
            is_heading = heads and not (above and below)
            reasons[index] = RemovalReason.HEADING if is_heading else RemovalReason.NAVIGATION
        elif reason is None and scraps[index] and heads and not (above or below):
            reasons[index] = RemovalReason.HEADING


def _scraps(texts: Sequence[str], said: Sequence[RemovalReason | None], prose: Sequence[int]) -> list[bool]:
    """Tell of each block whether it is a few words and holds no end of a sentence.

    Where there is no running text, nothing is there that a list could belong to; above it stand titles.
    """
    first = prose[0] if prose else 0
    return [
        reason is RemovalReason.FRAGMENT
        and word_count(text) < (_LONGEST_TITLE if index < first else _LONGEST_HEADING)
        and not _FULL_STOP.search(text)
        and not (prose and (LIST_MARK.match(text) or text.endswith((":", ",", ";"))))
        for index, (text, reason) in enumerate(zip(texts, said, strict=True))
    ]


def _is_said_twice(texts: Sequence[str], index: int) -> bool:
    """Tell whether the next block says the same: a caption or a title, of which the page has two."""
    return index + 1 < len(texts) and key(texts[index]) == key(texts[index + 1])


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
