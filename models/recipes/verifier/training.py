"""Low-rank adaptation (Hu et al., 2021) of a causal model to three classes of entailment."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.nn.functional import cross_entropy
from torch.utils.data import Dataset
from transformers import AutoConfig, AutoTokenizer, Trainer

from models.convert import classifier_of
from models.manifest import HYPOTHESIS_PLACEHOLDER, PREMISE_PLACEHOLDER
from models.recipes.runs import SEED, arguments_of, finish
from models.recipes.verifier.pairs import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from transformers import EvalPrediction, PreTrainedModel, PreTrainedTokenizerBase

    from models.recipes.verifier.pairs import Pair

QUESTION = "{premise}\nSo: {hypothesis}\nTrue?"
# Of premise and one hypothesis together.
MAX_TOKENS = 400
# More would make rows of thousands of tokens, and masks of their squares.
_MOST_OF_A_PACK = 12


@dataclass(frozen=True, slots=True)
class Course:
    """How a model is trained.

    Attributes:
        layers: How many of the model's layers are kept, from the first: to judge takes fewer than to write.
        epochs: Passes over the pairs.
        learning_rate: The highest; it falls as a cosine.
        batch: Packs a step.
        steps: From one checkpoint to the next.
        rank: Of the two factors of every change.
    """

    layers: int = 20
    epochs: float = 1
    learning_rate: float = 3e-4
    batch: int = 4
    steps: int = 400
    rank: int = 16


class Packs(Dataset[dict[str, Any]]):
    """Premises, each with its hypotheses in one row: what they share is read once.

    No hypothesis sees another, and each stands at the positions that it would have alone.
    """

    def __init__(self, pairs: Iterable[Pair], tokenizer: PreTrainedTokenizerBase) -> None:
        """Tokenize pairs, of which those of one premise stand together; what is too long is left out."""
        self.tokenizer = tokenizer
        groups = (list(found) for _, found in itertools.groupby(pairs, key=lambda pair: pair.premise))
        rows = (
            _packed(found[start : start + _MOST_OF_A_PACK], tokenizer)
            for found in groups
            for start in range(0, len(found), _MOST_OF_A_PACK)
        )
        self._rows = [row for row in rows if row["labels"]]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one pack as :func:`collate` takes it."""
        return self._rows[row]


def _packed(pairs: Sequence[Pair], tokenizer: PreTrainedTokenizerBase) -> dict[str, Any]:
    before, _, after = QUESTION.partition(PREMISE_PLACEHOLDER)
    shared = list(tokenizer(before + pairs[0].premise, add_special_tokens=False)["input_ids"])
    row: dict[str, Any] = {
        "input_ids": shared.copy(),
        "position_ids": list(range(len(shared))),
        "segments": [0] * len(shared),
        "ends": [],
        "labels": [],
        "weights": [],
    }
    for number, pair in enumerate(pairs, start=1):
        asked = after.replace(HYPOTHESIS_PLACEHOLDER, pair.hypothesis)
        own = list(tokenizer(asked, add_special_tokens=False)["input_ids"])
        if len(shared) + len(own) > MAX_TOKENS:
            continue
        row["input_ids"] += own
        row["position_ids"] += range(len(shared), len(shared) + len(own))
        row["segments"] += [number] * len(own)
        row["ends"].append(len(row["input_ids"]) - 1)
        row["labels"].append(int(pair.label))
        row["weights"].append(pair.weight)
    return row


