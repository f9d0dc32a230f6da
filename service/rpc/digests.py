"""Digests as messages of the contract, and a whole digest that is made in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from newsweave.v1 import newsweave_pb2 as pb
from service.digest import find_stories
from service.rpc import enums, status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from google.rpc import status_pb2

    from service.domain import Grouping, Job, Pile
    from service.ports import Models
    from service.settings import Settings


class Each(Protocol):
    """Maps as ``map`` does."""

    def __call__(
        self, told: Callable[[int, Job], pb.Story], numbers: Iterable[int], jobs: Iterable[Job], /
    ) -> Iterator[pb.Story]:
        """Yield a story for each job, in their order."""
        ...


def made(
    pile: Pile,
    models: Models,
    settings: Settings,
    summary: Callable[[Job], pb.Summary],
    each: Each = map,
) -> Iterator[pb.GenerateDigestResponse]:
    """Make a digest here and now, and yield what a server would send from ``grouped`` on.

    Args:
        pile: The articles.
        models: Find the stories.
        settings: Where the limits of one article stand.
        summary: Makes the summary of a story.
        each: Maps as ``map`` does, with the results in their order; it may do several at the same time.
    """
    grouping = find_stories(pile, models, settings)
    yield pb.GenerateDigestResponse(grouped=grouped(pile, grouping))

    def told(number: int, job: Job) -> pb.Story:
        try:
            return story(number, job, summary(job))
        except Exception as error:  # noqa: BLE001  one bad story never spoils another
            return failed_story(number, job, status.explain(error, ""))

    failed: list[int] = []
    jobs = pile.jobs(grouping)
    for made_story in each(told, range(1, len(jobs) + 1), jobs):
        failed += [made_story.id] if made_story.HasField("error") else []
        yield pb.GenerateDigestResponse(story=made_story)
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
