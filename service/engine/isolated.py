"""Models in a process of their own, which may die or hang without harm to the server."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, cast

from service.engine.wire import (
    Batch,
    Fault,
    Load,
    Loaded,
    LoadModels,
    NotLoaded,
    Reports,
    Result,
    Role,
    Stop,
    Stopped,
    Use,
)
from service.errors import EngineRestarted
from service.faults import described
from service.ports import LoadedModels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import ModelCard, Vectors
    from service.ports import Check, DraftRequest

_log = logging.getLogger(__name__)

# A caller that leaves is noticed within this, and the models hear of it before their next layer.
_POLL_SECONDS = 0.01
# Signs of life come so many times more often than they are missed.
_BEATS = 5
# A process that says nothing for this share of the time of a step has a last chance, as long again.
_SILENCE = 1 / 4
# Libraries come from a cold disk first, and no sign of life comes meanwhile.
_LOADING_SECONDS = 300.0
_RETRY_SECONDS = 5.0
# The kernel may take a moment to take back what a process had.
_ENDING_SECONDS = 10.0


class NotLoadedError(Exception):
    """The models could not be loaded; the message is for the log of an operator."""


class UseFailedError(Exception):
    """A model raised something that nobody foresaw."""


@dataclass(frozen=True, slots=True)
class Isolated:
    """How the process of the models is begun.

    Attributes:
        load: Loads the models, in that process; see :class:`service.engine.wire.Load`.
        reports: Where the batches of a role are told.
        stall_seconds: How long a model may take for one step; then its process is ended.
    """

    load: LoadModels
    reports: Reports
    stall_seconds: float

    def __call__(self, check: Check) -> LoadedModels:
        """Begin a process, and return its models when they are loaded.

        Args:
            check: Raises when they are needed no more.

        Raises:
            NotLoadedError: They could not be loaded.
            EngineRestarted: The process ended before they were.
        """
        process = _Process(self)
        try:
            process.begin(self)
            return process.models(check)
        except BaseException:
            process.end()
            raise


class _Process:
    """One process with models in it; once it has ended, every use of it is over."""

    def __init__(self, begun: Isolated) -> None:
        self._reports = begun.reports
        self._silence = begun.stall_seconds * _SILENCE
        self._numbers = itertools.count(1)
        self._asked: dict[int, Future[Any]] = {}
        self._loaded: Future[Loaded] = Future()
        self._ending = False
        self._sending = threading.Lock()
        self.lost: Future[None] = Future()
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(  # noqa: S603  this very program
                [sys.executable, "-m", "service.engine.model_process", str(there.fileno())],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._connection = Connection(here.detach())

    def begin(self, begun: Isolated) -> None:
        """Hear the process from now on, and let it load the models."""
        for task in (self._listen, self._keep_log):
            threading.Thread(target=task, name="model-process", daemon=True).start()
        self._send(Load(begun.load, begun.stall_seconds, self._silence / _BEATS))

    def models(self, check: Check) -> LoadedModels:
        """Wait until the models are loaded, and return them."""
        end = time.monotonic() + _LOADING_SECONDS
        while not wait([self._loaded], _POLL_SECONDS).done:
            check()
            if time.monotonic() > end:
                message = f"they were not loaded within {_LOADING_SECONDS:.0f} s"
                raise NotLoadedError(message)
        loaded = self._loaded.result()
        drafter, verifier = loaded.cards.get(Role.DRAFTER), loaded.cards.get(Role.VERIFIER)
        return LoadedModels(
            _Encoder(self, loaded.cards[Role.ENCODER]),
            _Drafter(self, drafter) if drafter else None,
            _Verifier(self, verifier, loaded.threshold) if verifier else None,
            self,
        )

    def use(self, role: Role, argument: object, check: Check) -> Any:  # noqa: ANN401  what the role returns
        """Let a model work, and return what it did.

        Raises:
            EngineRestarted: The process ended before it had answered.
            UseFailedError: The model failed.
        """
        number, answer = next(self._numbers), Future[Any]()
        self._asked[number] = answer
        try:
            self._send(Use(number, role, argument))
            while not wait([answer], _POLL_SECONDS).done:
                check()
            return answer.result()
        finally:
            if not answer.done():
                with suppress(EngineRestarted):
                    self._send(Stop(number))
            self._asked.pop(number, None)

    def end(self) -> None:
        """End the process, and return when it is gone."""
        self._ending = True
        self._process.kill()
        wait([self.lost], _ENDING_SECONDS)

    def _send(self, message: object) -> None:
        if self.lost.done():
            raise _restarted()
        # Of a process that has just ended, the listener tells.
        with suppress(OSError), self._sending:
            self._connection.send(message)

    def _listen(self) -> None:
        """Hear what the process says, on a thread of its own, until it ends or says nothing."""
        cause = ""
        try:
            while self._says_something():
                self._hear(self._connection.recv())
            cause = "it gave no sign of life"
        except (EOFError, OSError):
            pass  # it has ended
        except Exception as fault:  # noqa: BLE001  whatever it is, nobody hears the process any more
            cause = f"what it said could not be heard: {described(fault)}"
        finally:
            self._process.kill()
            self._process.wait()
            with self._sending:
                self._connection.close()
            self._over(cause or self._cause())

    def _says_something(self) -> bool:
        patience = self._silence if self._loaded.done() else _LOADING_SECONDS
        # Whoever stops this process stops that one with it, as a shell does: both go on at the same time.
        return self._connection.poll(patience) or self._connection.poll(self._silence)

    def _hear(self, message: object) -> None:
        match message:
            case Loaded():
                self._loaded.set_result(message)
            case NotLoaded(fault):
                self._ending = True
                self._loaded.set_exception(NotLoadedError(fault))
            case Batch(role, rows, tokens, padded, written):
                self._reports(role)(rows=rows, tokens=tokens, padded=padded, written=written)
            case Result(number, value):
                self._answer(number).set_result(value)
            case Fault(number, told):
                _log.error("a use of the models failed: %s", told)
                self._answer(number).set_exception(UseFailedError(told))
            case Stopped(number):
                self._answer(number).cancel()

    def _answer(self, number: int) -> Future[Any]:
        """Return whom the answer to a use is for; an answer that nobody waits for is dropped."""
        return self._asked.pop(number, None) or Future()

    def _over(self, cause: str) -> None:
        """Tell everybody who waits that the process has ended."""
        if not self._ending:
            _log.error("the process of the models ended: %s", cause)
        if not self._loaded.done():
            self._loaded.set_exception(_restarted())
        # First of all those who begin the next one, so that it goes before what waits.
        self.lost.set_result(None)
        for number in tuple(self._asked):
            self._answer(number).set_exception(_restarted())

    def _cause(self) -> str:
        status = self._process.returncode
        if status >= 0:
            return f"exit status {status}"
        named = {number.value: number.name for number in signal.Signals}
        return f"signal {named.get(-status, -status)}"

    def _keep_log(self) -> None:
        """Pass on what the process writes, on a thread of its own."""
        if self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for line in lines:
                _log.warning("process of the models: %s", line.decode(errors="replace").rstrip())


def _restarted() -> EngineRestarted:
    return EngineRestarted("the process of the models ended, and is begun anew", _RETRY_SECONDS)


@dataclass(frozen=True, slots=True)
class _Encoder:
    process: _Process
    card: ModelCard

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        return cast("Vectors", self.process.use(Role.ENCODER, tuple(texts), check))


@dataclass(frozen=True, slots=True)
class _Drafter:
    process: _Process
    card: ModelCard

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        return cast("list[str]", self.process.use(Role.DRAFTER, tuple(requests), check))


@dataclass(frozen=True, slots=True)
class _Verifier:
    process: _Process
    card: ModelCard
    threshold: float

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        return cast("Vectors", self.process.use(Role.VERIFIER, tuple(pairs), check))
