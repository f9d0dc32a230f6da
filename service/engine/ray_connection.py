"""This process as part of a cluster of Ray: how it comes and goes, and asks.

Beside :mod:`service.engine.ray` this is the only module that imports Ray.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import tempfile
import threading
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from service.engine.isolated import NotLoadedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.ports import Check

T = TypeVar("T")

_OBJECT_STORE_BYTES = 100 * 2**20
# Who leaves is noticed within this, and what nobody answers for so long is given up.
_POLL_SECONDS, PATIENCE_SECONDS = 0.2, 300.0
_LEAVING_SECONDS = 5.0
_get_handler = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_int)(("PyOS_getsig", ctypes.pythonapi))
_set_handler = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ("PyOS_setsig", ctypes.pythonapi)
)


class Connection:
    """This process as part of a cluster: of one that there is, or of one that begins and ends with it."""

    def __init__(self) -> None:
        """Begin apart from any."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._opened = False
        self._unanswered: set[Future[Any]] = set()

    def open(self, address: str) -> None:
        """Join the cluster at an address, or begin one, unless this process is part of one."""
        if ray.is_initialized():
            return
        self._opened = True
        where = {"address": address} if address else self._own()
        with _signals_kept():
            ray.init(log_to_driver=False, configure_logging=False, **where)

    def close(self) -> None:
        """Leave the cluster, and end it if it began here."""
        # A process in which Ray ends while it is asked something is ended as well.
        wait(tuple(self._unanswered), _LEAVING_SECONDS)
        if self._opened:
            self._opened = False
            ray.shutdown()
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def asked(self, question: Callable[[], T]) -> Future[T]:
        """Ask the cluster something, on a thread of its own.

        When its head is gone, Ray neither answers nor raises, for as long as that lasts.
        """
        answer: Future[T] = Future()

        def ask() -> None:
            try:
                answer.set_result(question())
            except BaseException as fault:  # noqa: BLE001  whoever waits for the answer is told
                answer.set_exception(fault)

        self._unanswered.add(answer)
        answer.add_done_callback(self._unanswered.discard)
        threading.Thread(target=ask, name="question-to-ray", daemon=True).start()
        return answer

    def answered(self, question: Callable[[], T], check: Check) -> T:
        """Return the answer of the cluster.

        Args:
            question: Asks it.
            check: Raises when nobody waits for the answer any more.

        Raises:
            NotLoadedError: There is none.
        """
        check()
        answer = self.asked(question)
        for _ in range(round(PATIENCE_SECONDS / _POLL_SECONDS)):
            if wait([answer], _POLL_SECONDS).done:
                return answer.result()
            check()
        message = f"the cluster of Ray has not answered for {PATIENCE_SECONDS:.0f} s"
        raise NotLoadedError(message)

    def _own(self) -> dict[str, Any]:
        # Ray makes sockets in it, whose paths must be short.
        self._folder = tempfile.TemporaryDirectory(prefix="newsweave-", ignore_cleanup_errors=True)
        return {
            "address": "local",
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE_BYTES,
            "_node_ip_address": "127.0.0.1",
            "_temp_dir": self._folder.name,
        }


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep what becomes of SIGTERM: Ray would let it abort this process three seconds later.

    Of Python, only the main thread may say what becomes of a signal; this is not it.
    """
    kept = _get_handler(signal.SIGTERM)
    try:
        yield
    finally:
        _set_handler(signal.SIGTERM, kept)


def keep_our_log() -> None:
    """Let what Ray writes in this process go where all goes, in the same form, and add nothing else.

    What is told by its other processes it would print to standard output, where a digest goes.
    """
    ray._private.worker.print_to_stdstream = _log_told  # noqa: SLF001  there is no setting for it
    logging.setLogRecordFactory(logging.LogRecord)
    for name in ("ray", "ray.serve"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _log_told(told: dict[str, Any], ignore_prefix: bool) -> None:  # noqa: ARG001, FBT001  as Ray calls it
    for line in told["lines"]:
        # The rest is advice, and lines of the files of Ray.
        logging.getLogger("ray").warning("%s: %s", told["pid"], line.strip().partition("\n")[0])


def machines() -> dict[str, int]:
    """Return how many cores there are for replicas on each machine of the cluster that has any, by its id."""
    found = {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"]}
    return {machine: cores for machine, cores in found.items() if cores}


def free_cores() -> str:
    """Say how many cores of the cluster are free, of how many there are."""
    free, all_of_them = (
        found.get("CPU", 0) for found in (ray.available_resources(), ray.cluster_resources())
    )
    return f"of {all_of_them:.0f} CPUs of the cluster, {free:.0f} are free"


def told_by(machines: list[str], question: Callable[[], T]) -> list[T]:
    """Return what each of some machines answers, in a process that ends with that."""

    def tell() -> T:
        return question()

    def tasks() -> Iterator[Any]:
        for machine in machines:
            there = NodeAffinitySchedulingStrategy(machine, soft=False)
            yield ray.remote(num_cpus=0, max_calls=1, scheduling_strategy=there)(tell).remote()

    told: list[T] = ray.get(list(tasks()))
    return told
