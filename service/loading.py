"""Settings -> loaded models. What loads torch is imported where it is needed, because that takes seconds."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
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


def load(
    settings: Settings, reports: Callable[[str], Report] = _unreported, *, agreed: str = ""
) -> LoadedModels:
    """Load every model, but for a drafter elsewhere.

    Args:
        settings: Say which.
        reports: Each reports its batches to what this returns for its role.
        agreed: The precision of their weights, on whatever machine; empty: that of this one.

    Raises:
        ModelFilesError: Files are not here, or damaged.
    """
    return LoadedModels(
        encoder(settings, reports(Role.ENCODER.value), agreed),
        None if settings.drafter_url else drafter(settings, reports(Role.DRAFTER.value), agreed),
        verifier(settings, reports(Role.VERIFIER.value), agreed) if settings.verifier else None,
    )


def load_alike(settings: Settings, precisions: Sequence[str] = ()) -> Callable[..., LoadedModels]:
    """Return what loads the models in the same precision on every machine.

    Args:
        settings: Say which models.
        precisions: What :func:`precision_here` returns on each machine. Where they differ, all have float32,
            which is slow on none of them. Without any there is one machine only.
    """
    if not precisions:
        return partial(load, settings)
    return partial(load, settings, agreed=precisions[0] if len(set(precisions)) == 1 else "float32")


def encoder(settings: Settings, report: Report = no_report, agreed: str = "") -> EncoderModel:
    """Load the encoder. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.encoder import Encoder  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedEncoder(Encoder(_files(settings, Role.ENCODER), report, _used(settings, agreed)))


def drafter(settings: Settings, report: Report = no_report, agreed: str = "") -> DrafterModel:
    """Load the drafter. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.drafter import Drafter  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedDrafter(Drafter(_files(settings, Role.DRAFTER), report, _used(settings, agreed)))


def verifier(settings: Settings, report: Report = no_report, agreed: str = "") -> VerifierModel:
    """Load the verifier. Raises ModelFilesError."""
    _limit_threads(settings)
    from models.verifier import Verifier  # noqa: PLC0415  loads torch

    with errors_of_the_service():
        return _CardedVerifier(Verifier(_files(settings, Role.VERIFIER), report, _used(settings, agreed)))


def precision(settings: Settings) -> Precision:
    """Return how the weights of models are used on this machine."""
    from models.precision import Precision, fastest  # noqa: PLC0415  loads torch

    return fastest() if settings.reduced_precision else Precision.FLOAT32


def precision_here(settings: Settings) -> str:
    """Return the same as a word that another process can read without loading torch."""
    return precision(settings).value


def _used(settings: Settings, agreed: str) -> Precision:
    from models.precision import Precision  # noqa: PLC0415  loads torch

    return Precision(agreed) if agreed else precision(settings)


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
