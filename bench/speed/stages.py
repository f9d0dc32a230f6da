"""Where the time of a request goes: seconds of every stage, for the articles in ``seeds/``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from rich.table import Table

from bench.corpora import seeds
from bench.speed import local
from bench.speed.clock import Clock
from bench.speed.figures import number, shown
from bench.speed.machine import signed
from bench.speed.records import Record
from bench.speed.timing import seconds_of
from bench.systems.sources import sentences
from service.watch import StageName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from service.domain import Job
    from service.ports import Models
    from service.watch import Queue

PART, CLUSTER = "stages", "pyongyang-2024"
REPETITIONS = 7
_REST = "rest"
# Those of one summary: only a digest looks for stories.
ORDER = (*(name.value for name in StageName if name is not StageName.GROUP), _REST)


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
class _Watch:
    """Gives the time of every stage to its name."""

    clock: Clock

    def stage(self, name: StageName) -> AbstractContextManager[None]:
        return self.clock.running(name.value)

    def waited(self, queue: Queue, seconds: float) -> None: ...


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[StageRow]:
    """Measure the stages of the request that the seeds are."""
    repetitions = 1 if quick else REPETITIONS
    job = local.job(seeds.load(seeds.folder(CLUSTER)).to_summarize())
    tell("warming up ...")
    local.summarize(job)
    runs = []
    for turn in range(1, repetitions + 1):
        tell(f"request {turn} of {repetitions} ...")
        runs.append(timed_stages(job, local.models()))
    totals = [sum(run.values()) for run in runs]
    about = f"{CLUSTER}: {len(job.articles)} articles, {job.options.max_words} words, warm, in one process"
    figures = {"request, s": median(totals), "distinct sentences embedded a second": _embedded(repetitions)}
    return Record(PART, quick, signed(repetitions), about, figures, rows(runs))


def _embedded(repetitions: int) -> float:
    """Return how many sentences a second are embedded: those of the request, at once."""
    texts = sorted({found.text for found in sentences(seeds.load(seeds.folder(CLUSTER)).to_summarize())})
    encode = local.models().encoder.encode
    return len(texts) / median(seconds_of(lambda: encode(texts)) for _ in range(repetitions))


def timed_stages(job: Job, models: Models) -> dict[str, float]:
    """Summarize, and return the seconds of every stage; together they are the time of the request."""
    clock = Clock()
    with clock.running(_REST):
        local.summarize(job, replace(models, watch=_Watch(clock)))
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
    rate = record.figures.get("distinct sentences embedded a second")
    laid_out.caption = f"{number(rate)} distinct sentences are embedded a second" if rate else None
    return laid_out
