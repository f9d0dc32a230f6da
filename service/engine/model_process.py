"""The process that holds the models: ``python -m service.engine.model_process FD``.

It does what it is told on a socket, one use of a model at a time, and ends with it: when the server is gone,
however that came, the socket is closed. What it says of itself goes to stderr, which the server reads.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from service.engine.wire import (
    Batch,
    Beat,
    Fault,
    Load,
    Loaded,
    NotLoaded,
    Report,
    Result,
    Role,
    Stop,
    Stopped,
    Use,
)
from service.faults import described

if TYPE_CHECKING:
    from service.ports import LoadedModels

# The server holds all that callers wait for; of the two, the kernel is to end this one.
_OOM_SCORE = "500"
# Bytes that a use may need beside what it has found room for before.
_ROOM = 2**26
# To watch a use costs as much as some of its steps, so it is done anew at most this often.
_REARM_SECONDS = 0.5


class _LeftError(Exception):
    """Nobody waits for the use that is under way."""


class ModelProcess:
    """The models, and the socket on which they are asked."""

    def __init__(self, connection: Connection) -> None:
        """Take the socket."""
        self._connection = connection
        self._sending = threading.Lock()
        self._uses: SimpleQueue[Use] = SimpleQueue()
        self._stopped = 0
        self._stall = 0.0
        self._armed = 0.0

    def run(self) -> None:
        """Load the models, and answer until the process is ended."""
        load: Load = self._connection.recv()
        self._stall = load.stall_seconds
        threading.Thread(target=self._attend, args=(load.beat_seconds,), daemon=True).start()
        try:
            models = load.load(self._report)
        except Exception as fault:  # noqa: BLE001  the server decides what becomes of it
            self._send(NotLoaded(f"{described(fault)}: {fault}"))
            return
        self._send(_loaded(models))
        while True:
            self._answer(models, self._uses.get())

    def _attend(self, beat_seconds: float) -> None:
        """Take what comes, and give signs of life, on a thread of its own; end with the server."""
        with suppress(EOFError, OSError):
            while True:
                if self._connection.poll(beat_seconds):
                    self._take(self._connection.recv())
                self._send(Beat())
        os._exit(0)

    def _take(self, message: object) -> None:
        if isinstance(message, Stop):
            self._stopped = max(self._stopped, message.number)
        elif isinstance(message, Use):
            self._uses.put(message)

    def _answer(self, models: LoadedModels, use: Use) -> None:
        try:
            self._send(Result(use.number, self._used(models, use)))
        except _LeftError:
            self._send(Stopped(use.number))
        except Exception as fault:  # noqa: BLE001  the server decides what becomes of it
            if isinstance(fault, MemoryError) or _is_out_of_memory():
                # What it holds is gone with it; there is no telling what else could not be had.
                sys.exit(described(fault))
            self._send(Fault(use.number, described(fault)))
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _used(self, models: LoadedModels, use: Use) -> object:
        self._armed = 0.0

        def check() -> None:
            self._watch()
            if self._stopped >= use.number:
                raise _LeftError

        check()
        argument: Any = use.argument
        if use.role is Role.ENCODER:
            return models.encoder.encode(argument, check)
        if use.role is Role.DRAFTER and models.drafter:
            return models.drafter.draft(argument, check)
        if use.role is Role.VERIFIER and models.verifier:
            return models.verifier.judge(argument, check)
        message = f"there is no {use.role}"
        raise RuntimeError(message)

    def _watch(self) -> None:
        """Let the process end, and tell where it was, unless the next step comes in time."""
        now = time.monotonic()
        if now - self._armed >= _REARM_SECONDS:
            self._armed = now
            # A thread in C: it comes to its turn even if Python never does.
            faulthandler.dump_traceback_later(self._stall, exit=True)

    def _report(self, role: str) -> Report:
        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            self._send(Batch(role, rows, tokens, padded, written))

        return report

    def _send(self, message: object) -> None:
        with self._sending:
            self._connection.send(message)


def _loaded(models: LoadedModels) -> Loaded:
    by_role = {
        Role.ENCODER: models.encoder,
        Role.DRAFTER: models.drafter,
        Role.VERIFIER: models.verifier,
    }
    cards = {role: model.card for role, model in by_role.items() if model}
    return Loaded(cards, models.verifier.threshold if models.verifier else 0.0)


def _is_out_of_memory() -> bool:
    """Return whether memory cannot be had; each library tells so in its own way, or fails at other things."""
    try:
        bytearray(_ROOM)
    except MemoryError:
        return True
    return False


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    """Serve the socket whose number is the first argument."""
    # Those who send these to a whole group mean the server, which tells its models when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # What an exception says may be text of an article.
    sys.excepthook = lambda _, fault, __: _say(described(fault))
    threading.excepthook = lambda told: _say(told.exc_type.__name__)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    ModelProcess(Connection(int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
