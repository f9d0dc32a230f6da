from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models import lookup
from models.attention import Memory, Part, fits, prepare, read
from models.lookup import LookupDecoder, Row

from .conftest import CAUSAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedModel

VOCABULARY = 40
OPENING = [1, 9, 8]
TOKENS = st.lists(st.integers(4, VOCABULARY - 1), max_size=20)
NAMES = st.sampled_from(sorted(CAUSAL))


@dataclass
class Unruled:
    room: int
    tokens: list[int] = field(default_factory=list)

    def write(self, _: torch.Tensor, best: int) -> int:
        self.tokens.append(best)
        self.room = 0 if best == 2 else self.room - 1
        return best


@cache
def plain(name: str) -> PreTrainedModel:
    model = CAUSAL[name](VOCABULARY)
    # In float64 no two scores are so close that the order of a sum decides.
    model.double().train(mode=False)
    return model


@cache
def prepared(name: str) -> PreTrainedModel:
    model = plain.__wrapped__(name)
    prepare(model)
    return model


@torch.inference_mode()
def greedy(name: str, prompt: Sequence[int], most: int) -> list[int]:
    """Return what a model writes token by token, reading everything anew for each."""
    tokens = list(prompt)
    while len(tokens) < len(prompt) + most and (tokens[-1] != 2 or len(tokens) == len(prompt)):
        tokens.append(int(plain(name)(torch.tensor([tokens])).logits[0, -1].argmax()))
    return tokens[len(prompt) :]


@torch.inference_mode()
def decoded(name: str, rows: Sequence[Row], guesses: int = 5) -> list[list[int]]:
    LookupDecoder(prepared(name), OPENING, guesses).decode(rows)
    return [row.draft.tokens for row in rows]


@st.composite
def likely(draw: st.DrawFn, written: Sequence[int]) -> list[int]:
    """Return what was written with some tokens changed, left out or put in."""
    source = list(written)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(source)))
        source[place : place + draw(st.integers(0, 2))] = draw(TOKENS)[:2]
    return source


@settings(deadline=None, max_examples=40)
@given(st.data(), NAMES)
def test_writes_what_greedy_decoding_writes_whatever_is_guessed(data: st.DataObject, name: str) -> None:
    rows, expected = [], []
    for tokens in data.draw(st.lists(TOKENS, min_size=1, max_size=4)):
        opening = OPENING[: data.draw(st.integers(0, 3))]
        prompt, room = [*opening, *tokens, 3], data.draw(st.integers(1, 14))
        expected.append(greedy(name, prompt, room))
        sources = [data.draw(likely(expected[-1])), data.draw(TOKENS)]
        rows.append(Row(prompt, data.draw(st.permutations(sources)), Unruled(room)))
    assert decoded(name, rows, data.draw(st.integers(0, 6))) == expected


@settings(deadline=None, max_examples=40)
@given(st.lists(TOKENS, min_size=2, max_size=5), NAMES)
def test_a_row_is_the_same_alone_and_beside_others(prompts: list[list[int]], name: str) -> None:
    def rows() -> list[Row]:
        return [Row([*OPENING, *tokens, 3], [tokens], Unruled(8)) for tokens in prompts]

    assert decoded(name, rows()) == [decoded(name, [row])[0] for row in rows()]


def test_right_guesses_save_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []

    def counted(model: PreTrainedModel, parts: Sequence[Part]) -> tuple[torch.Tensor, ...]:
        steps.append(sum(len(part.tokens) for part in parts))
        return read(model, parts)

    monkeypatch.setattr(lookup, "read", counted)
    prompt = [*OPENING, 13, 3]
    written = greedy("llama", prompt, 12)
    assert len(written) == 12
    decoded("llama", [Row(prompt, [written], Unruled(12))])
    # The opening; the rest with the first five; then what is certain, and what is guessed after it.
    assert steps == [3, 2 + 5, 1 + 5]
    steps.clear()
    decoded("llama", [Row(prompt, [[]], Unruled(12))])
    assert steps == [3, 2, *[1] * 11]


@pytest.mark.parametrize(
    ("written", "guessed"),
    [
        ([], [5, 6, 7]),
        ([5], [6, 7, 8]),
        ([9, 6, 7], [8, 5, 6]),
        ([4, 6, 7], [4, 9]),
        ([4, 9], []),
        ([30], []),
    ],
)
def test_guesses_what_followed_the_longest_match_in_the_first_source(
    written: list[int], guessed: list[int]
) -> None:
    row = Row([1], [[5, 6, 7, 8, 5, 6], [4, 6, 7, 4, 9]], Unruled(10, written))
    assert row.guesses(3) == guessed


def test_guesses_no_more_than_there_is_room_for() -> None:
    assert Row([1], [[5, 6, 7, 8]], Unruled(3)).guesses(9) == [5, 6]
    assert Row([1], [[5, 6, 7, 8]], Unruled(1)).guesses(9) == []


@torch.inference_mode()
def test_what_was_read_beyond_the_length_is_forgotten() -> None:
    model, memory = prepared("llama"), Memory()
    read(model, [Part(memory, [5, 6, 7, 8, 9], 1)])
    memory.length = 2
    (after,) = read(model, [Part(memory, [4], 1)])
    assert torch.allclose(after, plain("llama")(torch.tensor([[5, 6, 4]])).logits[0, -1:])


@torch.inference_mode()
def test_a_copied_memory_goes_on_by_itself() -> None:
    model, memory = prepared("llama"), Memory()
    read(model, [Part(memory, [5, 6], 1)])
    memory.length = 2
    copies = [memory.copy(2), memory.copy(1)]
    for copy, token in zip(copies, (7, 8), strict=True):
        read(model, [Part(copy, [token], 1)])
    (after,) = read(model, [Part(memory, [4], 1)])
    assert torch.allclose(after, plain("llama")(torch.tensor([[5, 6, 4]])).logits[0, -1:])


@pytest.mark.parametrize(("window", "fitting"), [(None, True), (512, True), (100, False)])
def test_a_model_that_does_not_see_all_tokens_does_not_fit(window: int | None, *, fitting: bool) -> None:
    model = CAUSAL["qwen"](VOCABULARY)
    model.config.sliding_window = window
    assert fits(model, 300) is fitting


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("attn_logit_softcapping", 50.0),
        ("layer_types", ["conv", "full_attention"]),
        ("layers_block_type", ["mamba", "attention"]),
        ("block_types", ["recurrent"]),
    ],
)
def test_a_model_that_mixes_tokens_in_another_way_does_not_fit(key: str, value: object) -> None:
    model = CAUSAL["llama"](VOCABULARY)
    assert fits(model, 300)
    setattr(model.config, key, value)
    assert not fits(model, 300)
