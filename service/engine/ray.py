"""Models in replicas on a cluster of Ray: the way past one machine.

The server asks a deployment of Ray Serve, which chooses a replica, replaces one that has ended, and begins
more of them when much waits. This is the only module that imports Ray; before it is imported itself, its
cluster is to be prepared.
"""

from __future__ import annotations

import ctypes
import logging
import signal
import tempfile
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import ray
from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import BackPressureError, RayServeException

from service.engine import remote
from service.engine.isolated import NotLoadedError, UseFailedError
from service.engine.local import LocalEngine
from service.engine.replica import Replica
from service.engine.scaling import ByQueuedTokens
from service.errors import DeadlineExceeded, EngineRestarted, QueueFull

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.engine.cluster import Cluster
    from service.engine.replica import Answer, Asked
    from service.engine.wire import Loaded, LoadModels, Reports
    from service.ports import Check, LoadedModels

_log = logging.getLogger(__name__)

# A caller that leaves is noticed within this, and the replica hears of it before the next layer.
_POLL_SECONDS = 0.02
_LOADING_SECONDS = 300.0
_RETRY_SECONDS = 5.0
# Uses that are under way notice within this that the engine is stopped.
_LEAVING_SECONDS = 5.0
# How often it is asked whether there is any replica: while one is waited for, and when there was one.
_LOOK_SECONDS, _WATCH_SECONDS = 0.2, 1.0
# Uses that may be at a replica, one of them at work: so many that their order is that of their ranks.
_USES_A_REPLICA = 64
# A replica is taken for dead after three checks without an answer, by half of the time of a step.
_CHECKS_A_STALL = 12
_LEAST_CHECK_SECONDS = 1.0
# Load that passes needs no replica; one that was begun is worth keeping for a while.
_MORE_AFTER_SECONDS, _LESS_AFTER_SECONDS = 10.0, 300.0
_OBJECT_STORE_BYTES = 100 * 2**20
_DEPLOYMENT = "models"
_get_handler = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_int)(("PyOS_getsig", ctypes.pythonapi))
_set_handler = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ("PyOS_setsig", ctypes.pythonapi)
)


