"""How far from the least possible: what the models must do for a request, at the machine's best rates."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import torch
from rich.table import Table

from bench.corpora import seeds
from bench.speed import floor_rates, local
from bench.speed.figures import number
from bench.speed.floor_counts import counted, module_of
from bench.speed.floor_work import PhaseRow, phase, shape_of
from bench.speed.machine import signed
from bench.speed.records import Record
from bench.speed.timing import seconds_of
from models.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.speed.floor_rates import Rates
    from service.domain import Job

PART = "floor"
REPETITIONS = 5
_CLUSTER = "pyongyang-2024"
_GIGA = 1e9


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[PhaseRow]:
    """Count the work of the request that the seeds are, and measure the request and the machine."""
    repetitions = 1 if quick else REPETITIONS
    job = local.job(seeds.load(seeds.folder(_CLUSTER)).to_summarize())
    tell("warming up ...")
    local.summarize(job)
    dtype = torch.bfloat16 if local.drafter().card.precision == Precision.BFLOAT16 else torch.float32
    rates, seconds = floor_rates.measure(dtype), []
    for number_ in range(1, repetitions + 1):
        tell(f"request {number_} of {repetitions} ...")
        seconds.append(seconds_of(lambda: local.summarize(job)))
        rates = rates.best(floor_rates.measure(dtype))
    tell("counting ...")
    rows = phases(job, rates)
    about = (
        f"{_CLUSTER}: {len(job.articles)} articles, {job.options.max_words} words. Counted: two operations a "
        "parameter and token, attention, and the output layer where words are scored; each pass reads its "
        "weights once. Not counted: embeddings, norms, caches, padding, and all that is no model"
    )
    return Record(PART, quick, signed(repetitions), about, figures(rows, rates, median(seconds)), rows)


def phases(job: Job, rates: Rates) -> tuple[PhaseRow, ...]:
    """Summarize once, and return the work of each phase."""
    encoder, drafter = module_of(local.encoder()), module_of(local.drafter())
    with counted(encoder) as embedded, counted(drafter) as written:
        local.summarize(job)
    best = (rates.operations, rates.bytes)
    return (
        phase("encode", embedded, shape_of(encoder, causal=False), *best),
        phase("draft", written, shape_of(drafter, causal=True), *best),
    )


def figures(rows: tuple[PhaseRow, ...], rates: Rates, seconds: float) -> dict[str, float]:
    """Return the floor of the request, what it took, and the rates behind it."""
    least = sum(row.floor_seconds for row in rows)
    return {
        "request, s": seconds,
        "floor, s": least,
        "times the floor": seconds / least,
        "forward passes, times the floor": sum(row.forward_seconds for row in rows) / least,
        "matrix products, GFLOP/s": rates.operations / _GIGA,
        "memory, GB/s": rates.bytes / _GIGA,
    }


def table(record: Record[PhaseRow]) -> Table:
    """Lay out a record."""
    columns = ("phase", "passes", "tokens", "with padding", "scored", "GFLOP", "GB")
    laid_out = Table(*columns, "arithmetic, s", "memory, s", "floor, s", "forward, s", title="Floor")
    for row in record.rows:
        work = (row.operations / _GIGA, row.bytes / _GIGA)
        times = (row.arithmetic_seconds, row.memory_seconds, row.floor_seconds, row.forward_seconds)
        counts = (row.passes, row.tokens, row.padded_tokens, row.scored)
        laid_out.add_row(row.phase, *(f"{count:,}" for count in counts), *map(number, (*work, *times)))
    laid_out.caption = "   ".join(f"{name}: {number(value)}" for name, value in record.figures.items())
    return laid_out
