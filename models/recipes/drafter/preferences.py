"""Preference for drafts that readers called right over drafts of the same sources that they did not.

The loss is that of direct preference optimization (Rafailov et al., 2023), beside the usual one on the better
draft, which keeps that one from growing less likely, too (Pang et al., 2024).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch
from peft import PeftModel
from torch.nn.functional import logsigmoid
from torch.utils.data import DataLoader, Dataset
from transformers import AutoModelForCausalLM, Trainer

from models.recipes.drafter.examples import Example
from models.recipes.drafter.training import UNSCORED, collate, row_of
from models.recipes.runs import SEED, arguments_of, finish

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from transformers import PreTrainedTokenizerBase

    from models.prompt import PromptEncoder
    from models.recipes.claims import Drafted

_MOST_OF_A_CLAIM = 3
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """Two drafts of the same sources."""

    better: Example
    worse: Example


@dataclass(frozen=True, slots=True)
class Course:
    """How preferences are learned.

    Attributes:
        epochs: Passes over the choices.
        learning_rate: The highest; it falls as a cosine.
        batch: Choices a step.
        strictness: How far the model may go from what it was: the less, the farther (beta of the paper).
        likelihood: Weight of the loss on the better draft.
    """

    epochs: float = 1
    learning_rate: float = 1e-4
    batch: int = 8
    strictness: float = 0.2
    likelihood: float = 0.2


def choices(drafted: Iterable[Drafted], seed: int) -> list[Choice]:
    """Return pairs of a right draft and one that is not, at most three of a claim."""
    choice = random.Random(seed)  # noqa: S311  no secret
    found = []
    for claim in drafted:
        right = [Example(claim.sources, draft.text) for draft in claim.drafts if draft.right]
        wrong = [Example(claim.sources, draft.text) for draft in claim.drafts if not draft.right]
        pairs = [Choice(better, worse) for better in right for worse in wrong]
        found += choice.sample(pairs, min(_MOST_OF_A_CLAIM, len(pairs)))
    return found


class Choices(Dataset[dict[str, Any]]):
    """Both drafts of each choice as the model reads them, and how likely it thinks them before it learns."""

    def __init__(
        self, found: Sequence[Choice], prompt: PromptEncoder, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        """Tokenize all drafts; the likelihoods are still to come."""
        self.tokenizer = tokenizer
        self._rows: list[dict[str, Any]] = [
            {
                "better": row_of(item.better, prompt, tokenizer),
                "worse": row_of(item.worse, prompt, tokenizer),
            }
            for item in found
        ]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Return one choice as :func:`collate_choices` takes it."""
        return self._rows[row]

    @property
    def preferred(self) -> float:
        """The share of choices whose better draft was the likelier one to the model that was looked up."""
        return sum(bool(row["margin"] > 0) for row in self._rows) / len(self._rows)

    def look_up(self, model: PeftModel, batch: int) -> None:
        """Keep how likely a model thinks each draft, which the loss compares with."""
        model.train(mode=False)
        known: list[float] = []
        with torch.inference_mode():
            for rows in DataLoader(self, batch, collate_fn=lambda rows: collate(_both(rows))):
                known += log_likelihoods(model, rows).tolist()
        for row, (better, worse) in zip(self._rows, zip(known[::2], known[1::2], strict=True), strict=True):
            row["margin"] = better - worse


def _both(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the better and the worse drafts in turn."""
    return [row[side] for row in rows for side in ("better", "worse")]


def collate_choices(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Return one batch of choices, better and worse drafts in turn.

    Returns:
        What :func:`models.recipes.drafter.training.collate` returns, and ``margins``, by how much likelier
        the better draft was before anything was learned, of shape ``(choices,)``.
    """
    return collate(_both(rows)) | {"margins": torch.tensor([row["margin"] for row in rows])}


def log_likelihoods(model: Any, inputs: dict[str, torch.Tensor]) -> torch.Tensor:  # noqa: ANN401  the adapted model
    """Return the logarithm of the probability of each answer. Shape: ``(rows,)``."""
    labels = inputs["labels"]
    asked = {key: inputs[key] for key in ("input_ids", "attention_mask", "position_ids")}
    logits = model(**asked, logits_to_keep=labels.shape[1] + 1, use_cache=False).logits[:, :-1]
    scored = labels != UNSCORED
    each = logits.log_softmax(dim=-1).gather(2, labels.clamp(min=0)[:, :, None])[:, :, 0]
    return cast("torch.Tensor", (each * scored).sum(dim=1))


def loss_of(
    likelihoods: torch.Tensor, margins: torch.Tensor, tokens: torch.Tensor, course: Course
) -> torch.Tensor:
    """Return the mean loss of a batch of choices.

    Args:
        likelihoods: Logarithms of better and worse drafts in turn. Shape: ``(2 * choices,)``.
        margins: By how much likelier the better draft was before anything was learned. Shape: ``(choices,)``.
        tokens: Of each better draft. Shape: ``(choices,)``.
        course: How much each part counts.
    """
    better, worse = likelihoods[::2], likelihoods[1::2]
    preference = -logsigmoid(course.strictness * (better - worse - margins)).mean()
    return preference - course.likelihood * (better / tokens).mean()


class _ChoiceTrainer(Trainer):
    course: Course

    def compute_loss(
        self,
        model: Any,  # noqa: ANN401  the adapted model
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,  # noqa: FBT001, FBT002  as the trainer calls it
        num_items_in_batch: Any = None,  # noqa: ANN401, ARG002  as the trainer calls it
    ) -> Any:  # noqa: ANN401  as the trainer takes it
        """Return the loss of a batch of choices."""
        tokens = (inputs["labels"][::2] != UNSCORED).sum(dim=1)
        loss = loss_of(log_likelihoods(model, inputs), inputs["margins"], tokens, self.course)
        return (loss, {"loss": loss}) if return_outputs else loss


def prefer(  # noqa: PLR0913, PLR0917  a model, what it learns, how, and where it is kept
    base: Path, before: Path, learned: Choices, watched: Choices, course: Course, folder: Path
) -> Path:
    """Train an adapter further, from the last checkpoint if there is one.

    Args:
        base: Folder of the model.
        before: Folder of the adapter; the dropout that it was trained with stays on.
        learned: Choices to learn from.
        watched: Choices that tell which checkpoint is the best.
        course: How.
        folder: Of the checkpoints.

    Returns:
        The folder of the adapter.
    """
    torch.manual_seed(SEED)
    adapted = _adapted(base, before)
    for found in (learned, watched):
        found.look_up(adapted, course.batch)
    trainer = _ChoiceTrainer(
        model=adapted,
        args=arguments_of(
            folder / "checkpoints",
            course,
            steps=_STEPS,
            warmup_steps=0.05,
        ),
        train_dataset=learned,
        eval_dataset=watched,
        processing_class=learned.tokenizer,
        data_collator=collate_choices,
    )
    trainer.course = course
    return finish(trainer, folder / "adapter")


def preferred(base: Path, adapter: Path, found: Choices) -> float:
    """Return the share of choices whose better draft an adapted model finds likelier."""
    found.look_up(_adapted(base, adapter), Course().batch)
    return found.preferred


def _adapted(base: Path, adapter: Path) -> PeftModel:
    model = AutoModelForCausalLM.from_pretrained(base, local_files_only=True, dtype=torch.float32)
    found = PeftModel.from_pretrained(model, str(adapter), is_trainable=True, local_files_only=True)
    return found.float()
