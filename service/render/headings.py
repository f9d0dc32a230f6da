"""What a story is called, and how many of something there are, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsweave.v1.newsweave_pb2 import Story


def heading(story: Story) -> str:
    """Return the headline of a story, or else the first title of its articles, or else their ids."""
    titles = (source.title for source in story.summary.sources)
    titled = next((title for title in titles if title.strip()), "")
    return story.summary.headline.text or titled or ", ".join(story.article_ids)


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else several}"
