"""Engines that keep their models in other processes, here or on Ray."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from service.engine.cluster import Cluster
from service.engine.isolated import Isolated
from service.engine.local import LocalEngine
from service.engine.token import Token
from service.ports import Urgency
from tests.unit.service.engine import isolated_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from service.engine.wire import LoadModels, Report
    from service.ports import Models

PATIENCE = 60.0
STALL = 4.0
# None of them takes a core of its own, so that there is room for all on a small machine.
CLUSTER = Cluster("shared", "", 2, 2, 0, max_tokens=1_000, max_queued=64)
# Those of SIGTERM that this process got while Ray was there.
SIGNALS: list[int] = []


@dataclass
class Begun:
    """An engine, and what was told about it."""

    engine: LocalEngine
    loading: Future[None] | None = None
    batches: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    usable: list[bool] = field(default_factory=list)

    def bound(self, token: Token | None = None, rank: float = 1.0) -> Models:
        token = token or Token(PATIENCE)
        return self.engine.bind(token.check, urgency=Urgency(rank, token.deadline))

    def process(self) -> int:
        return int(self.bound().encoder.encode(["who"])[0, 1])


@dataclass
class Heard:
    batches: list[tuple[str, int, int, int, int]] = field(default_factory=list)

    def reports(self, role: str) -> Report:
        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            self.batches.append((role, rows, tokens, padded, written))

        return report


@contextmanager
def in_a_process() -> Iterator[Begun]:
    heard = Heard()
    with _begun(LocalEngine(Isolated(isolated_models.load, heard.reports, STALL)), heard) as begun:
        yield begun


@contextmanager
def on_ray(
    load: LoadModels = isolated_models.load,
    *,
    cluster: Cluster = CLUSTER,
    differs: Callable[[], str] | None = None,
    **changed: object,
) -> Iterator[Begun]:
    """Begin an engine on Ray; on the one of this process, if there is one.

    What ``differs`` on its machines, in their order, is the id of the encoder in every replica.
    """
    from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed

    heard = Heard()
    cluster = replace(cluster, **changed)  # type: ignore[arg-type]
    on_ray = ray.OnRay(partial(_alike, load), heard.reports, STALL, cluster, differs)
    with _begun(ray.engine(on_ray, uses=16), heard) as begun:
        yield begun


def _alike(load: LoadModels, differing: Sequence[str]) -> LoadModels:
    return partial(isolated_models.load_told, " ".join(sorted(differing))) if differing else load


@contextmanager
def _begun(engine: LocalEngine, heard: Heard) -> Iterator[Begun]:
    begun = Begun(engine, batches=heard.batches)
    begun.loading = engine.start(begun.usable.append)
    try:
        begun.loading.exception(PATIENCE)
        yield begun
    finally:
        engine.stop()


def until(true: object, patience: float = PATIENCE) -> bool:
    """Wait until something is true, and return whether it came true in time."""
    end = time.monotonic() + patience
    while not true() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.05)
    return bool(true())  # type: ignore[operator]
