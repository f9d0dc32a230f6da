"""The default models, as the benchmarks use them beside the service."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from models import manifest, store
from models.encoder import Encoder
from models.precision import Precision
from models.verifier import Verifier
from service import loading
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.store import ModelFiles
    from service.domain import Vectors


# What peers use: drafter and encoder as their publishers left them.
PROMPTED, EMBEDDING = "smollm2-135m", "minilm-l6"


class RememberingEncoder:
    """An encoder that embeds each distinct text once."""

    def __init__(self, name: str, precision: Precision) -> None:
        """Load the model of a manifest."""
        self._encoder = Encoder(files(name), precision=precision)
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text. Shape: ``(len(texts), dimensions)``."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._encoder.encode(new, _go_on), strict=True))
        if not texts:
            return np.empty((0, self._encoder.dimensions), np.float32)
        return np.stack([self._known[text] for text in texts])


@dataclass(frozen=True, slots=True)
class BoundVerifier:
    """The verifier as a port."""

    model: Verifier

    @property
    def name(self) -> str:
        """How reports name it."""
        return self.model.card.id

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        return self.model.threshold

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Do as :meth:`service.ports.Verifier.judge`."""
        return self.model.judge(pairs, _go_on)


@cache
def verifier() -> BoundVerifier | None:
    """Return the one verifier of this process, if the settings name one."""
    if not settings().verifier:
        return None
    precision = loading.precision(settings())
    return BoundVerifier(Verifier(files(settings().verifier), precision=precision))


@cache
def encoder() -> RememberingEncoder:
    """Return the one encoder of this process, that of the service."""
    return RememberingEncoder(settings().encoder, loading.precision(settings()))


@cache
def published_encoder() -> RememberingEncoder:
    """Return the one encoder of this process that peers use."""
    return RememberingEncoder(EMBEDDING, Precision.FLOAT32)


@cache
def settings() -> Settings:
    """Return the settings of this process's environment."""
    return Settings.from_environment(os.environ)


def judge() -> str:
    """Return what the figures depend on that need a model: the encoder and the settings of the service."""
    return f"{settings().encoder}@{settings().sha256[:12]}"


def files(name: str) -> ModelFiles:
    """Return the files of a model, by the name of its manifest."""
    return store.locate(manifest.load(name), settings().weights_dir)


def _go_on() -> None:
    """Never end the work."""
