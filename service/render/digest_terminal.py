"""A digest for reading: its stories one after another, then the articles that are in none of them."""

from __future__ import annotations

from itertools import filterfalse
from typing import TYPE_CHECKING

from rich.console import Group
from rich.rule import Rule
from rich.text import Text

from service.render import terminal
from service.render.headings import counted, heading, is_news
from service.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from newsweave.v1.newsweave_pb2 import DigestCompleted, Story


def render(stories: Sequence[Story], completed: DigestCompleted) -> RenderableType:
    """Lay out a digest."""
    parts = [part for story in filter(is_news, stories) for part in _story(story)]
    if known := list(filterfalse(is_news, stories)):
        parts += [Text("Nothing new\n", style="bold"), *(part for story in known for part in _story(story))]
    return Group(*parts, *_end(stories, completed))


def _story(story: Story) -> Iterator[RenderableType]:
    # A rule cuts its title to the width of the terminal, so it stands below.
    yield Text(f"{story.id}. {printable(heading(story))}", style="bold")
    yield Rule()
    yield Text(f"{counted(len(story.article_ids), 'article', 'articles')}\n", style="dim")
    if story.HasField("error"):
        yield Text(f"No summary: {printable(story.error.message)}", style="yellow")
    else:
        yield terminal.render(story.summary, with_headline=False)
    yield Text("")


def _end(stories: Sequence[Story], completed: DigestCompleted) -> Iterator[RenderableType]:
    if completed.unassigned:
        yield Rule(Text("In no story", style="bold"), align="left")
    for item in completed.unassigned:
        yield Text.assemble((printable(item.article_id), "bold"), f" {printable(item.message)}")
    failed = f", {len(completed.failed_story_ids)} without a summary" if completed.failed_story_ids else ""
    known = sum(not is_news(story) for story in stories)
    failed += f", {known} with nothing new" if known else ""
    yield Text(f"{counted(len(stories), 'story', 'stories')}{failed}", style="dim")
