"""Full fine-tuning of a cross-encoder, in two parts: entailment in general, then claims of news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)
from transformers.trainer_utils import get_last_checkpoint

from models.recipes.verifier.pairs import Label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import EvalPrediction, PreTrainedModel, PreTrainedTokenizerBase

    from models.recipes.verifier.pairs import Pair

MAX_TOKENS = 224
_STEPS_BETWEEN = 300  # two checkpoints


@dataclass(frozen=True, slots=True)
class Course:
    """One part of the training.

    Attributes:
        name: Of its folder.
        epochs: Passes over the pairs.
        learning_rate: The highest; it falls linearly.
        batch: Pairs a step.
    """

    name: str
    epochs: float
    learning_rate: float
    batch: int


class Examples(Dataset[dict[str, Any]]):
    """Tokenized pairs."""

    def __init__(self, pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerBase) -> None:
        """Tokenize all pairs; a premise that is too long loses its end."""
        encoded = tokenizer(
            [pair.premise for pair in pairs],
            [pair.hypothesis for pair in pairs],
            truncation="longest_first",
            max_length=MAX_TOKENS,
        )
        self._rows = [
            {key: encoded[key][row] for key in encoded} | {"labels": int(pair.label)}
            for row, pair in enumerate(pairs)
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one example as the collator takes it."""
        return self._rows[row]


def _load(base: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return the base with a fresh head, its word embeddings frozen, and its tokenizer."""
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        num_labels=len(Label),
        id2label={label.value: label.name.lower() for label in Label},
        label2id={label.name.lower(): label.value for label in Label},
        local_files_only=True,
        dtype=torch.float32,
    )
    model.get_input_embeddings().weight.requires_grad_(False)  # noqa: FBT003  a method of torch
    return model, AutoTokenizer.from_pretrained(base, local_files_only=True)


def train(start: Path, pairs: Sequence[Pair], watched: Sequence[Pair], course: Course, folder: Path) -> Path:
    """Train, from the last checkpoint if there is one.

    Args:
        start: Folder of the weights to begin with.
        pairs: What is learned.
        watched: What tells which checkpoint is the best.
        course: How it is learned.
        folder: Of the checkpoints.

    Returns:
        The folder of the best weights.
    """
    model, tokenizer = _load(start)
    arguments = TrainingArguments(
        output_dir=str(folder / course.name),
        num_train_epochs=course.epochs,
        learning_rate=course.learning_rate,
        per_device_train_batch_size=course.batch,
        per_device_eval_batch_size=64,
        warmup_steps=0.06,
        weight_decay=0.01,
        lr_scheduler_type="linear",
        label_smoothing_factor=0.05,
        train_sampling_strategy="group_by_length",
        use_cpu=not torch.cuda.is_available(),
        seed=0,
        data_seed=0,
        eval_strategy="steps",
        eval_steps=_STEPS_BETWEEN,
        save_steps=_STEPS_BETWEEN,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="balanced_accuracy",
        logging_steps=50,
        report_to=[],
        dataloader_pin_memory=False,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=Examples(pairs, tokenizer),
        eval_dataset=Examples(watched, tokenizer),
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=_watch,
    )
    begun = (folder / course.name).is_dir()
    last = get_last_checkpoint(arguments.output_dir) if begun else None  # type: ignore[no-untyped-call]
    trainer.train(resume_from_checkpoint=last)
    best = folder / f"{course.name}-best"
    trainer.save_model(str(best))
    return best


def _watch(prediction: EvalPrediction) -> dict[str, float]:
    """Return the balanced accuracy of entailed against all others."""
    chosen = np.asarray(prediction.predictions).argmax(axis=1)
    labels = np.asarray(prediction.label_ids)
    entailed, truth = chosen == Label.ENTAILED, labels == Label.ENTAILED
    return {
        "balanced_accuracy": float((entailed[truth].mean() + (~entailed[~truth]).mean()) / 2),
        "accuracy": float((chosen == labels).mean()),
    }
