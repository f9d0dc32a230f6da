"""The composition root: settings -> a server, a summary, or the files of the models.

This, :mod:`service.endpoint` and :mod:`service.loading` are the only importers of ``models``.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from models import fetch, manifest, store
from models.batches import no_report
from models.manifest import Role
from service import loading
from service.domain import Provenance, Summary
from service.engine.cluster import Cluster
from service.engine.isolated import Isolated
from service.engine.local import LocalEngine
from service.engine.remote_drafting import RemoteDrafting
from service.engine.token import Token
from service.errors import ModelFilesError, NotCopied, SettingsError
from service.language import identify
from service.pipeline import summarize
from service.ports import DraftRequest
from service.rpc import digests, server, validate
from service.rpc.convert import Converter
from service.rpc.kept import kept_in
from service.rpc.servicer import Identity
from service.stages.verify import CHECKER
from service.telemetry.export import exports
from service.telemetry.observer import Telemetry
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from models.batches import Report
    from models.store import ModelStatus
    from newsweave.v1 import newsweave_pb2 as pb
    from service.domain import Event, Job
    from service.engine.wire import Reports
    from service.ports import HostedEngine, Models
    from service.rpc.server import SideDoor
    from service.settings import Settings

_log = logging.getLogger(__name__)

_MEGABYTE = 1e6
_SENTENCE = "The bridge was closed on Monday, the council said."
_WORDS = 20


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that the project knows, and whether it is on this machine."""

    name: str
    role: str
    id: str
    licence: str
    state: str
    megabytes: float

    def cells(self) -> tuple[str, ...]:
        """Return its fields in words."""
        size = f"{self.megabytes:.0f} MB" if self.megabytes else ""
        return self.name, self.role, self.id, self.licence, self.state, size


def stream(settings: Settings, request: pb.StreamSummarizeRequest) -> Iterator[pb.StreamSummarizeResponse]:
    """Summarize in this process, with the events that a server would send from ``source_report`` on.

    Raises:
        InvalidRequest: The request breaks rules.
        ModelFilesError: The models are not here, or damaged.
        NoContent: Nothing was left of the articles.
    """
    job = validate.job(request.articles, request.options, settings)
    engine = _engine_of_one(settings)
    try:
        engine.start().result()
        yield from map(Converter(job).event, _pipeline(settings)(job, engine.bind(_go_on)))
    finally:
        engine.stop()


def digest(
    settings: Settings, request: pb.GenerateDigestRequest, keep: Path | None = None
) -> Iterator[pb.GenerateDigestResponse]:
    """Make a digest, with the events that a server would send from ``grouped`` on.

    Models of this process work on one story after another, those on a cluster of Ray on several.

    Args:
        settings: Where the models are, too.
        request: What is asked.
        keep: File in which finished summaries are kept; those that are there are not made again.

    Raises:
        InvalidRequest: The request as a whole breaks rules, or the file cannot be used.
        ModelFilesError: The models are not here, or damaged.
        SettingsError: Ray is asked for, and is not installed.
    """
    pile = validate.pile(request, settings)
    engine, token = _offline_engine(settings), Token()
    try:
        engine.start().result()
        bind = partial(engine.bind, token.check)
        models = bind()
        with ExitStack() as stack:
            make = partial(_summary, settings, bind)
            if keep:
                made_by = f"{VERSION} {settings.sha256} {models.cards}"
                make = partial(stack.enter_context(kept_in(keep, made_by)).summary, make=make)
            each: digests.Each = map
            if settings.engine != "local":
                each = stack.enter_context(ThreadPoolExecutor(settings.workers)).map
            # Who asked no more ends what is under way; the pool waits for that.
            stack.callback(token.stop)
            yield from digests.made(pile, models, settings, make, each)
    finally:
        engine.stop()


def _offline_engine(settings: Settings) -> HostedEngine:
    return _engine_of_one(settings) if settings.engine == "local" else hosted_engine(settings, _unheard)


