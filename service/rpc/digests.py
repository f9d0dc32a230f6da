"""Digests as messages of the contract, and a whole digest that is made in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsweave.v1 import newsweave_pb2 as pb
from service.digest import find_stories
from service.domain import Summary
from service.rpc import enums, status
from service.rpc.convert import Converter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google.rpc import status_pb2

    from service.domain import Event, Grouping, Job, Pile
    from service.ports import Models
    from service.settings import Settings


def made(
    pile: Pile, models: Models, settings: Settings, summarize: Callable[[Job, Models], Iterator[Event]]
) -> Iterator[pb.GenerateDigestResponse]:
    """Make a digest here and now, and yield what a server would send from ``grouped`` on."""
    grouping = find_stories(pile, models, settings)
    yield pb.GenerateDigestResponse(grouped=grouped(pile, grouping))
    failed: list[int] = []
    for number, job in enumerate(pile.jobs(grouping), start=1):
        try:
            (summary,) = [event for event in summarize(job, models) if isinstance(event, Summary)]
            told = story(number, job, Converter(job).summary(summary))
        except Exception as error:  # noqa: BLE001  one bad story never spoils another
            told = failed_story(number, job, status.explain(error, ""))
            failed.append(number)
        yield pb.GenerateDigestResponse(story=told)
    yield pb.GenerateDigestResponse(completed=completed(pile, grouping, failed))


def grouped(pile: Pile, grouping: Grouping) -> pb.Grouped:
    """Write which articles make up which story."""
    return pb.Grouped(
        stories=(
            pb.ArticleGroup(article_ids=(pile.articles[index].id for index in members))
            for members in grouping.stories
        ),
        unassigned=_unassigned(pile, grouping),
    )


def story(number: int, job: Job, summary: pb.Summary) -> pb.Story:
    """Write a story with its summary."""
    return pb.Story(id=number, article_ids=_ids(job), summary=summary)


def failed_story(number: int, job: Job, error: status_pb2.Status) -> pb.Story:
    """Write a story with the status that stands in the place of its summary."""
    return pb.Story(id=number, article_ids=_ids(job), error=error)


def completed(pile: Pile, grouping: Grouping, failed: list[int]) -> pb.DigestCompleted:
    """Write what came of a digest; ``failed`` are the numbers of the stories without a summary."""
    return pb.DigestCompleted(
        story_ids=range(1, len(grouping.stories) + 1),
        failed_story_ids=failed,
        unassigned=_unassigned(pile, grouping),
    )


def _ids(job: Job) -> list[str]:
    return [article.id for article in job.articles]


def _unassigned(pile: Pile, grouping: Grouping) -> Iterator[pb.UnassignedArticle]:
    for index, why in grouping.unassigned.items():
        yield pb.UnassignedArticle(
            article_id=pile.articles[index].id,
            reason=enums.UNASSIGNED_REASONS.number(why.reason),
            message=why.message,
            rule=why.rule,
        )
