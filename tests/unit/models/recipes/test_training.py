from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from models.recipes.drafter.training import collate as collate_answers
from models.recipes.verifier.pairs import Label, Pair
from models.recipes.verifier.training import MAX_TOKENS, QUESTION, Packs, collate
from models.verifier import fill
from tests.unit.models.conftest import byte_tokenizer, tiny_causal, tiny_causal_classifier

if TYPE_CHECKING:
    from transformers import PreTrainedModel

PAIRS = [
    Pair("It rained and snowed.", "It snowed.", Label.ENTAILED, "test", 2.0),
    Pair("It rained and snowed.", "It did not rain.", Label.CONTRADICTED, "test"),
    Pair("It rained.", "The council met.", Label.NEUTRAL, "test"),
]


def model() -> PreTrainedModel:
    found = tiny_causal_classifier(len(byte_tokenizer()), ("a", "b", "c"))
    found.train(mode=False)
    return found


def test_a_hypothesis_in_a_pack_is_read_as_if_it_stood_alone() -> None:
    tokenizer, classifier = byte_tokenizer(), model()
    packs = Packs(PAIRS, tokenizer)
    batch = collate([packs[0], packs[1]])
    texts = [fill(QUESTION, pair.premise, pair.hypothesis) for pair in PAIRS]
    with torch.inference_mode():
        states = classifier.base_model(
            **{key: batch[key] for key in ("input_ids", "position_ids", "attention_mask")}
        ).last_hidden_state
        packed = classifier.get_submodule("score")(states.flatten(0, 1)[batch["ends"]])
        alone = [classifier(**tokenizer(text, return_tensors="pt")).logits[0] for text in texts]

    assert len(packs) == 2
    assert torch.allclose(packed, torch.stack(alone), atol=1e-5)
    assert batch["labels"].tolist() == [Label.ENTAILED, Label.CONTRADICTED, Label.NEUTRAL]
    assert batch["weights"].tolist() == [2, 1, 1]


def test_a_premise_with_many_hypotheses_is_read_more_than_once() -> None:
    many = [Pair("It rained.", f"It rained {number} times.", Label.NEUTRAL, "test") for number in range(30)]
    packs = Packs(many, byte_tokenizer())
    labels = [len(packs[row]["labels"]) for row in range(len(packs))]

    assert sum(labels) == len(many)
    assert max(labels) < len(many) // 2


def test_what_is_too_long_is_left_out() -> None:
    long = Pair("It rained.", "It rained. " * (MAX_TOKENS // 11), Label.NEUTRAL, "test")
    short = Pair("It rained.", "It snowed.", Label.NEUTRAL, "test")
    assert len(Packs([long, short], byte_tokenizer())[0]["labels"]) == 1
    assert not len(Packs([long], byte_tokenizer()))


def test_an_answer_is_predicted_as_if_its_row_stood_alone() -> None:
    model = tiny_causal(len(byte_tokenizer()))
    model.train(mode=False)
    rows = [
        {"input_ids": [5, 6, 7, 8, 9], "labels": [8, 9]},
        {"input_ids": [10, 11, 12, 13, 14, 15, 16, 17], "labels": [15, 16, 17]},
    ]
    batch = collate_answers(rows)
    labels = batch.pop("labels")
    with torch.inference_mode():
        together = model(**batch, logits_to_keep=labels.shape[1] + 1).logits[:, :-1]
        alone = [model(torch.tensor([row["input_ids"]])).logits[0] for row in rows]

    assert labels.tolist() == [[-100, 8, 9], [15, 16, 17]]
    for row, logits in enumerate(alone):
        answer = len(rows[row]["labels"])
        assert torch.allclose(together[row, -answer:], logits[-answer - 1 : -1], atol=1e-4)