def _summary(settings: Settings, bind: Callable[[], Models], job: Job) -> pb.Summary:
    """Make one summary, with models of its own, which know who wrote for it."""
    (summary,) = [event for event in _pipeline(settings)(job, bind()) if isinstance(event, Summary)]
    return Converter(job).summary(summary)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        SettingsError: An address cannot be listened on, or something that is asked for is not installed.
        ModelFilesError: The models are not here.
    """
    side = side_door(settings)
    telemetry = Telemetry(exports(settings, os.environ), settings.metrics_address)
    engine = hosted_engine(settings, telemetry.batches)
    # The first request is to be as fast as the next; this is done long before the models are loaded.
    threading.Thread(target=identify.load, name="identifier", daemon=True).start()
    telemetry.observe_engine(lambda: engine.figures)

    identity = _identity(settings)
    serving = server.serve(
        settings,
        engine,
        _pipeline(settings),
        identity,
        telemetry,
        on_listening=_tell_address,
        side_door=side,
    )
    asyncio.run(serving)


def fetch_models(settings: Settings, names: Sequence[str], report: Callable[[str], None]) -> None:
    """Bring the files of models to this machine, unless they are here.

    Raises:
        ModelFilesError: They cannot be had, or are not what the manifest names.
    """
    with loading.errors_of_the_service():
        for name in names:
            fetch.fetch(manifest.load(name), settings.weights_dir, report)
        fetch.clear_downloads(settings.weights_dir)


def list_models(settings: Settings) -> list[KnownModel]:
    """Return every model that ships with the project."""
    with loading.errors_of_the_service():
        return [_known(status) for status in store.list_models(settings.weights_dir)]


def verify_model(settings: Settings, name: str) -> int:
    """Read every file of a model, and return how many there are.

    Raises:
        ModelFilesError: One is missing or differs from what was fetched.
    """
    with loading.errors_of_the_service():
        checks = store.verify(manifest.load(name), settings.weights_dir)
    faults = [f"{check.path} {check.fault}" for check in checks if check.fault]
    if faults:
        raise ModelFilesError("; ".join(faults))
    return len(checks)


def warm_up_steps(settings: Settings) -> list[tuple[str, Callable[[], None]]]:
    """Return steps, each with its name, that load each model and use it once."""
    steps = {
        Role.ENCODER: ("encoder: load and embed a sentence", lambda: _use_encoder(settings)),
        Role.DRAFTER: ("drafter: load and write a sentence", lambda: _use_drafter(settings)),
        Role.VERIFIER: ("verifier: load and judge a sentence", lambda: _use_verifier(settings)),
    }
    return [steps[role] for role, _ in loading.used(settings)]


def try_endpoint(settings: Settings) -> str:
    """Have the endpoint of the drafter write a sentence, and return what wrote it.

    Raises:
        NotWritten: It wrote none.
        SettingsError: The file of its key cannot be used.
        ModelFilesError: The manifest of its prompt cannot be used.
    """
    from service.endpoint import remote_drafter  # noqa: PLC0415  a client that most servers do not need

    drafter = remote_drafter(settings)
    try:
        with suppress(NotCopied):  # what it writes does not matter here
            drafter.draft([DraftRequest((_SENTENCE, _SENTENCE), _WORDS)], _go_on, math.inf)
        return drafter.card.id
    finally:
        drafter.close()


def _engine_of_one(settings: Settings) -> HostedEngine:
    """Load the models into this process. Raises ModelFilesError, SettingsError."""
    models = loading.load(settings)
    return _drafting(settings, LocalEngine(lambda _: models))


def _unheard(_role: str) -> Report:
    return no_report


def _drafting(settings: Settings, engine: HostedEngine, reports: Reports = _unheard) -> HostedEngine:
    """Return an engine that drafts where the settings say. Raises ModelFilesError, SettingsError."""
    if not settings.drafter_url:
        return engine
    from service.endpoint import remote_drafter  # noqa: PLC0415  a client that most servers do not need

    return RemoteDrafting(engine, remote_drafter(settings, reports(Role.DRAFTER.value)))


def _pipeline(settings: Settings) -> Callable[[Job, Models], Iterator[Event]]:
    """Return the flow, with everything bound but the job and the models, which name themselves."""

    def bound(job: Job, models: Models) -> Iterator[Event]:
        known = Provenance(VERSION, models.cards, settings.sha256)
        for event in summarize(job, models, settings, known):
            yield _signed(event, models) if isinstance(event, Summary) else event

    return bound


def _signed(summary: Summary, models: Models) -> Summary:
    """Return a summary that names those, too, of whom it is known only now that they have written for it."""
    cards = (*models.cards, *(models.writers() if models.writers else ()))
    return replace(summary, provenance=replace(summary.provenance, models=cards))


def _identity(settings: Settings) -> Identity:
    if not settings.verifier:
        return Identity(VERSION, CHECKER, settings.support_similarity)
    with loading.errors_of_the_service():
        model = manifest.load_as(Role.VERIFIER, settings.verifier)
    return Identity(VERSION, model.id, model.calibration.threshold if model.calibration else 1.0)


def side_door(settings: Settings) -> SideDoor:
    """Return the page that the settings ask for. Raises SettingsError if what serves it is not installed."""
    if not settings.web:
        return server.no_side_door
    try:
        from service.web.front import serving  # noqa: PLC0415  an extra, which need not be installed
    except ModuleNotFoundError as error:
        message = f"web is set, and {error.name} is not installed: pip install 'newsweave[web]'"
        raise SettingsError(message) from None
    return partial(serving, settings)


def hosted_engine(settings: Settings, reports: Reports) -> HostedEngine:
    """Return the engine of a server, whose models are in other processes: here, or on a cluster of Ray.

    Wherever they are, drafts that are written by an endpoint are asked for from here.

    Raises:
        SettingsError: Ray is asked for, and is not installed; or the key of the endpoint cannot be used.
        ModelFilesError: The models are not here; of other machines nothing is known.
    """
    if settings.engine == "local" or not settings.ray_address:
        _require_files(settings)
    if settings.engine == "local":
        load = partial(loading.load, settings)
        engine = LocalEngine(Isolated(load, reports, settings.model_stall_seconds))
    else:
        engine = _on_ray(settings, reports)
    return _drafting(settings, engine, reports)


def _on_ray(settings: Settings, reports: Reports) -> LocalEngine:
    """Return an engine with replicas. Raises SettingsError if Ray is not installed."""
    cluster = _cluster(settings)
    cluster.prepare()
    try:
        from service.engine import ray  # noqa: PLC0415  an extra, which need not be installed
    except ModuleNotFoundError as error:
        message = f"engine is ray, and {error.name} is not installed: pip install 'newsweave[ray]'"
        raise SettingsError(message) from None
    load, stall = partial(loading.load_alike, settings), settings.model_stall_seconds
    differs = partial(loading.precision_here, settings) if settings.reduced_precision else None
    return ray.engine(ray.OnRay(load, reports, stall, cluster, differs), settings.workers)


def _cluster(settings: Settings) -> Cluster:
    """Return where the replicas are; those of servers that would make the same summaries are shared."""
    fewest, most = settings.min_replicas, settings.max_replicas
    return Cluster(
        f"newsweave-{VERSION}-{settings.sha256[:12]}-{fewest}-{most}",
        settings.ray_address,
        fewest,
        most,
        settings.threads or None,
        settings.max_replica_tokens,
        settings.max_queued_requests,
    )


def _tell_address(address: str) -> None:
    _log.info("listening", extra={"address": address})


def _require_files(settings: Settings) -> None:
    """Refuse to start a server whose models were never fetched; their digests are checked when they load."""
    with loading.errors_of_the_service():
        models = [manifest.load_as(role, name) for role, name in loading.used(settings)]
        statuses = [store.check_sizes(model, settings.weights_dir) for model in models]
    faults = [status.fault for status in statuses if status.fault]
    if faults:
        raise ModelFilesError("; ".join(faults))


def _use_encoder(settings: Settings) -> None:
    loading.encoder(settings).encode([_SENTENCE], _go_on)


def _use_drafter(settings: Settings) -> None:
    loading.drafter(settings).draft([DraftRequest((_SENTENCE,), _WORDS)], _go_on)


def _use_verifier(settings: Settings) -> None:
    loading.verifier(settings).judge([(_SENTENCE, _SENTENCE)], _go_on)


def _go_on() -> None:
    """Never end the work."""


def _known(status: ModelStatus) -> KnownModel:
    model, size = status.manifest, status.size / _MEGABYTE
    return KnownModel(model.name, model.role.value, model.id, model.licence, status.state.value, size)
