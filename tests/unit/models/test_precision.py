from __future__ import annotations

import gc
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from models.drafter import Drafter
from models.encoder import Encoder
from models.precision import Bfloat16Linear, Precision, apply, fastest
from service.ports import DraftRequest
from tests.unit.models import conftest as tiny

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformers import PreTrainedModel

    from models.store import ModelFiles

TEXTS = [
    "The ferry to Skerra ran aground in fog outside Harrowmouth on Tuesday morning.",
    "Twelve people died in the fire, the mayor said, and forty were hurt.",
    "It rained.",
]
WORDS = torch.tensor([[5, 9, 40, 7, 11, 200, 31, 8], [90, 4, 17, 23, 61, 8, 120, 6]])
NAMES = ("entailment", "neutral", "contradiction")


def nothing() -> None:
    """Let the work go on."""


def run(model: PreTrainedModel) -> torch.Tensor:
    inputs: dict[str, Any] = {"input_ids": WORDS}
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = WORDS[:, :4]
    with torch.inference_mode():
        out = model(**inputs)
    found: torch.Tensor = out.logits if "logits" in out else out.last_hidden_state
    return found


@pytest.mark.parametrize(("is_here", "precision"), [(True, Precision.BFLOAT16), (False, Precision.FLOAT32)])
def test_short_weights_are_for_processors_that_multiply_them(
    monkeypatch: pytest.MonkeyPatch, precision: Precision, *, is_here: bool
) -> None:
    monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda: is_here)
    assert fastest() is precision


def test_vectors_of_words_take_half_the_memory_and_are_there_once() -> None:
    model = tiny.tiny_causal(260)
    model.lm_head.weight = model.get_input_embeddings().weight
    exact = model.get_input_embeddings()(WORDS).detach()
    before = sum(weight.nbytes for weight in model.get_input_embeddings().parameters())
    apply(model, Precision.BFLOAT16)
    (weight,) = model.get_input_embeddings().parameters()
    assert weight.nbytes == before // 2
    assert model.lm_head.weight is weight
    found = model.get_input_embeddings()(WORDS)
    assert found.dtype is torch.float32
    assert 0 < float((found - exact).norm() / exact.norm()) < 0.005


@pytest.mark.parametrize("inputs", [64, 100])
def test_weights_that_are_laid_out_multiply_as_plain_ones(
    monkeypatch: pytest.MonkeyPatch, inputs: int
) -> None:
    layer, rows = nn.Linear(inputs, 48), torch.randn(2, 5, inputs)
    with torch.inference_mode():
        found = Bfloat16Linear(layer)(rows)
        monkeypatch.setattr("torch.backends.mkldnn.is_available", lambda: False)
        plain = Bfloat16Linear(layer)(rows)
    assert found.shape == plain.shape == (2, 5, 48)
    assert torch.allclose(found, plain, atol=0.01)
    assert not torch.equal(plain, layer(rows))


@pytest.mark.parametrize(
    "make",
    [
        tiny.tiny_bert,
        tiny.tiny_causal,
        tiny.tiny_qwen,
        tiny.tiny_seq2seq,
        tiny.tiny_bart,
        tiny.tiny_pegasus,
        tiny.tiny_led,
        lambda vocabulary: tiny.tiny_classifier(vocabulary, NAMES),
        lambda vocabulary: tiny.tiny_deberta(vocabulary, NAMES),
        lambda vocabulary: tiny.tiny_causal_classifier(vocabulary, NAMES),
    ],
)
def test_every_kind_of_model_works_with_short_weights(make: Callable[[int], PreTrainedModel]) -> None:
    model = make(260)
    model.train(mode=False)
    seen: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            module.register_forward_hook(
                lambda _, rows, out, name=name: seen.update({name: (rows[0].clone(), out.clone())})
            )
    run(model)
    apply(model, Precision.BFLOAT16)
    assert not [module for module in model.modules() if type(module) is nn.Linear]
    assert torch.equal(run(model), run(model))
    assert len(seen) >= 8
    for name, (rows, wanted) in seen.items():
        with torch.inference_mode():
            found = model.get_submodule(name)(rows)
        assert found.dtype is torch.float32
        assert 0 < float((found - wanted.detach()).norm() / wanted.detach().norm()) < 0.01


@pytest.mark.parametrize("precision", Precision)
def test_a_model_says_how_its_weights_are_used(encoder_files: ModelFiles, precision: Precision) -> None:
    encoder = Encoder(encoder_files, precision=precision)
    # A plain text: whoever reads it need not know of models.
    assert type(encoder.card.precision) is str
    assert encoder.card.precision == precision
    vectors = encoder.encode(TEXTS, nothing)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors, encoder.encode(TEXTS, nothing))
    exact = Encoder(encoder_files).encode(TEXTS, nothing)
    assert np.array_equal(vectors, exact) is (precision is Precision.FLOAT32)


@pytest.mark.parametrize("precision", Precision)
def test_of_short_weights_the_file_of_long_ones_is_not_held(
    encoder_files: ModelFiles, tmp_path: Path, precision: Precision
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(encoder_files.directory, folder)
    model = Encoder(replace(encoder_files, directory=folder), precision=precision)
    gc.collect()
    is_held = str(folder) in Path("/proc/self/maps").read_text("utf-8")
    assert is_held is (precision is Precision.FLOAT32)
    assert model.card.precision == precision


@pytest.mark.weights
def test_short_weights_hardly_move_the_vectors_of_the_default_encoder(embedding_files: ModelFiles) -> None:
    exact = Encoder(embedding_files).encode(TEXTS, nothing)
    short = Encoder(embedding_files, precision=Precision.BFLOAT16).encode(TEXTS, nothing)
    assert 0 < np.abs(short @ short.T - exact @ exact.T).max() < 0.005


@pytest.mark.weights
def test_the_default_drafter_writes_with_short_weights(fusing_files: ModelFiles) -> None:
    drafter = Drafter(fusing_files, precision=Precision.BFLOAT16)
    assert drafter.card.precision == Precision.BFLOAT16
    (draft,) = drafter.draft([DraftRequest((TEXTS[0], TEXTS[0]), max_words=40)], nothing)
    assert draft == TEXTS[0]
