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
_DATELINE = re.compile(
    rf"{_MARKS}{_CAPITALISED}{{0,7}}[(/](?P<by>{AGENCY})[)/]\.?\s{{0,3}}(?:[—–-]|(?=[A-Z“\"]))"
)
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
    for match in (*_opening(document), *_notices(document), *_end(document)):
        yield newsroom(match["by"]), Span(*match.span())


def _opening(document: Document) -> Iterator[re.Match[str]]:
    """Yield the dateline of the lead, or right above the text, and the bylines before its end."""
    text, first = document.article.text, document.blocks[0]
    above = [item for item in document.removed if item.span.end <= first.start]
    credits_ = [item.span for item in above if item.reason is RemovalReason.CREDIT]
    near = [item.span for item in above[-1:] if item.span in credits_ or _is_dateline(text, item.span)]
    for span in (*near, *document.blocks[:_LEADS]):
        match = _DATELINE.match(text, span.start)
        if match and not LIST_MARK.match(span.of(text)):
            yield match
    for span in (*credits_, first):
        yield from _BYLINE.finditer(text, span.start, span.end)


def _is_dateline(text: str, span: Span) -> bool:
    """Tell whether nothing but a dateline stands on a line."""
    match = _DATELINE.match(text, span.start)
    return match is not None and match.end() >= span.end


def _notices(document: Document) -> Iterator[re.Match[str]]:
    """Yield what says whose the text is, wherever it stands but in what belongs to other articles."""
    removed = [item.span for item in document.removed if item.reason not in _OF_OTHERS]
    for span in sorted((*document.blocks, *removed)):
        for pattern in (_COPYRIGHT, _CONTRIBUTED):
            yield from pattern.finditer(document.article.text, span.start, span.end)


def _end(document: Document) -> Iterator[re.Match[str]]:
    """Yield the agency at the end of the last paragraph, or alone on a line below it if no menu follows."""
    text, last = document.article.text, document.blocks[-1]
    below = [item for item in document.removed if item.span.start >= last.end]
    alone = [item.span for item in below[:1] if len(below) == 1 or item.reason is RemovalReason.CREDIT]
    for span in (last, *alone):
        yield from _ALONE.finditer(text, span.start, span.end)
    if word_count(last.of(text)) >= _PARAGRAPH:
        yield from _BRACKET.finditer(text, last.start, last.end)
