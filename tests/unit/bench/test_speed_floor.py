from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from bench.speed.floor_counts import Pass, counted, module_of
from bench.speed.floor_rates import Rates
from bench.speed.floor_work import Shape, phase, shape_of
from models import attention
from models.precision import Precision, apply

_WIDTH, _WORDS = 8, 10


@pytest.fixture
def model() -> Any:  # noqa: ANN401 - a model of transformers
    """A causal model of one layer of eight dimensions, with two heads of four, that knows ten words."""
    config = LlamaConfig(
        vocab_size=_WORDS,
        hidden_size=_WIDTH,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config).train(mode=False)


def test_operations_are_those_of_parameters_scores_and_looks() -> None:
    shape = Shape(parameters=100, output=10, layers=2, width=3, causal=True, parameter_bytes=4)
    # Two tokens after three: 2 * (100 * 2 + 10 * 1), and 4 * 2 * 3 for each of 3 + 3 + 1 + 2 looks.
    assert shape.operations(Pass((2,), 2, past=(3,), outputs=1, seconds=0)) == 420 + 24 * 9
    assert shape.bytes() == 440


def test_tokens_of_an_encoder_look_at_their_own_row_in_both_directions_and_at_no_padding() -> None:
    shape = Shape(parameters=0, output=0, layers=1, width=1, causal=False, parameter_bytes=4)
    assert shape.operations(Pass((2, 3), padded=6, past=(0, 0), outputs=0, seconds=0)) == 4 * (4 + 9)


def test_the_floor_of_a_phase_is_the_slower_of_arithmetic_and_memory() -> None:
    shape = Shape(parameters=100, output=0, layers=0, width=0, causal=True, parameter_bytes=4)
    passes = [Pass((1,), 1, (5,), 0, 0.5), Pass((3,), 4, (6,), 0, 0.25)]
    found = phase("decode", passes, shape, operation_rate=100.0, byte_rate=10.0)
    assert (found.tokens, found.padded_tokens, found.operations, found.bytes) == (4, 5, 800, 800)
    assert (found.arithmetic_seconds, found.memory_seconds, found.floor_seconds) == (8, 80, 80)
    assert found.forward_seconds == 0.75


def test_better_rates_are_taken_one_by_one() -> None:
    assert Rates(1.0, 5.0).best(Rates(2.0, 4.0)) == Rates(2.0, 5.0)


def test_the_shape_of_a_model(model: Any) -> None:  # noqa: ANN401 - a model of transformers
    attention, feed_forward, norms = 8 * 8 + 2 * 8 * 4 + 8 * 8, 3 * 8 * 16, 3 * 8
    counts = (attention + feed_forward + norms, _WIDTH * _WORDS)
    assert shape_of(model, causal=True) == Shape(*counts, 1, width=8, causal=True, parameter_bytes=4)
    apply(model, Precision.BFLOAT16)
    assert shape_of(model, causal=True) == Shape(*counts, 1, width=8, causal=True, parameter_bytes=2)


def test_the_floor_is_that_of_each_pass() -> None:
    shape = Shape(parameters=100, output=0, layers=0, width=0, causal=True, parameter_bytes=4)
    passes = [Pass((1,), 1, (5,), 0, 0.5), Pass((60,), 60, (0,), 0, 0.25)]
    found = phase("draft", passes, shape, operation_rate=100.0, byte_rate=10.0)
    assert (found.arithmetic_seconds, found.memory_seconds, found.floor_seconds) == (122, 80, 40 + 120)


def test_rows_in_one_sequence_are_counted_one_by_one(model: Any) -> None:  # noqa: ANN401 - as above
    attention.prepare(model)
    rows = [attention.Memory(), attention.Memory()]
    with counted(model) as found, torch.inference_mode():
        for memory, tokens in zip(rows, ([1, 2, 3], [4]), strict=True):
            attention.read(model, [attention.Part(memory, tokens, 1)])
            memory.length = len(tokens)
        attention.read(model, [attention.Part(memory, [5, 6], 1) for memory in rows])
    assert [(done.lengths, done.past, done.outputs) for done in found] == [
        ((3,), (0,), 1),
        ((1,), (0,), 1),
        ((2, 2), (3, 1), 2),
    ]


def test_prompt_and_words_are_counted_apart(model: Any) -> None:  # noqa: ANN401 - a model of transformers
    prompt = torch.tensor([[1, 2, 3, 4, 5]])
    with counted(model) as found, torch.inference_mode():
        model.generate(prompt, max_new_tokens=3, min_new_tokens=3, do_sample=False, pad_token_id=0)
    assert [done.lengths for done in found] == [(5,), (1,), (1,)]
    assert [done.past for done in found] == [(0,), (5,), (6,)]
    assert [done.outputs for done in found] == [1, 1, 1]
    assert all(done.seconds > 0 for done in found)


def test_padding_is_no_token_and_nothing_is_counted_afterwards(model: Any) -> None:  # noqa: ANN401 - as above
    rows, mask = torch.tensor([[1, 2, 3], [4, 0, 0]]), torch.tensor([[1, 1, 1], [1, 0, 0]])
    with counted(model) as found, torch.inference_mode():
        model(input_ids=rows, attention_mask=mask)
    model(input_ids=rows, attention_mask=mask)
    assert [(done.lengths, done.tokens, done.padded) for done in found] == [((3, 1), 4, 6)]


def test_the_torch_module_of_a_model_is_found_whatever_it_is_called() -> None:
    class Holder:
        def __init__(self) -> None:
            self.name, self.inner = "holder", nn.Linear(1, 1)

    holder = Holder()
    assert module_of(holder) is holder.inner
