"""The composition root: settings -> a server, a summary, or the files of the models.

This is the only importer of ``models``. What loads torch is imported where it is needed, because that
takes seconds, and most commands do without.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import errors, fetch, manifest, store
from models.batches import no_report
from models.manifest import Role
from service.domain import ModelCard, Provenance
from service.engine.local import LocalEngine
from service.errors import ModelFilesError
from service.pipeline import summarize
from service.ports import DraftRequest, LoadedModels
from service.rpc import digests, server, validate
from service.rpc.convert import Converter
from service.rpc.servicer import Identity
from service.stages.verify import CHECKER
from service.telemetry.export import exports
from service.telemetry.observer import Telemetry
from service.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.batches import Report
    from models.drafter import Drafter
    from models.encoder import Encoder
    from models.store import ModelFiles, ModelStatus
    from models.verifier import Verifier
    from newsweave.v1 import newsweave_pb2 as pb
    from service.domain import Event, Job, Vectors
    from service.ports import Check, DrafterModel, EncoderModel, Models, VerifierModel
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
    models = _load(settings)
    engine = LocalEngine(lambda: models)
    try:
        engine.start().result()
        events = summarize(job, engine.bind(_go_on), settings, _provenance(settings, engine))
        yield from map(Converter(job).event, events)
    finally:
        engine.stop()


def digest(settings: Settings, request: pb.GenerateDigestRequest) -> Iterator[pb.GenerateDigestResponse]:
    """Make a digest in this process, with the events that a server would send from ``grouped`` on.

    Raises:
        InvalidRequest: The request as a whole breaks rules.
        ModelFilesError: The models are not here, or damaged.
    """
    pile = validate.pile(request, settings)
    models = _load(settings)
    engine = LocalEngine(lambda: models)

    def bound(job: Job, models: Models) -> Iterator[Event]:
        return summarize(job, models, settings, _provenance(settings, engine))

    try:
        engine.start().result()
        yield from digests.made(pile, engine.bind(_go_on), settings, bound)
    finally:
        engine.stop()


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        SettingsError: An address cannot be listened on.
        ModelFilesError: The models are not here.
    """
    _require_files(settings)
    telemetry = Telemetry(exports(settings, os.environ), settings.metrics_address)
    engine = LocalEngine(lambda: _load(settings, telemetry.batches))
    telemetry.observe_engine(lambda: engine.figures)

    def bound(job: Job, models: Models) -> Iterator[Event]:
        return summarize(job, models, settings, _provenance(settings, engine))

    identity = _identity(settings)
    asyncio.run(server.serve(settings, engine, bound, identity, telemetry, on_listening=_tell_address))


def fetch_models(settings: Settings, names: Sequence[str], report: Callable[[str], None]) -> None:
    """Bring the files of models to this machine, unless they are here.

    Raises:
        ModelFilesError: They cannot be had, or are not what the manifest names.
    """
    with _errors_of_the_service():
        for name in names:
            fetch.fetch(manifest.load(name), settings.weights_dir, report)
        fetch.clear_downloads(settings.weights_dir)


def list_models(settings: Settings) -> list[KnownModel]:
    """Return every model that ships with the project."""
    with _errors_of_the_service():
        return [_known(status) for status in store.list_models(settings.weights_dir)]


def verify_model(settings: Settings, name: str) -> int:
    """Read every file of a model, and return how many there are.

    Raises:
        ModelFilesError: One is missing or differs from what was fetched.
    """
    with _errors_of_the_service():
        checks = store.verify(manifest.load(name), settings.weights_dir)
    faults = [f"{check.path} {check.fault}" for check in checks if check.fault]
    if faults:
        raise ModelFilesError("; ".join(faults))
    return len(checks)


def warm_up_steps(settings: Settings) -> list[tuple[str, Callable[[], None]]]:
    """Return steps, each with its name, that load each model and use it once."""
    return [
        ("encoder: load and embed a sentence", lambda: _use_encoder(settings)),
        ("drafter: load and write a sentence", lambda: _use_drafter(settings)),
        *(
            [("verifier: load and judge a sentence", lambda: _use_verifier(settings))]
            if settings.verifier
            else []
        ),
    ]


def _provenance(settings: Settings, engine: LocalEngine) -> Provenance:
    return Provenance(VERSION, engine.cards, settings.sha256)


def _identity(settings: Settings) -> Identity:
    if not settings.verifier:
        return Identity(VERSION, CHECKER, settings.support_similarity)
    with _errors_of_the_service():
        model = manifest.load_as(Role.VERIFIER, settings.verifier)
    return Identity(VERSION, model.id, model.calibration.threshold if model.calibration else 1.0)


def _tell_address(address: str) -> None:
    _log.info("listening", extra={"address": address})


