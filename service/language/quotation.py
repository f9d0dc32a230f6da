"""What a reporter wrote, as against what others said: text outside quotation marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A quotation that never closes runs to the end: speeches open every paragraph and close the last one. In
# ‘single’ marks an apostrophe inside a word does not close.
_QUOTATION = re.compile(r"[“\"«„][^”\"»]*[”\"»]?|(?<!\w)‘(?:[^’]|’(?=\w))*(?:’|$)")
# The signature of an embedded post: its text is a quotation without marks.
_POST = re.compile(r"\(@\w{1,30}\)")


def outside_quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of a paragraph that stand outside quotation marks, in order."""
    if _POST.search(text):
        return
    place = 0
    for match in _QUOTATION.finditer(text):
        if place < match.start():
            yield place, match.start()
        place = match.end()
    if place < len(text):
        yield place, len(text)
