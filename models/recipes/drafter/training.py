"""Low-rank adaptation of a causal model (Hu et al., 2021) to writing one sentence of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset
from transformers import AutoModelForCausalLM, Trainer

from models.recipes.runs import SEED, arguments_of, finish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from models.prompt import PromptEncoder
    from models.recipes.drafter.examples import Example

MAX_WORDS = 60
UNSCORED = -100
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Course:
    """How the adapter is trained.

    Attributes:
        epochs: Passes over the examples.
        learning_rate: The highest; it falls as a cosine.
        batch: Examples a step.
        rank: Of the two factors of every change.
    """

    epochs: float = 1.5
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
        self._rows = [row_of(example, prompt, tokenizer) for example in examples]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one example as the collator takes it."""
        return self._rows[row]


def row_of(example: Example, prompt: PromptEncoder, tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    """Return an example as :func:`collate` takes it: prompt and target, and the target alone."""
    asked = prompt.encode(_Request(example.sources, MAX_WORDS))
    target = list(tokenizer(example.target, add_special_tokens=False)["input_ids"])
    answer = [*target, int(tokenizer.eos_token_id)]
    return {"input_ids": asked + answer, "labels": answer}


def collate(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Return one batch, padded on the left, so that all answers end together.

    Returns:
        ``input_ids``, ``attention_mask`` and ``position_ids``, of shape ``(rows, tokens)``, and ``labels``,
        those of the last tokens, of shape ``(rows, tokens of the longest answer)``.
    """
    width = max(len(row["input_ids"]) for row in rows)
    answers = max(len(row["labels"]) for row in rows)
    ids = [[0] * (width - len(row["input_ids"])) + row["input_ids"] for row in rows]
    mask = [[0] * (width - len(row["input_ids"])) + [1] * len(row["input_ids"]) for row in rows]
    labels = [[UNSCORED] * (answers - len(row["labels"])) + row["labels"] for row in rows]
    seen = torch.tensor(mask)
    return {
        "input_ids": torch.tensor(ids),
        "attention_mask": seen,
        "position_ids": (seen.cumsum(dim=1) - 1).clamp(min=0),
        "labels": torch.tensor(labels),
    }


class _AnswerTrainer(Trainer):
    def compute_loss(
        self,
        model: Any,  # noqa: ANN401  the adapted model
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,  # noqa: FBT001, FBT002  as the trainer calls it
        num_items_in_batch: Any = None,  # noqa: ANN401, ARG002  as the trainer calls it
    ) -> Any:  # noqa: ANN401  as the trainer takes it
        """Return the mean loss of the tokens of the answers; only for them are words predicted."""
        labels = inputs.pop("labels")
        logits = model(**inputs, logits_to_keep=labels.shape[1] + 1, use_cache=False).logits[:, :-1]
        loss = cross_entropy(logits.transpose(1, 2), labels, ignore_index=UNSCORED)
        return (loss, {"loss": loss}) if return_outputs else loss


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
    layers = model.config.num_hidden_layers
    adapted = get_peft_model(
        model,
        LoraConfig(
            r=course.rank,
            lora_alpha=2 * course.rank,
            lora_dropout=0.05,
            target_modules=_linear(model),
            # What the first layers make of words serves as it is, and costs no way back.
            layers_to_transform=list(range(layers // 3, layers)),
            task_type="CAUSAL_LM",
        ),
    )
    trainer = _AnswerTrainer(
        model=adapted,
        args=arguments_of(
            folder / "checkpoints",
            course,
            steps=_STEPS,
            warmup_steps=0.05,
            train_sampling_strategy="group_by_length",
        ),
        train_dataset=learned,
        eval_dataset=watched,
        processing_class=learned.tokenizer,
        data_collator=collate,
    )
    return finish(trainer, folder / "adapter")


def _linear(model: PreTrainedModel) -> list[str]:
    """Return the names that linear layers have in every block."""
    blocks = model.base_model.named_modules()
    return sorted({name.rpartition(".")[2] for name, module in blocks if isinstance(module, torch.nn.Linear)})
