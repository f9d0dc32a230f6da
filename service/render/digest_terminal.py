"""A digest for reading: its stories one after another, then the articles that are in none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.rule import Rule
from rich.text import Text

from service.render import terminal
from service.render.headings import counted, heading, is_known, known_in_a_line
from service.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from newsweave.v1.newsweave_pb2 import DigestCompleted, Story


def render(stories: Sequence[Story], completed: DigestCompleted) -> RenderableType:
    """Lay out a digest."""
    told = [story for story in stories if not is_known(story)]
    known = [story for story in stories if is_known(story)]
    return Group(
        *(part for story in told for part in _story(story)), *_known(known), *_end(stories, completed)
    )


def _story(story: Story) -> Iterator[RenderableType]:
    yield Rule(Text(f"{story.id}. {printable(heading(story))}", style="bold"), align="left")
    yield Text(f"{counted(len(story.article_ids), 'article', 'articles')}\n", style="dim")
    if story.HasField("error"):
        yield Text(f"No summary: {printable(story.error.message)}", style="yellow")
    else:
        yield terminal.render(story.summary, with_headline=False)
    yield Text("")


def _known(stories: Sequence[Story]) -> Iterator[RenderableType]:
    """Lay out the stories of which all is known, a line each."""
    if stories:
        yield Rule(Text("Nothing new", style="bold"), align="left")
    for story in stories:
        yield Text(f"{story.id}. {printable(known_in_a_line(story))}")
    if stories:
        yield Text("")


def _end(stories: Sequence[Story], completed: DigestCompleted) -> Iterator[RenderableType]:
    if completed.unassigned:
        yield Rule(Text("In no story", style="bold"), align="left")
    for item in completed.unassigned:
        yield Text.assemble((printable(item.article_id), "bold"), f" {printable(item.message)}")
    failed = f", {len(completed.failed_story_ids)} without a summary" if completed.failed_story_ids else ""
    yield Text(f"{counted(len(stories), 'story', 'stories')}{failed}", style="dim")
