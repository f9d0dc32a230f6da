"""What a story is called, and how many of something there are, in words."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsweave.v1.newsweave_pb2 import Story

# Characters of a summary that stand for a headline.
_LEAD = 90


def heading(story: Story) -> str:
    """Return the headline of a story, or else the beginning of its summary, or else the ids of its articles.

    A title that was not checked is no headline.
    """
    summary = story.summary
    if summary.headline.text:
        return summary.headline.text
    if summary.sentences:
        return textwrap.shorten(summary.sentences[0].text, _LEAD, placeholder=" …")
    return ", ".join(story.article_ids)


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"
