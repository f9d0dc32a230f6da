"""What is looked at, again and again, while there is too much to do: health, and memory."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import grpc
import numpy as np
from grpc_health.v1 import health_pb2, health_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.server import Server

_MEBIBYTE = 2**20
# Memory grows while caches and the queue fill; its slope is taken over what follows.
_WARM_UP = 1 / 3


@contextmanager
def _repeated(take: Callable[[], None], seconds: float) -> Iterator[None]:
    """Take a sample every so many seconds, on a thread, as long as the context is open."""
    over = threading.Event()

    def sample() -> None:
        while not over.wait(seconds):
            take()

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@dataclass(slots=True)
class Health:
    """How long health took to answer, in seconds."""

    taken: list[float] = field(default_factory=list)

    @contextmanager
    def sampled(self, process: Server) -> Iterator[None]:
        """Ask ten times a second as long as the context is open."""
        with grpc.insecure_channel(process.address) as channel:
            health = health_pb2_grpc.HealthStub(channel)

            def ask() -> None:
                begun = time.perf_counter()
                health.Check(health_pb2.HealthCheckRequest())
                self.taken.append(time.perf_counter() - begun)

            with _repeated(ask, 0.1):
                yield


@dataclass(slots=True)
class Memory:
    """Samples of the server's resident memory."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)

    @contextmanager
    def sampled(self, process: Server) -> Iterator[None]:
        """Take one a second as long as the context is open."""

        def take() -> None:
            self.seconds.append(time.perf_counter())
            self.mebibytes.append(process.resident_bytes() / _MEBIBYTE)

        with _repeated(take, 1.0):
            yield

    @property
    def slope(self) -> float | None:
        """Mebibytes a minute, by least squares over what follows the warm-up."""
        return slope(self.seconds, self.mebibytes)


def slope(seconds: Sequence[float], mebibytes: Sequence[float]) -> float | None:
    """Return the mebibytes a minute of samples after the first third of them; None of fewer than two."""
    skipped = int(len(seconds) * _WARM_UP)
    if len(seconds) - skipped < 2:  # noqa: PLR2004 - a line needs two points
        return None
    return 60 * float(np.polyfit(seconds[skipped:], mebibytes[skipped:], 1)[0])
