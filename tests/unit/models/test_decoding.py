from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.decoding import SentenceWritten, interruptible
from models.one_sentence import first_sentence, sentence_end, token_budget

from .conftest import byte_tokenizer, tiny_causal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It rained. Then it stopped.", "It rained."),
        ('He said: "It rained." She left.', 'He said: "It rained."'),
        ("Mr. Kim met Gen. Kang in the U.S. Senate. He left.", "Mr. Kim met Gen. Kang in the U.S. Senate."),
        ("J. Smith paid 3.5 million. That was all.", "J. Smith paid 3.5 million."),
        ("Was it 5 p.m. already?", "Was it 5 p.m. already?"),
        ("It rained!\nThen it stopped.", "It rained!"),
        ("\n\n- It rained", "It rained"),
        ("- It rained.\n- It stopped.", "It rained."),
        ("-5 degrees", "-5 degrees"),
        ("No end in sight", "No end in sight"),
        ("", ""),
    ],
)
def test_takes_the_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


@pytest.mark.parametrize("text", ["", "It rained", "It rained. ", "The U.S. S", "Dr. K", "At 3.5"])
def test_does_not_know_an_end_before_the_next_sentence_begins(text: str) -> None:
    assert sentence_end(text) is None


@given(st.text(alphabet=st.sampled_from("aB.!? \n-7\u201d")))
def test_a_draft_is_one_stripped_line_of_what_was_written(text: str) -> None:
    sentence = first_sentence(text)
    assert "\n" not in sentence
    assert sentence == sentence.strip()
    assert sentence in text
    assert first_sentence(sentence) in sentence


def test_the_budget_grows_with_the_words_up_to_the_limit() -> None:
    assert [token_budget(words, 50) for words in (1, 10, 20, 1000)] == [10, 24, 40, 50]


@pytest.mark.parametrize(
    ("text", "done"),
    [("It rains. A", True), ("It rains on", False), ("\nIt rains\n.", True), ("It rains on l", True)],
)
def test_a_row_stops_at_its_end_or_after_its_words(text: str, *, done: bool) -> None:
    tokenizer = byte_tokenizer()
    ids = torch.tensor(tokenizer(["prompt" + text])["input_ids"])
    assert SentenceWritten(tokenizer, len("prompt"), max_words=3)(ids, None).tolist() == [done]


def test_check_runs_in_every_layer_and_hooks_are_gone_afterwards() -> None:
    model = tiny_causal(16)
    calls: list[None] = []
    with interruptible(model, lambda: calls.append(None)), torch.inference_mode():
        model(torch.tensor([[1, 5]]))
    assert len(calls) == 2
    model(torch.tensor([[1, 5]]))
    assert len(calls) == 2
