"""What tests have measured, to be shown when all of them have run."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTE = 2**20
_SAMPLE_SECONDS = 0.01


@dataclass
class Figures:
    """Figures by what they are about, in the order in which they came."""

    rows: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, about: str, **figures: object) -> None:
        """Keep figures: numbers are shown short, and names without underscores."""
        for name, figure in figures.items():
            shown = f"{figure:.2f}" if isinstance(figure, float) else str(figure)
            self.rows[about].append((name.replace("_", " "), shown))

    def lines(self) -> Iterator[str]:
        """Yield a line for each thing, and one a figure."""
        for about, figures in self.rows.items():
            yield about
            yield from (f"    {name}: {shown}" for name, shown in figures)


@dataclass(frozen=True)
class Holdings:
    """What processes hold: a server, and whatever it has started."""

    resident: int
    threads: int
    descriptors: int

    @classmethod
    def of(cls, pid: int | None = None) -> Holdings:
        """Look at a process and its children; by default, at this one."""
        root = psutil.Process(pid or os.getpid())
        looked = [
            (process.memory_info().rss, process.num_threads(), process.num_fds())
            for process in (root, *root.children(recursive=True))
        ]
        return cls(*(sum(column) for column in zip(*looked, strict=True)))

    def __str__(self) -> str:
        mebibytes = self.resident / MEBIBYTE
        return f"{mebibytes:.0f} MiB, {self.threads} threads, {self.descriptors} descriptors"


@dataclass
class Peak:
    """The most memory that was seen, beside what there was before; in bytes."""

    before: int
    most: int

    @property
    def taken(self) -> float:
        """MiB that were taken."""
        return (self.most - self.before) / MEBIBYTE


@contextmanager
def peak(pid: int | None = None) -> Iterator[Peak]:
    """Watch the memory of a process while something is done."""
    process, over = psutil.Process(pid or os.getpid()), threading.Event()
    seen = Peak(process.memory_info().rss, 0)

    def watch() -> None:
        while not over.is_set():
            seen.most = max(seen.most, process.memory_info().rss)
            time.sleep(_SAMPLE_SECONDS)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