def _require_files(settings: Settings) -> None:
    """Refuse to start a server whose models were never fetched; their digests are checked when they load."""
    with _errors_of_the_service():
        models = [manifest.load_as(role, name) for role, name in _used(settings)]
        statuses = [store.check_sizes(model, settings.weights_dir) for model in models]
    faults = [status.fault for status in statuses if status.fault]
    if faults:
        raise ModelFilesError("; ".join(faults))


def _use_encoder(settings: Settings) -> None:
    _encoder(settings).encode([_SENTENCE], _go_on)


def _use_drafter(settings: Settings) -> None:
    _drafter(settings).draft([DraftRequest((_SENTENCE,), _WORDS)], _go_on)


def _use_verifier(settings: Settings) -> None:
    _verifier(settings).judge([(_SENTENCE, _SENTENCE)], _go_on)


def _unreported(_role: str) -> Report:
    return no_report


def _load(settings: Settings, reports: Callable[[str], Report] = _unreported) -> LoadedModels:
    """Load the models; each reports its batches to what ``reports`` returns for its role."""
    encoder = _encoder(settings, reports(Role.ENCODER.value))
    drafter = _drafter(settings, reports(Role.DRAFTER.value))
    verifier = _verifier(settings, reports(Role.VERIFIER.value)) if settings.verifier else None
    return LoadedModels(encoder, drafter, verifier)


def _encoder(settings: Settings, report: Report = no_report) -> EncoderModel:
    _limit_threads(settings)
    from models.encoder import Encoder  # noqa: PLC0415  loads torch

    with _errors_of_the_service():
        return _CardedEncoder(Encoder(_files(settings, Role.ENCODER), report))


def _drafter(settings: Settings, report: Report = no_report) -> DrafterModel:
    _limit_threads(settings)
    from models.drafter import Drafter  # noqa: PLC0415  loads torch

    with _errors_of_the_service():
        return _CardedDrafter(Drafter(_files(settings, Role.DRAFTER), report))


def _verifier(settings: Settings, report: Report = no_report) -> VerifierModel:
    _limit_threads(settings)
    from models.verifier import Verifier  # noqa: PLC0415  loads torch

    with _errors_of_the_service():
        return _CardedVerifier(Verifier(_files(settings, Role.VERIFIER), report))


def _limit_threads(settings: Settings) -> None:
    """Tell the libraries how to use threads; they read it once, when torch is first imported.

    A thread that waits for the others sleeps: spinning, the default, makes a call eight times slower as
    soon as anything else runs on the machine, and is a tenth faster when nothing does.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if settings.threads:
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(settings.threads)


def _files(settings: Settings, role: Role) -> ModelFiles:
    return store.locate(manifest.load_as(role, dict(_used(settings))[role]), settings.weights_dir)


def _used(settings: Settings) -> list[tuple[Role, str]]:
    """Return the roles that are filled, each with the manifest that fills it."""
    named = {
        Role.ENCODER: settings.encoder,
        Role.DRAFTER: settings.drafter,
        Role.VERIFIER: settings.verifier,
    }
    return [(role, name) for role, name in named.items() if name]


def _go_on() -> None:
    """Never end the work."""


@dataclass(frozen=True, slots=True)
class _CardedEncoder:
    """An encoder with its identity as a noun of the service."""

    model: Encoder

    @property
    def card(self) -> ModelCard:
        return _card(self.model.card)

    def encode(self, texts: Sequence[str], check: Check) -> Vectors:
        return self.model.encode(texts, check)


@dataclass(frozen=True, slots=True)
class _CardedDrafter:
    """A drafter with its identity as a noun of the service."""

    model: Drafter

    @property
    def card(self) -> ModelCard:
        return _card(self.model.card)

    def draft(self, requests: Sequence[DraftRequest], check: Check) -> list[str]:
        return self.model.draft(requests, check)


@dataclass(frozen=True, slots=True)
class _CardedVerifier:
    """A verifier with its identity as a noun of the service."""

    model: Verifier

    @property
    def card(self) -> ModelCard:
        return _card(self.model.card)

    @property
    def threshold(self) -> float:
        return self.model.threshold

    def judge(self, pairs: Sequence[tuple[str, str]], check: Check) -> Vectors:
        return self.model.judge(pairs, check)


def _card(card: store.ModelCard) -> ModelCard:
    return ModelCard(card.role, card.id, card.licence, card.weights_sha256)


def _known(status: ModelStatus) -> KnownModel:
    model, size = status.manifest, status.size / _MEGABYTE
    return KnownModel(model.name, model.role.value, model.id, model.licence, status.state.value, size)


@contextmanager
def _errors_of_the_service() -> Iterator[None]:
    """Tell errors of models, which know nothing of the service, as errors of the service."""
    try:
        yield
    except errors.ModelFilesError as error:
        raise ModelFilesError(str(error)) from error
