from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from models import int8
from models.int8 import Int8Linear, quantize
from tests.unit.models import conftest as tiny

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from transformers import PreTrainedModel

pytestmark = pytest.mark.skipif(not int8.is_supported(), reason="this processor has no fast 8-bit products")

WORDS = torch.tensor([[5, 9, 40, 7, 11, 200, 31, 8], [90, 4, 17, 23, 61, 8, 120, 6]])
NAMES = ("entailment", "neutral", "contradiction")


@pytest.fixture(autouse=True)
def inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


def relative_error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    return float((found - wanted).norm() / wanted.norm())


@pytest.mark.parametrize("bias", [False, True])
def test_a_rounded_layer_gives_nearly_the_same(*, bias: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(64, 48, bias=bias)
    rows = torch.randn(3, 5, 64) * torch.tensor([0.01, 1.0, 100.0]).view(3, 1, 1)
    rounded = Int8Linear(layer.weight.detach(), layer.bias.detach() if bias else None)
    for scale in range(3):
        assert 0 < relative_error(rounded(rows)[scale], layer(rows)[scale]) < 0.03


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10_000))
def test_what_comes_out_for_a_row_does_not_depend_on_the_others(count: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    layer = Int8Linear(torch.randn(24, 32, generator=generator), torch.randn(24, generator=generator))
    rows = torch.randn(count, 32, generator=generator) * 10 ** torch.linspace(-3, 3, count)[:, None]
    together = layer(rows)
    for place in range(count):
        assert torch.equal(layer(rows[place : place + 1])[0], together[place])


def test_nothing_but_zeros_is_no_division_by_zero() -> None:
    layer = Int8Linear(torch.zeros(4, 8), torch.ones(4))
    assert torch.equal(layer(torch.zeros(2, 8)), torch.ones(2, 4))


# What a processor without VNNI does, which adds two products in 16 bits, and stops at the most that fits.
_EXTREME = """
import torch
from unittest import mock
from models.int8 import Int8Linear
with mock.patch("torch.cpu._is_vnni_supported", lambda: False):
    layer = Int8Linear(torch.ones(16, 512))
for sign in (1, -1):
    row = torch.full((1, 512), 3.0 * sign)
    row[0, 0] = 0.0
    (found,) = layer(row)
    assert torch.allclose(found, torch.full((16,), 3.0 * 511 * sign)), found
"""


@pytest.mark.parametrize("instructions", ["AVX2", "DEFAULT"])
def test_sums_fit_whatever_the_processor(instructions: str) -> None:
    environment = os.environ | {"ONEDNN_MAX_CPU_ISA": instructions}
    subprocess.run([sys.executable, "-c", _EXTREME], env=environment, check=True)


def inferring(model: PreTrainedModel) -> PreTrainedModel:
    model.train(mode=False)
    return model


def decoded(model: PreTrainedModel) -> torch.Tensor:
    inputs: dict[str, Any] = {"input_ids": WORDS}
    if model.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = WORDS[:, :4]
    with torch.inference_mode():
        out = model(**inputs)
    found: torch.Tensor = out.logits if "logits" in out else out.last_hidden_state
    return found


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
def test_every_kind_of_model_is_rounded_whole(make: Callable[[int], PreTrainedModel]) -> None:
    model = inferring(make(260))
    seen: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
    for name, module in model.named_modules():
        if type(module) is nn.Linear:
            module.register_forward_hook(
                lambda _, rows, out, name=name: seen.update({name: (rows[0].clone(), out.clone())})
            )
    decoded(model)
    quantize(model)
    assert not [module for module in model.modules() if type(module) is nn.Linear]
    assert torch.equal(decoded(model), decoded(model))
    assert len(seen) >= 8
    for name, (rows, wanted) in seen.items():
        assert relative_error(model.get_submodule(name)(rows), wanted) < 0.05


def test_layers_that_read_the_same_rows_are_one() -> None:
    model = inferring(tiny.tiny_causal(260))
    quantize(model)
    layers = [module for module in model.modules() if isinstance(module, Int8Linear)]
    # Of each of two blocks: what attention reads and writes, what is gated and comes down; and the head.
    held = {id(part._shared._layer) for part in model.modules() if isinstance(part, int8._Part)}
    assert len(layers) + len(held) == 2 * 4 + 1


def test_layers_asked_for_other_rows_each_give_their_own() -> None:
    torch.manual_seed(0)
    attention = inferring(tiny.tiny_causal(260)).model.layers[0].self_attn
    first, second = torch.randn(2, 3, 32)
    model = inferring(tiny.tiny_causal(260))
    quantize(model)
    rounded = model.model.layers[0].self_attn
    for name, rows in (("q_proj", first), ("k_proj", second), ("v_proj", first), ("v_proj", second)):
        wanted = getattr(attention, name)(rows)
        assert relative_error(getattr(rounded, name)(rows), wanted) < 0.05
