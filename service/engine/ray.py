"""Models in replicas on a cluster of Ray: the way past one machine.

The server asks a deployment of Ray Serve, which chooses a replica, replaces one that has ended, and begins
more of them when much waits. Beside :mod:`service.engine.ray_connection` this is the only module that imports
Ray; before it is imported itself, its cluster is to be prepared.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, InvalidStateError, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import BackPressureError, RayServeException

from service.engine import remote
from service.engine.isolated import NotLoadedError, UseFailedError
from service.engine.local import LocalEngine
from service.engine.ray_connection import (
    PATIENCE_SECONDS,
    Connection,
    free_cores,
    keep_our_log,
    machines,
    told_by,
)
from service.engine.replica import Replica
from service.engine.scaling import ByQueuedTokens
from service.errors import DeadlineExceeded, EngineRestarted, QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.engine.cluster import Cluster
    from service.engine.replica import Answer, Asked
    from service.engine.wire import Loaded, LoadModels, Reports
    from service.ports import Check, LoadedModels

_log = logging.getLogger(__name__)

# A caller that leaves is noticed within this, and the replica hears of it before the next layer.
_POLL_SECONDS = 0.02
_RETRY_SECONDS = 5.0
# Uses that are under way notice within this that the engine is stopped.
_LEAVING_SECONDS = 5.0
# How often it is asked whether there is any replica: while one is waited for, and when there was one.
_LOOK_SECONDS, _WATCH_SECONDS = 0.2, 1.0
# A cluster that is silent for the first has lost its head, or this machine. In the second it may come back;
# 60 s after the head is lost, Ray itself ends a process, without a word in its log.
_SILENCE_SECONDS, _LOST_SECONDS = 15.0, 40.0
_LOST_STATUS = os.EX_UNAVAILABLE
# Uses that may be at a replica, one of them at work: so many that their order is that of their ranks.
_USES_A_REPLICA = 64
# A replica is taken for dead after three checks without an answer, by half of the time of a step.
_CHECKS_A_STALL = 12
_LEAST_CHECK_SECONDS = 1.0
# Load that passes needs no replica; one that was begun is worth keeping for a while.
_MORE_AFTER_SECONDS, _LESS_AFTER_SECONDS = 10.0, 300.0
_DEPLOYMENT = "models"


@dataclass(frozen=True, slots=True)
class OnRay:
    """How the replicas are begun.

    Attributes:
        load: Returns what loads the models in a replica, see :class:`service.engine.wire.Load`. It is given
            what ``differs`` on each machine of the cluster, or nothing if all replicas are on this one.
        reports: Where the batches of a role are told.
        stall_seconds: How long a model may take for one step; then its replica is ended.
        cluster: Where they are.
        differs: Tells on a machine what may not be the same on another, and must be for all replicas; None if
            nothing is so. Must be importable by name; what it is bound to must be picklable.
        connection: With it.
    """

    load: Callable[[Sequence[str]], LoadModels]
    reports: Reports
    stall_seconds: float
    cluster: Cluster
    differs: Callable[[], str] | None = None
    connection: Connection = field(default_factory=Connection)

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
    keep_our_log()
    return LocalEngine(on_ray, uses)


class _Replicas:
    """The replicas of one application; they are lost when there is none any more."""

    def __init__(self, begun: OnRay) -> None:
        self._begun, self._name = begun, begun.cluster.name
        self._connection = begun.connection
        self.lost: Future[None] = Future()
        self._left: Future[None] = Future()
        self._under_way, self._changed = 0, threading.Condition()
        self._handle: Any = None
        self._watcher = threading.Thread(target=self._watch, name="model-replicas", daemon=True)

    def begin(self, check: Check) -> None:
        """Deploy the application, unless a server has done so before, and wait for its first replica."""
        self._connection.open(self._begun.cluster.address)
        # Nobody calls but by a handle.
        self._connection.answered(lambda: serve.start(proxy_location="Disabled"), check)
        keep_our_log()
        self._await_first(check)
        self._handle = self._connection.answered(lambda: serve.get_app_handle(self._name), check)

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
        self._over(self._left)
        with self._changed:
            # Who waits for an answer must not find Ray gone.
            self._changed.wait_for(lambda: not self._under_way, _LEAVING_SECONDS)
        if self._watcher.is_alive():
            self._watcher.join(_LEAVING_SECONDS)
        if self._handle:
            self._handle.shutdown()
        self._connection.close()
        self._over(self.lost)

    def _await_first(self, check: Check) -> None:
        """Deploy the application unless it is there, and wait for its first replica."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._connection.answered(self._count, check):
            told = self._connection.answered(self._told, check)
            if told is None:  # as at first, and when a server that waits as well has deleted what failed
                self._deploy(check)
            # One that was healthy before is mended by Ray.
            elif told.status == "DEPLOY_FAILED" or time.monotonic() > end:
                free = self._connection.answered(free_cores, check)
                self._connection.answered(partial(serve.delete, self._name), check)
                why = (told.message, *_messages(told), *_waits(told, free))
                raise NotLoadedError("; ".join(filter(None, why)))
            time.sleep(_LOOK_SECONDS)

    def _deploy(self, check: Check) -> None:
        """Deploy the application, for a cluster as it is now."""
        cluster, there = self._begun.cluster, self._connection.answered(machines, check)
        cores = cluster.cores_of_each(tuple(there.values()))
        room = sum(found // cores for found in there.values()) if cores else cluster.least
        if room < cluster.least:
            lacking = "min_replicas is %d, and the cluster of Ray has room for %d replicas of %d CPUs"
            _log.warning(lacking, cluster.least, room, cores)
        differing = self._differing([machine for machine, found in there.items() if found >= cores], check)
        application = _application(self._begun, cores, self._begun.load(differing))
        target = serve.RunTarget(application, self._name, route_prefix=None)
        deploy = partial(serve.run_many, [target], wait_for_applications_running=False)
        self._connection.answered(deploy, check)

    def _differing(self, fit: list[str], check: Check) -> list[str]:
        """Return what may differ between the machines that can hold a replica, each told by itself."""
        if not (self._begun.cluster.address and self._begun.differs):
            return []
        try:
            return self._connection.answered(partial(told_by, fit, self._begun.differs), check)
        except RayError as fault:  # the machine may also be lost meanwhile
            why = fault.cause if isinstance(fault, RayTaskError) else type(fault).__name__
            message = f"a machine of the cluster of Ray cannot load models: {why}"
            raise NotLoadedError(message) from None

    def _told(self) -> Any:  # noqa: ANN401  Ray has no types for us
        """Return what is told of the application; None if there is none."""
        return serve.status().applications.get(self._name)

    def _count(self) -> int:
        """Return how many replicas there are that can be asked."""
        told = self._told()
        states = told.deployments[_DEPLOYMENT].replica_states if told and told.deployments else {}
        return int(states.get("RUNNING", 0))

    def _watch(self) -> None:
        """See, on a thread of its own, whether there is any replica, until there is none or nobody tells."""
        while not self._leaves_within(_WATCH_SECONDS):
            count = self._connection.asked(self._counted_at_last)
            if self._leaves_within(_SILENCE_SECONDS, count):
                return
            if count.done() and count.result():
                continue
            if count.done():
                _log.error("no replica of the models is left")
            else:
                silent = "the cluster of Ray has been silent for %.0f s: its head is lost, or this machine"
                _log.error(silent, _SILENCE_SECONDS)
            self._over(self.lost)
            if not self._leaves_within(_LOST_SECONDS, count) and not count.done():
                _end()
            return

    def _counted_at_last(self) -> int:
        """Return how many replicas there are, whatever Ray raises first: who tells it is begun anew by it."""
        while not self._left.done():
            with suppress(Exception):
                return self._count()
            time.sleep(_LOOK_SECONDS)
        return 0

    def _leaves_within(self, seconds: float, answer: Future[int] | None = None) -> bool:
        """Wait for so long, but not after an answer has come, and return whether the replicas are left."""
        awaited: list[Future[Any]] = [self._left, answer] if answer else [self._left]
        wait(awaited, seconds, FIRST_COMPLETED)
        return self._left.done()

    def _over(self, what: Future[None]) -> None:
        with suppress(InvalidStateError):  # it was over before
            what.set_result(None)

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


def _application(begun: OnRay, cores: int, load: LoadModels) -> Any:  # noqa: ANN401  Ray has no types for us
    cluster = begun.cluster
    every = max(_LEAST_CHECK_SECONDS, begun.stall_seconds / _CHECKS_A_STALL)
    deployment = serve.deployment(
        Replica,
        name=_DEPLOYMENT,
        ray_actor_options={"num_cpus": cores},
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
    return deployment.bind(load, begun.stall_seconds)


def _messages(told: Any) -> Iterator[str]:  # noqa: ANN401  Ray has no types for us
    for deployment in told.deployments.values():
        yield deployment.message


def _waits(told: Any, free: str) -> Iterator[str]:  # noqa: ANN401  Ray has no types for us
    """Say how long was waited, and for what, unless what there was has failed."""
    if told.status != "DEPLOY_FAILED":
        yield f"they were not loaded within {PATIENCE_SECONDS:.0f} s; {free}"


def _end() -> None:
    """End this process, which Ray would soon do itself: it can be part of one cluster only, and once."""
    lost = "the cluster of Ray has been silent for %.0f s, and only a new process can join it: this one ends"
    _log.critical(lost, _SILENCE_SECONDS + _LOST_SECONDS)
    os._exit(_LOST_STATUS)
