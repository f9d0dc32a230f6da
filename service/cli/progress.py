"""How far a summary or a digest has come, on stderr, for people only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from newsweave.v1 import newsweave_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

_STAGES = {
    pb.STAGE_CLEAN: "cleaned and split",
    pb.STAGE_CLUSTER: "compared",
    pb.STAGE_PLAN: "planned",
    pb.STAGE_DRAFT: "writing and checking",
}


def shown(events: Iterable[pb.StreamSummarizeResponse], console: Console) -> pb.Summary:
    """Return the summary that a stream ends in, and tell its progress if ``console`` is a terminal."""
    summary = pb.Summary()
    if not console.is_terminal:
        for event in events:
            summary = event.completed
        return summary
    with console.status("starting") as status:
        for event in events:
            status.update(told(event) or status.status)
            summary = event.completed
    return summary


def told(event: pb.StreamSummarizeResponse) -> str:
    """Return an event in words, or nothing if it does not tell how far the work has come."""
    kind = event.WhichOneof("event")
    if kind == "started":
        return "reading the articles"
    if kind != "progress":
        return ""
    progress = event.progress
    counted = f", {progress.done} of {progress.total} sentences" if progress.total else ""
    return f"{_STAGES.get(progress.stage, 'working')}{counted}"


def digested(
    events: Iterable[pb.GenerateDigestResponse], console: Console
) -> tuple[list[pb.Story], pb.DigestCompleted]:
    """Return the stories of a stream and what came of them, and show a bar if ``console`` is a terminal."""
    stories: list[pb.Story] = []
    completed = pb.DigestCompleted()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("finding stories", total=None)
        for event in events:
            kind = event.WhichOneof("event")
            if kind == "grouped":
                bar.update(task, description="summarizing stories", total=len(event.grouped.stories))
            elif kind == "story":
                stories.append(event.story)
                bar.advance(task)
            elif kind == "completed":
                completed = event.completed
    return stories, completed
