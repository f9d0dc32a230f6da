"""What a story is called, which come first, and how many of something there are, in words."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import WARNING_CODE_NOTHING_NEW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsweave.v1.newsweave_pb2 import Story

# Characters of a summary that stand for a headline.
_LEAD = 90


def heading(story: Story) -> str:
    """Return the headline of a story, or else the beginning of its summary, or of what is left out as known.

    A title that was not checked is no headline. Where nothing is told, it is what the articles are called: by
    the first title, or else the publishers, or else the ids.
    """
    summary = story.summary
    if summary.headline.text:
        return summary.headline.text
    told = [sentence.text for sentence in summary.sentences] + [item.text for item in summary.known]
    if told:
        return textwrap.shorten(told[0], _LEAD, placeholder=" …")
    if title := next((source.title for source in summary.sources if source.title), ""):
        return title
    publishers = dict.fromkeys(source.publisher for source in summary.sources if source.publisher)
    return ", ".join(publishers or story.article_ids)


def is_news(story: Story) -> bool:
    """Tell whether there is more to a story than what the reader knows already."""
    return all(warning.code != WARNING_CODE_NOTHING_NEW for warning in story.summary.warnings)


def news_first(stories: Iterable[Story]) -> list[Story]:
    """Return stories in their order, those in which nothing is new behind the others."""
    return sorted(stories, key=lambda story: not is_news(story))


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"
