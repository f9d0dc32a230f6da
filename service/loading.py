"""Settings -> loaded models. What loads torch is imported where it is needed, because that takes seconds."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import errors, manifest, store
from models.batches import no_report
from models.manifest import Role
from service.domain import ModelCard
from service.errors import ModelFilesError
from service.ports import LoadedModels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from models.batches import Report
    from models.drafter import Drafter
    from models.encoder import Encoder
    from models.precision import Precision
    from models.store import ModelFiles
    from models.verifier import Verifier
    from service.domain import Vectors
    from service.ports import Check, DrafterModel, DraftRequest, EncoderModel, VerifierModel
    from service.settings import Settings


def _unreported(_role: str) -> Report:
    return no_report


def load(settings: Settings, reports: Callable[[str], Report] = _unreported) -> LoadedModels:
    """Load every model, but for a drafter elsewhere.

    Each reports its batches to what ``reports`` returns for its role.

    Raises:
        ModelFilesError: Files are not here, or damaged.
    """
    return LoadedModels(
        encoder(settings, reports(Role.ENCODER.value)),
        None if settings.drafter_url else drafter(settings, reports(Role.DRAFTER.value)),
        verifier(settings, reports(Role.VERIFIER.value)) if settings.verifier else None,
    )


def encoder(settings: Settings, report: Report = no_report) -> EncoderModel:
    """Load the encoder. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.encoder import Encoder  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedEncoder(Encoder(_files(settings, Role.ENCODER), report, precision(settings)))


def drafter(settings: Settings, report: Report = no_report) -> DrafterModel:
    """Load the drafter. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.drafter import Drafter  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedDrafter(Drafter(_files(settings, Role.DRAFTER), report, precision(settings)))


def verifier(settings: Settings, report: Report = no_report) -> VerifierModel:
    """Load the verifier. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.verifier import Verifier  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedVerifier(Verifier(_files(settings, Role.VERIFIER), report, precision(settings)))


def precision(settings: Settings) -> Precision:
    """Return how the weights of models are used."""
    from models.precision import Precision, fastest  # noqa: PLC0415  loads torch

    return fastest() if settings.reduced_precision else Precision.FLOAT32


def _limit_threads(settings: Settings) -> None:
    """Tell the libraries how to use threads; they read it once, when torch is first imported.

    A thread that waits for the others sleeps: spinning, the default, makes a call eight times slower as
    soon as anything else runs on the machine, and is a tenth faster when nothing does.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if settings.threads:
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(settings.threads)


def _files(settings: Settings, role: Role) -> ModelFiles:
    return store.locate(manifest.load_as(role, dict(used(settings))[role]), settings.weights_dir)


def used(settings: Settings) -> list[tuple[Role, str]]:
    """Return the roles that are filled, each with the manifest that fills it."""
    named = {
        Role.ENCODER: settings.encoder,
        Role.DRAFTER: "" if settings.drafter_url else settings.drafter,
        Role.VERIFIER: settings.verifier,
    }
    return [(role, name) for role, name in named.items() if name]


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
    return ModelCard(card.role, card.id, card.licence, card.weights_sha256, card.precision)


@contextmanager
def errors_of_the_service() -> Iterator[None]:
    """Tell errors of models, which know nothing of the service, as errors of the service."""
    try:
        yield
    except errors.ModelFilesError as error:
        raise ModelFilesError(str(error)) from error
