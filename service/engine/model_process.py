"""The process that holds the models: ``python -m service.engine.model_process FD``.

It does what it is told on a socket, one use of a model at a time, and ends with it: when the server is gone,
however that came, the socket is closed. What it says of itself goes to stderr, which the server reads.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from service.engine import uses
from service.engine.wire import (
    Batch,
    Beat,
    Fault,
    Load,
    NotLoaded,
    Report,
    Result,
    Stop,
    Stopped,
    Use,
)
from service.faults import described

if TYPE_CHECKING:
    from service.ports import LoadedModels

# The server holds all that callers wait for; of the two, the kernel is to end this one.
_OOM_SCORE = "500"


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

    def run(self) -> None:
        """Load the models, and answer until the process is ended."""
        load: Load = self._connection.recv()
        threading.Thread(target=self._attend, args=(load.beat_seconds,), daemon=True).start()
        try:
            models = load.load(self._report)
        except Exception as fault:  # noqa: BLE001  the server decides what becomes of it
            self._send(NotLoaded(f"{described(fault)}: {fault}"))
            return
        self._send(uses.told(models))
        while True:
            self._answer(models, self._uses.get(), load.stall_seconds)

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

    def _answer(self, models: LoadedModels, use: Use, stall_seconds: float) -> None:
        def check() -> None:
            if self._stopped >= use.number:
                raise _LeftError

        try:
            with uses.watched(check, stall_seconds) as watched:
                result = uses.run(models, use.role, use.argument, watched)
            self._send(Result(use.number, result))
        except _LeftError:
            self._send(Stopped(use.number))
        except Exception as fault:  # noqa: BLE001  the server decides what becomes of it
            if uses.is_out_of_memory(fault):
                # What it holds is gone with it; there is no telling what else could not be had.
                sys.exit(described(fault))
            self._send(Fault(use.number, described(fault)))

    def _report(self, role: str) -> Report:
        def report(*, rows: int, tokens: int, padded: int, written: int = 0) -> None:
            self._send(Batch(role, rows, tokens, padded, written))

        return report

    def _send(self, message: object) -> None:
        with self._sending:
            self._connection.send(message)


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
