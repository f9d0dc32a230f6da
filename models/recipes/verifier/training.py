"""Full fine-tuning of a cross-encoder: entailment in general, then claims of news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import AutoModelForSequenceClassification, AutoTokenizer, DataCollatorWithPadding, Trainer

from models.recipes.runs import SEED, arguments_of, finish
from models.recipes.verifier.pairs import Label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from transformers import EvalPrediction, PreTrainedModel, PreTrainedTokenizerBase

    from models.recipes.verifier.pairs import Pair

MAX_TOKENS = 224
_STEPS = 300


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
    """Tokenized pairs, without those that the model could not read whole."""

    def __init__(self, pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerBase) -> None:
        """Tokenize all pairs."""
        encoded = tokenizer(
            [pair.premise for pair in pairs], [pair.hypothesis for pair in pairs], verbose=False
        )
        self._rows = [
            {key: values[row] for key, values in encoded.items()} | {"labels": int(pair.label)}
            for row, pair in enumerate(pairs)
            if len(encoded["input_ids"][row]) <= MAX_TOKENS
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one example as the collator takes it."""
        return self._rows[row]


def train(
    start: Path, learned: Sequence[Pair], watched: Sequence[Pair], course: Course, folder: Path
) -> Path:
    """Train, from the last checkpoint if there is one.

    Args:
        start: Folder of the weights to begin with.
        learned: What is learned.
        watched: What tells which checkpoint is the best.
        course: How it is learned.
        folder: Of the checkpoints.

    Returns:
        The folder of the best weights.
    """
    model, tokenizer = _load(start)
    trainer = Trainer(
        model=model,
        args=arguments_of(
            folder / course.name,
            batch=course.batch,
            steps=_STEPS,
            num_train_epochs=course.epochs,
            learning_rate=course.learning_rate,
            lr_scheduler_type="linear",
            warmup_steps=0.06,
            weight_decay=0.01,
            label_smoothing_factor=0.05,
            metric_for_best_model="balanced_accuracy",
        ),
        train_dataset=Examples(learned, tokenizer),
        eval_dataset=Examples(watched, tokenizer),
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=_watch,
    )
    return finish(trainer, best_of(course, folder))


def best_of(course: Course, folder: Path) -> Path:
    """Return the folder of the best weights of a course, which is there once it is whole."""
    return folder / f"{course.name}-best"


def _load(start: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return a model, with a fresh head if it has none and its word embeddings frozen, and its tokenizer."""
    torch.manual_seed(SEED)
    model = AutoModelForSequenceClassification.from_pretrained(
        start,
        num_labels=len(Label),
        id2label={label.value: label.name.lower() for label in Label},
        label2id={label.name.lower(): label.value for label in Label},
        local_files_only=True,
        dtype=torch.float32,
    )
    model.get_input_embeddings().weight.requires_grad_(False)  # noqa: FBT003  a method of torch
    return model, AutoTokenizer.from_pretrained(start, local_files_only=True)


def _watch(prediction: EvalPrediction) -> dict[str, float]:
    """Return the balanced accuracy of entailed against all others."""
    chosen = np.asarray(prediction.predictions).argmax(axis=1)
    labels = np.asarray(prediction.label_ids)
    entailed, truth = chosen == Label.ENTAILED, labels == Label.ENTAILED
    return {
        "balanced_accuracy": float((entailed[truth].mean() + (~entailed[~truth]).mean()) / 2),
        "accuracy": float((chosen == labels).mean()),
    }
