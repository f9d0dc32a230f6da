"""Low-rank adaptation of a causal model (Hu et al., 2021) to writing one sentence of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from peft import LoraConfig, get_peft_model
from torch.utils.data import Dataset
from transformers import AutoModelForCausalLM, DataCollatorForSeq2Seq, Trainer

from models.recipes.runs import SEED, arguments_of, finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import PreTrainedTokenizerBase

    from models.prompt import PromptEncoder
    from models.recipes.drafter.examples import Example

MAX_WORDS = 60
_UNSCORED = -100
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Course:
    """How the adapter is trained.

    Attributes:
        epochs: Passes over the examples.
        learning_rate: The highest; it falls as a cosine.
        batch: Examples a step.
        rank: Of the two factors of every change.
    """

    epochs: float = 2
    learning_rate: float = 4e-4
    batch: int = 8
    rank: int = 16


@dataclass(frozen=True, slots=True)
class _Request:
    sources: tuple[str, ...]
    max_words: int


class Examples(Dataset[dict[str, Any]]):
    """Prompts as they are when the model serves, each followed by what is to be written."""

    def __init__(
        self, examples: Sequence[Example], prompt: PromptEncoder, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        """Tokenize all examples; only the target is scored."""
        self.tokenizer = tokenizer
        self._rows = [_row(example, prompt, tokenizer) for example in examples]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one example as the collator takes it."""
        return self._rows[row]


def _row(example: Example, prompt: PromptEncoder, tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    asked = prompt.encode(_Request(example.sources, MAX_WORDS))
    target = list(tokenizer(example.target, add_special_tokens=False)["input_ids"])
    answer = [*target, int(tokenizer.eos_token_id)]
    tokens = asked + answer
    labels = [_UNSCORED] * len(asked) + answer
    return {"input_ids": tokens, "attention_mask": [1] * len(tokens), "labels": labels}


def train(base: Path, learned: Examples, watched: Examples, course: Course, folder: Path) -> Path:
    """Train an adapter, from the last checkpoint if there is one.

    Args:
        base: Folder of the model.
        learned: Examples to learn from.
        watched: Examples that tell which checkpoint is the best.
        course: How.
        folder: Of the checkpoints.

    Returns:
        The folder of the adapter.
    """
    torch.manual_seed(SEED)
    model = AutoModelForCausalLM.from_pretrained(base, local_files_only=True, dtype=torch.float32)
    adapted = get_peft_model(
        model,
        LoraConfig(
            r=course.rank,
            lora_alpha=2 * course.rank,
            lora_dropout=0.05,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
    )
    trainer = Trainer(
        model=adapted,
        args=arguments_of(
            folder / "checkpoints",
            batch=course.batch,
            steps=_STEPS,
            num_train_epochs=course.epochs,
            learning_rate=course.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=0.05,
            label_names=["labels"],
        ),
        train_dataset=learned,
        eval_dataset=watched,
        processing_class=learned.tokenizer,
        data_collator=DataCollatorForSeq2Seq(learned.tokenizer),
    )
    return finish(trainer, folder / "adapter")
