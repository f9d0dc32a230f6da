from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.batches import micro_batches
from models.encoder import Encoder, pool

from .conftest import Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.store import ModelFiles

SENTENCES = (
    "Kim Jong Un greeted Putin at the airport in Pyongyang.",
    "",
    "The two leaders signed a treaty on mutual defence, which obliges each to help the other if attacked.",
    "It rained. " * 120,  # longer than the 256 tokens that are read
    "\u96e8\u304c\u964d\u3063\u305f \U0001f327 caf\u00e9\u00a0\u200b",
)


class Halted(Exception):
    pass


class Check:
    """Counts its calls, and raises at one of them."""

    def __init__(self, raise_at: int = 0) -> None:
        self.calls, self.raise_at = 0, raise_at

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self.raise_at:
            raise Halted


@pytest.fixture(scope="module")
def encoder(encoder_files: ModelFiles) -> Encoder:
    return Encoder(encoder_files)


def test_gives_unit_rows_in_order(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES, Check())
    assert vectors.shape == (5, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    backwards = encoder.encode(SENTENCES[::-1], Check())
    assert np.allclose(vectors, backwards[::-1], atol=1e-5)


def test_a_batch_equals_single_texts(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES, Check())
    singly = np.concatenate([encoder.encode([text], Check()) for text in SENTENCES])
    assert np.abs(vectors - singly).max() < 1e-5
    assert np.abs(vectors[0] - vectors[2]).max() > 1e-2


def test_the_same_texts_give_the_same_bits(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(SENTENCES, Check()), encoder.encode(SENTENCES, Check()))


def test_reads_no_more_than_the_limit(encoder: Encoder) -> None:
    longer = encoder.encode(["a" * 62, "a" * 62 + "b" * 900], Check())
    assert np.allclose(longer[0], longer[1], atol=1e-6)
    shorter = encoder.encode(["a" * 61, "a" * 61 + "b"], Check())
    assert not np.allclose(shorter[0], shorter[1], atol=1e-3)


def test_nothing_in_nothing_out(encoder: Encoder) -> None:
    check = Check()
    assert encoder.encode([], check).shape == (0, 32)
    assert check.calls == 0


def test_checks_before_each_micro_batch_and_stops_at_once(encoder: Encoder) -> None:
    texts = ["a" * 70 + f"{number:>10}" for number in range(24)]
    check = Check()
    encoder.encode(texts, check)
    assert check.calls == 3
    check = Check(raise_at=2)
    with pytest.raises(Halted):
        encoder.encode(texts, check)
    assert check.calls == 2


def test_says_which_model_it_is(encoder: Encoder, encoder_files: ModelFiles) -> None:
    assert encoder.card == encoder_files.card
    assert encoder.card.role == "encoder"


def test_padding_takes_no_part_in_the_mean() -> None:
    hidden = torch.tensor([[[3.0, 0.0], [0.0, 4.0], [9.0, 9.0]]])
    assert torch.allclose(pool(hidden, torch.tensor([[1, 1, 0]])), torch.tensor([[0.6, 0.8]]))
    assert torch.equal(pool(hidden, torch.tensor([[0, 0, 0]])), torch.zeros(1, 2))


@given(st.lists(st.integers(1, 5000), max_size=200))
def test_micro_batches_hold_every_row_once_within_their_bounds(lengths: list[int]) -> None:
    batches = list(micro_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= 64
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 512
    ordered = [lengths[row] for batch in batches for row in batch]
    assert ordered == sorted(lengths, reverse=True)


@given(st.lists(st.integers(1, 5000), max_size=200))
def test_batches_are_reported_with_their_padding(lengths: list[int]) -> None:
    told = Told()
    batches = list(micro_batches(lengths, told))
    assert [(each["rows"], each["padded"]) for each in told.batches] == [
        (len(batch), len(batch) * max(lengths[row] for row in batch)) for batch in batches
    ]
    assert sum(each["tokens"] for each in told.batches) == sum(lengths)


def test_every_text_is_reported(encoder_files: ModelFiles) -> None:
    told = Told()
    Encoder(encoder_files, told).encode(SENTENCES, Check())
    assert sum(each["rows"] for each in told.batches) == len(SENTENCES)
    assert all(0 < each["tokens"] <= each["padded"] for each in told.batches)


def test_a_text_that_comes_again_is_read_once(encoder_files: ModelFiles) -> None:
    told = Told()
    encoder = Encoder(encoder_files, told)
    twice = encoder.encode([*SENTENCES, *SENTENCES[::-1]], Check())
    assert sum(each["rows"] for each in told.batches) == len(SENTENCES)
    assert np.array_equal(twice, np.concatenate([twice[:5], twice[:5][::-1]]))
    assert np.array_equal(twice[:5], encoder.encode(SENTENCES, Check()))


@pytest.mark.weights
def test_matches_the_reference_implementation(embedding_files: ModelFiles) -> None:
    ours = Encoder(embedding_files).encode(SENTENCES, Check())
    assert np.abs(ours - reference(embedding_files, SENTENCES)).max() < 1e-5


def reference(files: ModelFiles, texts: Sequence[str]) -> np.ndarray:
    """Return what sentence-transformers makes of the same weights."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds to import
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415
        Normalize,
        Pooling,
        Transformer,
    )

    transformer = Transformer(str(files.directory), max_seq_length=256)
    model = SentenceTransformer(modules=[transformer, Pooling(384), Normalize()], device="cpu")
    return np.asarray(model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False))
