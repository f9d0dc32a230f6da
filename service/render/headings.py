"""What a story is called, whether it tells anything new, and how many of something there are, in words."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import WARNING_CODE_NOTHING_NEW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsweave.v1.newsweave_pb2 import Story, Summary

# Characters of a summary that stand for a headline.
_LEAD = 90


def heading(story: Story) -> str:
    """Return the headline of a story, or else the beginning of its summary, or else a title, or else the ids.

    A title that was not checked is no headline, but it names a story of which nothing is told.
    """
    summary = story.summary
    if summary.headline.text:
        return summary.headline.text
    if summary.sentences:
        return textwrap.shorten(summary.sentences[0].text, _LEAD, placeholder=" …")
    return _title(summary) or ", ".join(story.article_ids)


def is_known(story: Story) -> bool:
    """Tell whether a reader knows all that a story tells."""
    return any(warning.code == WARNING_CODE_NOTHING_NEW for warning in story.summary.warnings)


def new_first(stories: Iterable[Story]) -> list[Story]:
    """Return the stories that tell anything new, then the others, each in their order."""
    return sorted(stories, key=is_known)


def known_in_a_line(story: Story) -> str:
    """Return what a story is called of which all is known, and how much of it there is."""
    articles = counted(len(story.article_ids), "article", "articles")
    return f"{heading(story)} ({articles}, {counted(len(story.summary.known), 'claim', 'claims')})"


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"


def _title(summary: Summary) -> str:
    """Return the title of the article that says most of the story, or nothing if none has one."""
    titled = [source for source in summary.sources if source.title]
    best = max(titled, key=lambda source: source.sentences - source.sentences_off_topic, default=None)
    return textwrap.shorten(best.title, _LEAD, placeholder=" …") if best else ""
