from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models import bfloat16, int8
from models.drafter import Drafter
from models.encoder import Encoder
from models.manifest import Role
from models.precision import Precision, fastest
from service.ports import DraftRequest

if TYPE_CHECKING:
    from models.store import ModelFiles

TEXTS = [
    "The ferry to Skerra ran aground in fog outside Harrowmouth on Tuesday morning.",
    "Twelve people died in the fire, the mayor said, and forty were hurt.",
    "It rained.",
]


def nothing() -> None:
    """Let the work go on."""


@pytest.mark.parametrize("is_here", [True, False])
def test_each_role_gets_what_is_fastest_here(monkeypatch: pytest.MonkeyPatch, *, is_here: bool) -> None:
    monkeypatch.setattr(int8, "is_supported", lambda: is_here)
    monkeypatch.setattr(bfloat16, "is_supported", lambda: is_here)
    found = [fastest(role) for role in (Role.ENCODER, Role.DRAFTER, Role.VERIFIER)]
    if is_here:
        assert found == [Precision.BFLOAT16, Precision.INT8, Precision.INT8]
    else:
        assert found == [Precision.FLOAT32] * 3


@pytest.mark.parametrize("precision", Precision)
def test_a_model_says_how_its_weights_are_used(encoder_files: ModelFiles, precision: Precision) -> None:
    encoder = Encoder(encoder_files, precision=precision)
    assert encoder.card.precision == precision
    vectors = encoder.encode(TEXTS, nothing)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors, encoder.encode(TEXTS, nothing))
    exact = Encoder(encoder_files).encode(TEXTS, nothing)
    assert np.array_equal(vectors, exact) is (precision is Precision.FLOAT32)


@pytest.mark.weights
def test_shorter_weights_hardly_move_the_vectors_of_the_default_encoder(embedding_files: ModelFiles) -> None:
    exact = Encoder(embedding_files).encode(TEXTS, nothing)
    short = Encoder(embedding_files, precision=Precision.BFLOAT16).encode(TEXTS, nothing)
    assert 0 < np.abs(short @ short.T - exact @ exact.T).max() < 0.005


@pytest.mark.weights
def test_the_default_drafter_writes_with_rounded_weights(fusing_files: ModelFiles) -> None:
    drafter = Drafter(fusing_files, precision=Precision.INT8)
    assert drafter.card.precision == Precision.INT8
    (draft,) = drafter.draft([DraftRequest((TEXTS[0], TEXTS[0]), max_words=40)], nothing)
    assert draft == TEXTS[0]