def collate(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Return one batch of packs.

    Returns:
        ``input_ids`` and ``position_ids``, of shape ``(rows, tokens)``; ``attention_mask``, which token sees
        which, of shape ``(rows, 1, tokens, tokens)``; and one value for every hypothesis of all rows:
        ``ends``, its last token in the batch laid flat, ``labels`` and ``weights``.
    """
    width = max(len(row["input_ids"]) for row in rows)
    ids, positions, segments = (
        torch.tensor([row[key] + [fill] * (width - len(row[key])) for row in rows])
        for key, fill in (("input_ids", 0), ("position_ids", 0), ("segments", -1))
    )
    seen = (segments[:, None, :] == 0) | (segments[:, :, None] == segments[:, None, :])
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": torch.tril(seen)[:, None],
        "ends": torch.tensor(
            [number * width + end for number, row in enumerate(rows) for end in row["ends"]]
        ),
        "labels": torch.tensor([label for row in rows for label in row["labels"]]),
        "weights": torch.tensor([weight for row in rows for weight in row["weights"]]),
    }


class _PackTrainer(Trainer):
    def compute_loss(
        self,
        model: Any,  # noqa: ANN401  the adapted model, which passes on what it has not
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,  # noqa: FBT001, FBT002  as the trainer calls it
        num_items_in_batch: Any = None,  # noqa: ANN401, ARG002  as the trainer calls it
    ) -> Any:  # noqa: ANN401  as the trainer takes it
        """Return the weighted loss of all hypotheses, and their logits if wanted."""
        classifier = model.get_base_model()
        states = classifier.base_model(
            input_ids=inputs["input_ids"],
            position_ids=inputs["position_ids"],
            attention_mask=inputs["attention_mask"],
            use_cache=False,
        ).last_hidden_state
        logits = classifier.score(states.flatten(0, 1)[inputs["ends"]])
        each = cross_entropy(logits, inputs["labels"], reduction="none", label_smoothing=0.03)
        loss = (each * inputs["weights"]).sum() / inputs["weights"].sum()
        return (loss, {"loss": loss, "logits": logits}) if return_outputs else loss


def train(  # noqa: PLR0913, PLR0917  a model, what it learns, how, and where it is kept
    base: Path, learned: Packs, watched: Packs, course: Course, folder: Path, before: Path | None = None
) -> Path:
    """Train an adapter, from the last checkpoint if there is one.

    Args:
        base: Folder of the causal model.
        learned: What is learned.
        watched: What tells, while it learns, how far it has come.
        course: How it is learned.
        folder: Of the checkpoints.
        before: Folder of the adapter of an earlier course, which this one goes on with.

    Returns:
        The folder of the adapter, with the ``config.json`` of the classifier.
    """
    torch.manual_seed(SEED)
    config = AutoConfig.from_pretrained(base, local_files_only=True)
    config.num_hidden_layers = min(course.layers, config.num_hidden_layers)
    config.id2label = {label.value: label.name.lower() for label in Label}
    config.label2id = {label.name.lower(): label.value for label in Label}
    model = classifier_of(base, config)
    trainer = _PackTrainer(
        model=_adapted(model, course) if before is None else _going_on(model, before),
        args=arguments_of(
            folder / "checkpoints",
            course,
            steps=course.steps,
            warmup_steps=0.02,
            train_sampling_strategy="group_by_length",
            metric_for_best_model="balanced_accuracy",
        ),
        train_dataset=learned,
        eval_dataset=watched,
        processing_class=learned.tokenizer,
        data_collator=collate,
        compute_metrics=_watch,
    )
    return finish(trainer, folder / "adapter", model.config)


def _adapted(model: PreTrainedModel, course: Course) -> PeftModel:
    torch.nn.init.zeros_(model.get_parameter("score.weight"))
    settings = LoraConfig(
        r=course.rank,
        lora_alpha=2 * course.rank,
        lora_dropout=0.0,
        target_modules=r".*\.(self_attn|mlp)\..*_proj",
        modules_to_save=["score"],
        task_type="SEQ_CLS",
    )
    return cast("PeftModel", get_peft_model(model, settings))


def _going_on(model: PreTrainedModel, before: Path) -> PeftModel:
    adapted = PeftModel.from_pretrained(model, str(before), is_trainable=True, local_files_only=True)
    return adapted.float()


def tokenizer_of(base: Path) -> PreTrainedTokenizerBase:
    """Return the tokenizer of a model."""
    return AutoTokenizer.from_pretrained(base, local_files_only=True)


def _watch(prediction: EvalPrediction) -> dict[str, float]:
    """Return the balanced accuracy of entailed against all others."""
    chosen = np.asarray(prediction.predictions).argmax(axis=1)
    labels = np.asarray(prediction.label_ids)
    entailed, truth = chosen == Label.ENTAILED, labels == Label.ENTAILED
    return {
        "balanced_accuracy": float((entailed[truth].mean() + (~entailed[~truth]).mean()) / 2),
        "accuracy": float((chosen == labels).mean()),
    }
