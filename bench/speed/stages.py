"""Where the time of a request goes: seconds of every stage, for the articles in ``seeds/``."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from rich.table import Table

from bench.corpora import seeds
from bench.speed import local
from bench.speed.clock import Clock
from bench.speed.figures import shown
from bench.speed.machine import signed
from bench.speed.records import Record
from service import pipeline, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from service.domain import Dispute, Job, Vectors
    from service.ports import Encoder, Models
    from service.settings import Settings
    from service.similarity import Story

PART, CLUSTER = "stages", "pyongyang-2024"
REPETITIONS = 7
_REST = "rest"
# The names by which the flow calls its stages, and whose time it is.
_PIPELINE = {
    "extract": "extract",
    "clean": "clean",
    "split": "split",
    "relevance": "relevance",
    "origins": "origins",
    "story_of": "similarity",
    "cluster": "cluster",
    "compare": "compare",
    "rank": "rank",
    "plan": "plan",
}
_WRITING = {"fuse": "draft", "extract": "draft", "verify": "verify"}
ORDER = (
    "extract",
    "clean",
    "split",
    "encode",
    "relevance",
    "origins",
    "similarity",
    "cluster",
    "compare",
    "rank",
    "plan",
    "draft",
    "verify",
    _REST,
)


@dataclass(frozen=True, slots=True)
class StageRow:
    """The time of one stage.

    Attributes:
        stage: Its name. ``verify`` includes embedding the drafts; ``rest`` is all that is no stage.
        seconds: One figure a repetition.
        share: Of the time of the request, the median over the repetitions, from 0 to 1.
    """

    stage: str
    seconds: tuple[float, ...]
    share: float


@dataclass(frozen=True, slots=True)
class _TimedEncoder:
    clock: Clock
    name: str
    encoder: Encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self.clock.running(self.name):
            return self.encoder.encode(texts)


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[StageRow]:
    """Measure the stages of the request that the seeds are."""
    repetitions = 1 if quick else REPETITIONS
    job = local.job(seeds.load(seeds.folder(CLUSTER)).to_summarize())
    tell("warming up ...")
    local.summarize(job)
    runs = []
    for number in range(1, repetitions + 1):
        tell(f"request {number} of {repetitions} ...")
        runs.append(timed_stages(job, local.models()))
    totals = [sum(run.values()) for run in runs]
    about = f"{CLUSTER}: {len(job.articles)} articles, {job.options.max_words} words, warm, in one process"
    return Record(PART, quick, signed(repetitions), about, {"request, s": median(totals)}, rows(runs))


def timed_stages(job: Job, models: Models) -> dict[str, float]:
    """Summarize, and return the seconds of every stage; together they are the time of the request."""
    clock = Clock()
    bound = replace(models, encoder=_TimedEncoder(clock, "encode", models.encoder))
    with _instrumented(clock, models.encoder), clock.running(_REST):
        local.summarize(job, bound)
    return {stage: clock.seconds[stage] for stage in ORDER}


def rows(runs: Sequence[Mapping[str, float]]) -> tuple[StageRow, ...]:
    """Put together the stages of several requests."""
    return tuple(
        StageRow(
            stage,
            tuple(run[stage] for run in runs),
            median(run[stage] / sum(run.values()) for run in runs),
        )
        for stage in ORDER
    )


def table(record: Record[StageRow]) -> Table:
    """Lay out a record."""
    laid_out = Table("stage", "seconds, median [least, most]", "share", title="Where the time goes")
    for row in record.rows:
        laid_out.add_row(row.stage, shown(row.seconds), f"{row.share:.1%}")
    laid_out.add_row("request", f"{record.figures['request, s']:.3g}", "")
    return laid_out


@contextmanager
def _instrumented(clock: Clock, encoder: Encoder) -> Iterator[None]:
    """Time every stage where it is called, without a change in the service."""
    with ExitStack() as stack:
        for module, names in ((pipeline, _PIPELINE), (writing, _WRITING)):
            for name, stage in names.items():
                timed = clock.timed(stage, getattr(module, name))
                stack.enter_context(patch.object(module, name, timed))
        stack.enter_context(patch.object(pipeline, "Writer", _checking(clock, encoder)))
        yield


def _checking(
    clock: Clock, encoder: Encoder
) -> Callable[[Story, Models, Settings, Sequence[Dispute]], writing.Writer]:
    """Return what makes a writer; what it embeds are drafts, which is a part of verifying them."""

    def writer(
        story: Story, models: Models, settings: Settings, disputes: Sequence[Dispute]
    ) -> writing.Writer:
        checking = replace(models, encoder=_TimedEncoder(clock, "verify", encoder))
        return writing.Writer(story, checking, settings, disputes)

    return writer
