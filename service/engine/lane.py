"""Threads that run what waits, in the order of its ranks."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from service.engine.backlog import Backlog

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Lane:
    """A bounded number of threads. An idle one begins what comes at once; else the lowest rank goes next."""

    def __init__(self, threads: int, name: str) -> None:
        """Take how many threads there are, and how their names begin."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._backlog: Backlog[_Turn[Any]] = Backlog()

    @property
    def items(self) -> int:
        """How many pieces of work wait for their turn."""
        return self._backlog.items

    @property
    def tokens(self) -> int:
        """How many tokens these have."""
        return self._backlog.tokens

    def submit(self, work: Callable[[], T], rank: float, tokens: int = 0) -> Future[T]:
        """Let work wait for its turn. When its future is cancelled, it waits no more, and never runs.

        Raises:
            RuntimeError: The lane is closed.
        """
        turn = _Turn(work)
        self._backlog.add(turn, rank, tokens)
        turn.add_done_callback(self._backlog.remove)  # type: ignore[arg-type]  # it is told of the turn itself
        try:
            # Whichever thread gets to this runs what is the most urgent by then.
            self._threads.submit(self._run_next)
        except RuntimeError:
            self._backlog.remove(turn)
            raise
        return turn

    def close(self) -> None:
        """Cancel what waits, and return when what runs has ended."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        while turn := self._backlog.take():
            turn.cancel()
        self._threads.shutdown(wait=True)

    def _run_next(self) -> None:
        if turn := self._backlog.take():
            turn.run()


class _Turn(Future[T]):
    """The result of work that waits, runs, or has ended."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        """Do the work, unless the turn was cancelled meanwhile."""
        if not self.set_running_or_notify_cancel():
            return
        try:
            result = self._work()
        except BaseException as fault:  # noqa: BLE001  whoever waits for the result is told
            self.set_exception(fault)
            # The fault knows this frame, and this frame the turn, which knows the fault.
            self = None  # type: ignore[assignment]  # noqa: PLW0642
        else:
            self.set_result(result)
