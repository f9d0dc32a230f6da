"""Models for a process of their own, which do what a text tells them, for good or ill."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from service.domain import ModelCard
from service.engine.wire import Role
from service.errors import ModelFilesError
from service.ports import LoadedModels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import Vectors
    from service.engine.wire import Report, Reports
    from service.ports import Check, DraftRequest

STEP_SECONDS = 0.01
PRIVATE = "what only the article tells"


def _hold_the_interpreter() -> None:
    """Sleep in C without letting any other thread of Python run."""
    ctypes.PyDLL(None).sleep(60)


def _take_steps(check: Check) -> None:
    while True:
        check()
        time.sleep(STEP_SECONDS)


def _fail() -> None:
    raise ZeroDivisionError(PRIVATE)


def _run_out_of_memory() -> None:
    raise MemoryError(PRIVATE)


def _starve() -> None:
    """Fail as a library does that finds no memory, and says something else."""
    held = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (held, held))
    raise RuntimeError(PRIVATE)


def _kill_once(marker: str) -> None:
    """End this process, but only the first one that comes here."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)


DEEDS: dict[str, Callable[[], object]] = {
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "freeze": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "spin": lambda: time.sleep(60),
    "hold": _hold_the_interpreter,
    "fail": _fail,
    "memory": _run_out_of_memory,
    "starve": _starve,
    "leave": lambda: os._exit(3),
    "shout": lambda: os.write(1, b"a line of a library\n"),
}


@dataclass(frozen=True)
class Obedient:
    """Every model at once. A vector is the length of its text and the id of the process."""

    role: str
    report: Report
    threshold: float = 0.75

    @property
    def card(self) -> ModelCard:
        return ModelCard(self.role, f"obedient-{self.role}", "MIT", "0" * 64)

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        check()
        self.report(rows=len(texts), tokens=sum(map(len, texts)), padded=100)
        for text in texts:
            if text == "step":
                _take_steps(check)
            elif text.startswith("die once "):
                _kill_once(text.removeprefix("die once "))
            elif text in DEEDS:
                DEEDS[text]()
        return np.array([[len(text), os.getpid()] for text in texts], dtype=np.float64)

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        check()
        return [request.sources[0] for request in requests]

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        check()
        return np.full((len(pairs), 3), 1 / 3, dtype=np.float32)


@dataclass(frozen=True)
class Told(Obedient):
    """One whose id is what it was told."""

    told: str = ""

    @property
    def card(self) -> ModelCard:
        return replace(super().card, id=self.told)


def load(reports: Reports) -> LoadedModels:
    """Load all three."""
    encoder, drafter, verifier = (Obedient(role, reports(role)) for role in Role)
    return LoadedModels(encoder, drafter, verifier)


def load_without_a_drafter(reports: Reports) -> LoadedModels:
    """Load what is left if drafts are written elsewhere."""
    return replace(load(reports), drafter=None, verifier=None)


def load_told(told: str, reports: Reports) -> LoadedModels:
    """Load all three, the encoder with an id that says what was told."""
    models = load(reports)
    return replace(models, encoder=Told(Role.ENCODER, reports(Role.ENCODER), told=told))


def tell() -> str:
    """Tell of what kind this machine is, as its variables say."""
    return os.environ.get("NEWSWEAVE_TEST_KIND", "plain")


def load_nothing(_: Reports) -> LoadedModels:
    """Tell what is wrong."""
    message = "no file /there/weights"
    raise ModelFilesError(message)


def load_and_die(_: Reports) -> LoadedModels:
    """End in the middle."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def load_forever(_: Reports) -> LoadedModels:
    """Never come to an end."""
    time.sleep(600)
    raise AssertionError