class _Connection:
    """This process as part of a cluster: of one that there is, or of one that begins and ends with it."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._opened = False

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
        if self._opened:
            self._opened = False
            ray.shutdown()
        if self._folder:
            self._folder.cleanup()
            self._folder = None

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


@dataclass(frozen=True, slots=True)
class OnRay:
    """How the replicas are begun.

    Attributes:
        load: Loads the models, in a replica; see :class:`service.engine.wire.Load`.
        reports: Where the batches of a role are told.
        stall_seconds: How long a model may take for one step; then its replica is ended.
        cluster: Where they are.
        connection: With it.
    """

    load: LoadModels
    reports: Reports
    stall_seconds: float
    cluster: Cluster
    connection: _Connection = field(default_factory=_Connection)

    def __call__(self, check: Check) -> LoadedModels:
        """Begin the replicas, unless there are some, and return their models when one has loaded them.

        Args:
            check: Raises when they are needed no more.

        Raises:
            NotLoadedError: They could not be loaded.
            EngineRestarted: The replica that was asked ended.
        """
        replicas = _Replicas(self)
        try:
            replicas.begin(check)
            return replicas.models(check)
        except (NotLoadedError, EngineRestarted):
            raise  # it is tried again, and Ray can be begun only once in a process
        except BaseException:
            replicas.end()
            raise


def engine(on_ray: OnRay, uses: int) -> LocalEngine:
    """Return an engine whose models are in replicas; so many uses may be under way at the same time."""
    _keep_our_log()
    return LocalEngine(on_ray, uses)


class _Replicas:
    """The replicas of one application; they are lost when there is none any more."""

    def __init__(self, begun: OnRay) -> None:
        self._begun, self._name = begun, begun.cluster.name
        self.lost: Future[None] = Future()
        self._ending = threading.Event()
        self._under_way, self._changed = 0, threading.Condition()
        self._handle: Any = None
        self._watcher = threading.Thread(target=self._watch, name="model-replicas", daemon=True)

    def begin(self, check: Check) -> None:
        """Deploy the application, unless a server has done so before, and wait for its first replica."""
        self._begun.connection.open(self._begun.cluster.address)
        serve.start(proxy_location="Disabled")  # nobody calls but by a handle
        _keep_our_log()
        self._await_first(check)
        self._handle = serve.get_app_handle(self._name)

    def models(self, check: Check) -> LoadedModels:
        """Ask a replica which models there are, and return them."""
        loaded = cast("Loaded", self._result(self._handle.loaded, check))
        self._watcher.start()
        return remote.models(loaded, self.use, self)

    def use(self, asked: Asked, check: Check) -> Any:  # noqa: ANN401  what the role returns
        """Let a replica work, and return what it did.

        Raises:
            QueueFull: As much waits as may wait.
            EngineRestarted: The replica ended before it had answered.
            UseFailedError: The model failed.
        """
        with self._counted():
            answer = cast("Answer | None", self._result(self._handle.use, check, asked))
        if answer is None:
            check()
            message = "the deadline passed"
            raise DeadlineExceeded(message)
        for batch in answer.batches:
            self._begun.reports(batch.role)(
                rows=batch.rows, tokens=batch.tokens, padded=batch.padded, written=batch.written
            )
        if answer.fault:
            _log.error("a use of the models failed: %s", answer.fault)
            raise UseFailedError(answer.fault)
        return answer.value

    def end(self) -> None:
        """Leave the replicas; those of a cluster that was begun here end."""
        self._ending.set()
        with self._changed:
            # Who waits for an answer must not find Ray gone.
            self._changed.wait_for(lambda: not self._under_way, _LEAVING_SECONDS)
        if self._watcher.is_alive():
            self._watcher.join(_LEAVING_SECONDS)
        if self._handle:
            self._handle.shutdown()
        self._begun.connection.close()
        self._over()

    def _await_first(self, check: Check) -> None:
        """Deploy the application unless it is there, and wait for its first replica."""
        end = time.monotonic() + _LOADING_SECONDS
        while not self._count():
            check()
            told = serve.status().applications.get(self._name)
            if told is None:  # as at first, and when a server that waits as well has deleted what failed
                target = serve.RunTarget(_application(self._begun), self._name, route_prefix=None)
                serve.run_many([target], wait_for_applications_running=False)
            # One that was healthy before is mended by Ray.
            elif told.status == "DEPLOY_FAILED" or time.monotonic() > end:
                message = "; ".join(filter(None, (told.message, *_messages(told))))
                serve.delete(self._name)
                raise NotLoadedError(message or f"they were not loaded within {_LOADING_SECONDS:.0f} s")
            time.sleep(_LOOK_SECONDS)

    def _count(self) -> int:
        """Return how many replicas there are that can be asked."""
        told = serve.status().applications.get(self._name)
        states = told.deployments[_DEPLOYMENT].replica_states if told and told.deployments else {}
        return int(states.get("RUNNING", 0))

    def _watch(self) -> None:
        """See whether there is any replica, on a thread of its own, until there is none."""
        while not self._ending.wait(_WATCH_SECONDS):
            with suppress(RayError, RayServeException):  # who tells it is begun anew by Ray
                if not self._count():
                    _log.error("no replica of the models is left")
                    self._over()
                    return

    def _over(self) -> None:
        with suppress(InvalidStateError):  # it was over before
            self.lost.set_result(None)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _result(self, method: Any, check: Check, *arguments: Asked) -> object:  # noqa: ANN401  of Ray
        """Return what a replica answers."""
        try:
            return _awaited(method.remote(*arguments), check)
        except BackPressureError:
            message = "as much waits for the replicas as may wait"
            limit = {"max_queued_requests": str(self._begun.cluster.max_queued)}
            raise QueueFull(message, _RETRY_SECONDS, limit) from None
        except RayTaskError as fault:
            # What it says may be text of an article.
            raise UseFailedError(type(fault.cause).__name__) from None
        except (RayError, RayServeException) as fault:
            _log.warning("a replica of the models did not answer: %s", type(fault).__name__)
            message = "the replica of the models ended, and is begun anew"
            raise EngineRestarted(message, _RETRY_SECONDS) from None


def _awaited(response: Any, check: Check) -> object:  # noqa: ANN401  of Ray
    """Return what a response brings; a caller that leaves ends the work on it."""
    try:
        while True:
            check()
            with suppress(TimeoutError):
                return response.result(timeout_s=_POLL_SECONDS)
    except (RayError, RayServeException):
        raise
    except BaseException:
        response.cancel()
        raise


def _application(begun: OnRay) -> Any:  # noqa: ANN401  Ray has no types for us
    cluster = begun.cluster
    every = max(_LEAST_CHECK_SECONDS, begun.stall_seconds / _CHECKS_A_STALL)
    deployment = serve.deployment(
        Replica,
        name=_DEPLOYMENT,
        ray_actor_options={"num_cpus": cluster.cores},
        max_ongoing_requests=_USES_A_REPLICA,
        max_queued_requests=cluster.max_queued,
        autoscaling_config=serve.config.AutoscalingConfig(
            min_replicas=cluster.least,
            max_replicas=cluster.most,
            upscale_delay_s=_MORE_AFTER_SECONDS,
            downscale_delay_s=_LESS_AFTER_SECONDS,
            policy=serve.config.AutoscalingPolicy(
                policy_function=ByQueuedTokens, policy_kwargs={"tokens": cluster.max_tokens}
            ),
        ),
        health_check_period_s=every,
        health_check_timeout_s=every,
        graceful_shutdown_timeout_s=begun.stall_seconds,
        logging_config={"enable_access_log": False},
    )
    return deployment.bind(begun.load, begun.stall_seconds)


def _keep_our_log() -> None:
    """Let what Ray writes in this process go where all goes, in the same form, and add nothing else."""
    logging.setLogRecordFactory(logging.LogRecord)
    for name in ("ray", "ray.serve"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def _messages(told: Any) -> Iterator[str]:  # noqa: ANN401  Ray has no types for us
    for deployment in told.deployments.values():
        yield deployment.message
