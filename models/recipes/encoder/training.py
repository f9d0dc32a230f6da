"""Low-rank adaptation (Hu et al., 2021) of an encoder by contrast among the sentences of a story."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sklearn.metrics import average_precision_score
from torch.nn.functional import softplus
from torch.utils.data import Dataset
from transformers import AutoModel, Trainer

from models.batches import micro_batches
from models.encoder import pool
from models.recipes.runs import SEED, arguments_of, finish

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from transformers import EvalPrediction, PreTrainedTokenizerBase

    from models.recipes.encoder.stories import Story

# Longer sentences are read so far; of a hundred of the excerpts, two are longer.
MAX_TOKENS = 96
# Below every similarity, divided by any temperature of use.
_NONE = -1e4


@dataclass(frozen=True, slots=True)
class Course:
    """How the adapter is trained.

    Attributes:
        epochs: Passes over the stories.
        learning_rate: The highest; it falls as a cosine.
        batch: Stories a step.
        steps: From one checkpoint to the next.
        rank: Of the two factors of every change.
        temperature: Cosines are divided by it: the lower, the more the likeliest mistake counts.
    """

    epochs: float = 3
    learning_rate: float = 5e-4
    batch: int = 8
    steps: int = 60
    rank: int = 32
    temperature: float = 0.05


class Stories(Dataset[dict[str, Any]]):
    """Stories, tokenized."""

    def __init__(self, stories: Sequence[Story], tokenizer: PreTrainedTokenizerBase) -> None:
        """Tokenize all sentences; stories without two that state one claim teach nothing and are left out."""
        self.tokenizer = tokenizer
        self._rows = [
            {
                "tokens": tokenizer(list(story.texts), truncation=True, max_length=MAX_TOKENS)["input_ids"],
                "same": story.same,
            }
            for story in stories
            if story.same
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one story as the collator takes it."""
        return self._rows[row]


def collator(tokenizer: PreTrainedTokenizerBase) -> Callable[[Sequence[dict[str, Any]]], dict[str, Any]]:
    """Return what makes one batch of stories.

    A batch is ``groups``, its sentences by like length, each group as the model takes it; ``order``, the
    place of each sentence of the stories among those of the groups, of shape ``(sentences,)``; ``pairs``, all
    pairs of sentences of one story, of shape ``(pairs, 2)``; and ``labels``, 1 where a pair states one claim,
    else 0, of shape ``(pairs,)``.
    """

    def collate(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        tokens = [sentence for row in rows for sentence in row["tokens"]]
        groups = list(micro_batches([len(sentence) for sentence in tokens]))
        order = np.argsort(np.concatenate(groups))
        pairs, labels, start = [], [], 0
        for row in rows:
            for one, other in itertools.combinations(range(len(row["tokens"])), 2):
                pairs.append((start + one, start + other))
                labels.append((one, other) in row["same"])
            start += len(row["tokens"])
        return {
            "groups": [
                dict(tokenizer.pad({"input_ids": [tokens[place] for place in group]}, return_tensors="pt"))
                for group in groups
            ],
            "order": torch.from_numpy(order),
            "pairs": torch.tensor(pairs),
            "labels": torch.tensor(labels, dtype=torch.long),
        }

    return collate


def contrast(vectors: torch.Tensor, same: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return how much sentences are more like what states something else than like what states the same.

    For every pair that states one claim: the softplus of how far the soft maximum of the similarities to
    all sentences that do not lies above that of the pair (InfoNCE of Oord et al., 2018, with each of several
    positives by itself); the mean over the pairs of a sentence, then over the sentences that have any.

    Args:
        vectors: Unit rows. Shape: ``(sentences, dimensions)``.
        same: Pairs of rows that state one claim, at least one. Shape: ``(pairs, 2)``.
        temperature: What similarities are divided by.
    """
    count = len(vectors)
    together = torch.zeros(count, count, dtype=torch.bool, device=vectors.device)
    together[same[:, 0], same[:, 1]] = together[same[:, 1], same[:, 0]] = True
    itself = torch.eye(count, dtype=torch.bool, device=vectors.device)
    similarity = vectors @ vectors.T / temperature
    apart = torch.logsumexp(similarity.masked_fill(together | itself, _NONE), dim=1)
    losses = softplus(apart[:, None] - similarity) * together
    stated = together.any(dim=1)
    return (losses[stated].sum(dim=1) / together[stated].sum(dim=1)).mean()


class _StoryTrainer(Trainer):
    def __init__(self, *, temperature: float, **own: Any) -> None:  # noqa: ANN401  what the trainer takes
        super().__init__(**own)
        self._temperature = temperature

    def compute_loss(
        self,
        model: Any,  # noqa: ANN401  the adapted model
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001, FBT002  as the trainer calls it
        num_items_in_batch: Any = None,  # noqa: ANN401, ARG002  as the trainer calls it
    ) -> Any:  # noqa: ANN401  as the trainer takes it
        """Return the contrast of a batch, and the cosines of its pairs if wanted."""
        pooled = [
            pool(model(**group).last_hidden_state, group["attention_mask"]) for group in inputs["groups"]
        ]
        vectors = torch.cat(pooled)[inputs["order"]]
        pairs = inputs["pairs"]
        loss = contrast(vectors, pairs[inputs["labels"] == 1], self._temperature)
        if not return_outputs:
            return loss
        return loss, {"loss": loss, "logits": (vectors[pairs[:, 0]] * vectors[pairs[:, 1]]).sum(dim=1)}


def train(base: Path, learned: Stories, watched: Stories, course: Course, folder: Path) -> Path:
    """Train an adapter, from the last checkpoint if there is one.

    Args:
        base: Folder of the encoder.
        learned: Stories to learn from.
        watched: Stories that tell which checkpoint is the best.
        course: How.
        folder: Of the checkpoints.

    Returns:
        The folder of the adapter.
    """
    torch.manual_seed(SEED)
    model = AutoModel.from_pretrained(base, local_files_only=True, dtype=torch.float32)
    settings = LoraConfig(
        r=course.rank,
        lora_alpha=2 * course.rank,
        lora_dropout=0.05,
        # All linear layers of all blocks; the pooler belongs to another task.
        target_modules=r"encoder\.layer\..*\.(query|key|value|dense)",
        task_type="FEATURE_EXTRACTION",
    )
    trainer = _StoryTrainer(
        temperature=course.temperature,
        model=get_peft_model(model, settings),
        args=arguments_of(
            folder / "checkpoints",
            course,
            steps=course.steps,
            warmup_steps=0.05,
            metric_for_best_model="average_precision",
        ),
        train_dataset=learned,
        eval_dataset=watched,
        processing_class=learned.tokenizer,
        data_collator=collator(learned.tokenizer),
        compute_metrics=_watch,
    )
    return finish(trainer, folder / "adapter")


def _watch(prediction: EvalPrediction) -> dict[str, float]:
    """Return the average precision of cosines, over all pairs of sentences of one story."""
    labels, cosines = np.asarray(prediction.label_ids), np.asarray(prediction.predictions)
    return {"average_precision": float(average_precision_score(labels, cosines))}
