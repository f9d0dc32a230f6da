"""Signatures: the agency that an article says it is by, in a dateline, a byline, a notice or at its end.

Pages name agencies everywhere: under pictures, in teasers, in menus. So it matters where a name stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from service.domain import RemovalReason, Span
from service.language.layout import LIST_MARK
from service.language.newsrooms import AGENCY, newsroom
from service.language.words import word_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain import Document

# Bounded, so that the work stays linear whatever a text is full of.
_MARKS = r"[^\w\n]{0,8}"
_CAPITALISED = r"(?:[A-Z\d][\w.’'-]*[,/ ]\s?)"
# Such as "SEOUL, South Korea, June 5 (Yonhap) -- ", or /TASS/ between slashes.
_PLACE = rf"\A{_MARKS}{_CAPITALISED}{{0,7}}[(/](?P<by>{AGENCY})[)/]\.?"
_DATELINE = re.compile(rf"{_PLACE}\s{{0,3}}(?:[—–-]|(?=[A-Z“\"]))")
# Without the dash it may be a caption: "Jane Doe (AP)".
_LONE_DATELINE = re.compile(rf"{_PLACE}\s{{0,3}}[—–-]{_MARKS}\Z")
# "By Jane Doe, Associated Press"
_BYLINE = re.compile(rf"^[Bb][Yy] [^,|/\n]{{2,60}}[,|/] ?(?P<by>{AGENCY}){_MARKS}$", re.MULTILINE)
# "Copyright 2018 The Associated Press. All rights reserved."; "© Reuters" without a year is of a picture.
_COPYRIGHT = re.compile(
    r"^(?!.{0,80}\b(?:[Pp]hoto|[Ii]mage|[Pp]icture|[Vv]ideo))"
    rf".{{0,80}}?(?:Copyright[ ©]{{1,3}}(?:\d{{4}},? )?|© ?\d{{4}},? )(?P<by>{AGENCY})\b",
    re.MULTILINE,
)
# "Associated Press writers Jane Doe and John Roe contributed to this report."
_CONTRIBUTED = re.compile(
    rf"^{_MARKS}(?P<by>{AGENCY}) (?:writers?|reporters?|journalists?)\b.{{0,400}}\bcontributed", re.MULTILINE
)
# A line that is the agency alone, or the last bracket.
_ALONE = re.compile(rf"^{_MARKS}(?P<by>{AGENCY}){_MARKS}\s*\Z", re.MULTILINE)
_BRACKET = re.compile(rf"[(—–]\s?(?P<by>{AGENCY})\)?{_MARKS}\s*\Z")
# In words: a paragraph has at least so many, a caption fewer as a rule.
_PARAGRAPH = 20
# Paragraphs among which the lead is: captions that were kept may stand above it.
_LEADS = 3
_OF_OTHERS = frozenset({RemovalReason.RELATED, RemovalReason.COMMENTS})


def signatures(document: Document) -> Iterator[tuple[str, Span]]:
    """Yield the agencies that sign an article, and where; an article of furniture only has no signature."""
    if not document.blocks:
        return
    text = document.article.text
    for pattern, block in (*_opening(document), *_notices(document), *_end(document)):
        # Within the block alone, since one that is indented starts no line of the text.
        for match in pattern.finditer(block.of(text)):
            yield newsroom(match["by"]), Span(block.start + match.start(), block.start + match.end())


def _opening(document: Document) -> Iterator[tuple[re.Pattern[str], Span]]:
    """Yield where datelines are, at or right above the lead, and bylines, up to the end of the lead."""
    text, first = document.article.text, document.blocks[0]
    above = [item for item in document.removed if item.span.end <= first.start]
    credits_ = [item.span for item in above if item.reason is RemovalReason.CREDIT]
    near = [
        item.span for item in above[-1:] if item.span in credits_ or _LONE_DATELINE.match(item.span.of(text))
    ]
    for block in (*near, *document.blocks[:_LEADS]):
        if not LIST_MARK.match(block.of(text)):
            yield _DATELINE, block
    for block in (*credits_, first):
        yield _BYLINE, block


def _notices(document: Document) -> Iterator[tuple[re.Pattern[str], Span]]:
    """Yield where it may say whose the text is: everywhere but in what belongs to other articles."""
    removed = [item.span for item in document.removed if item.reason not in _OF_OTHERS]
    for block in sorted((*document.blocks, *removed)):
        yield _COPYRIGHT, block
        yield _CONTRIBUTED, block


def _end(document: Document) -> Iterator[tuple[re.Pattern[str], Span]]:
    """Yield where an agency ends a text: with the last paragraph, or on a line below if no menu follows."""
    last = document.blocks[-1]
    below = [item for item in document.removed if item.span.start >= last.end]
    alone = [item.span for item in below[:1] if len(below) == 1 or item.reason is RemovalReason.CREDIT]
    for block in (last, *alone):
        yield _ALONE, block
    if word_count(last.of(document.article.text)) >= _PARAGRAPH:
        yield _BRACKET, last
