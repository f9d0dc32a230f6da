"""The filter for redundancy alone: time and memory by the number of sentences, beside semhash and MinHash."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, TypedDict

from rich.table import Table

from bench.speed import sentences
from bench.speed.figures import exponent, shown
from bench.speed.machine import signed
from bench.speed.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.speed.sentences import Prepared

PART = "redundancy"
# Not imported with what they stand for: this process should not grow by what only its children need.
SYSTEMS = ("newsweave", "semhash", "minhash-lsh")
# How often each number of sentences is measured.
_TIMES = dict.fromkeys((100, 1_000, 10_000, 30_000), 5)
_QUICK = dict.fromkeys((100, 1_000, 3_000), 1)
# Below so many sentences what is done once weighs more than what grows.
_GROWING = 1_000
_MEGABYTE = 1e6


class Found(TypedDict):
    """What a child process prints."""

    seconds: float
    bytes: int
    groups: int


@dataclass(frozen=True, slots=True)
class FilterRow:
    """One filter on so many sentences.

    Attributes:
        system: Its name.
        sentences: How many it was given, all distinct.
        groups: How many groups or sentences it left; thresholds differ, so this is no figure to compare.
        seconds: One figure a repetition, each in a process of its own.
        peak_bytes: How much the resident memory grew at its peak; one figure a repetition.
    """

    system: str
    sentences: int
    groups: int
    seconds: tuple[float, ...]
    peak_bytes: tuple[int, ...]


def measure(*, quick: bool, tell: Callable[[str], None]) -> Record[FilterRow]:
    """Measure all filters on all numbers of sentences, in turns.

    Raises:
        CorpusMissing: The sentences are not on this machine.
    """
    times = _QUICK if quick else _TIMES
    prepared = sentences.prepare(max(times), tell)
    rows = tuple(
        row for count, repetitions in times.items() for row in _count(prepared, count, repetitions, tell)
    )
    signature = signed(
        max(times.values()),
        data=prepared.data[:12],
        semhash=version("semhash"),
        datasketch=version("datasketch"),
    )
    about = "distinct sentences of news in a fixed random order, embeddings given; every filter in turn"
    return Record(PART, quick, signature, about, exponents(rows), rows)


def exponents(rows: Sequence[FilterRow]) -> dict[str, float]:
    """Return the power with which the time of each filter grows, from 1,000 sentences on."""
    points: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for row in rows:
        if row.sentences >= _GROWING:
            points[row.system].append((row.sentences, median(row.seconds)))
    found = {system: exponent(*zip(*line, strict=True)) for system, line in points.items()}
    return {f"exponent of {system}": power for system, power in found.items() if power is not None}


def table(record: Record[FilterRow]) -> Table:
    """Lay out a record."""
    laid_out = Table(
        "sentences", "filter", "times", "seconds", "MB at the peak", "groups", title="Redundancy"
    )
    for row in record.rows:
        megabytes = shown([peak / _MEGABYTE for peak in row.peak_bytes])
        cells = (row.system, str(len(row.seconds)), shown(row.seconds, " s"), megabytes, f"{row.groups:,}")
        laid_out.add_row(f"{row.sentences:,}", *cells)
    laid_out.caption = "   ".join(f"{name}: {value:.2f}" for name, value in record.figures.items())
    return laid_out


def _count(
    prepared: Prepared, count: int, repetitions: int, tell: Callable[[str], None]
) -> Iterator[FilterRow]:
    found: defaultdict[str, list[Found]] = defaultdict(list)
    for number in range(1, repetitions + 1):
        for system in SYSTEMS:
            tell(f"{count} sentences, {number} of {repetitions}: {system} ...")
            found[system].append(_child(system, count, prepared))
    for system, runs in found.items():
        seconds, peaks = tuple(run["seconds"] for run in runs), tuple(run["bytes"] for run in runs)
        yield FilterRow(system, count, runs[0]["groups"], seconds, peaks)


def _child(system: str, count: int, prepared: Prepared) -> Found:
    """Run one filter in a process of its own."""
    command = [sys.executable, "-m", "bench.speed.redundancy_child"]
    arguments = [system, str(count), str(prepared.texts), str(prepared.vectors)]
    done = subprocess.run([*command, *arguments], check=True, stdout=subprocess.PIPE)
    found: Found = json.loads(done.stdout)
    return found
