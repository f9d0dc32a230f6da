"""How well a trained model tells right from wrong on claims that it has not seen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from scipy.special import softmax
from sklearn.metrics import roc_auc_score
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models.recipes.verifier.calibration import temperature, threshold_of
from models.recipes.verifier.pairs import Label, Pair
from models.recipes.verifier.training import MAX_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH = 16
_PRECISION = 0.95
_RIGHT, _SAME = "news right", "news same claim"
# Pairs that no reader wrote: made by rule, or of two different claims.
_NOT_WRITTEN = frozenset({"news other claim", "news swapped by rule", "news look-alike", "news not same"})
_TIMED = Pair(
    "The council voted on Friday to close the bridge after engineers found cracks in two of its supports, "
    "the mayor of the town told reporters.",
    "The bridge is to be closed because of cracks that engineers found, the mayor of the town told reporters "
    "on Friday after a vote of the council.",
    Label.ENTAILED,
    "timed",
)


def figures(folder: Path, held_out: Sequence[Pair]) -> dict[str, Any]:
    """Return the figures of the model card.

    Args:
        folder: A trained model with its tokenizer.
        held_out: Pairs of clusters that were not trained on.
    """
    logits, labels = _logits(folder, held_out), np.array([int(pair.label) for pair in held_out])
    cooled = temperature(logits, labels)
    scores = softmax(logits.astype(np.float64) / cooled, axis=1)[:, Label.ENTAILED]
    origins = np.array([pair.origin for pair in held_out])
    right, same = origins == _RIGHT, origins == _SAME
    wrong = ~right & ~same & ~np.isin(origins, sorted(_NOT_WRITTEN))
    written = right | wrong
    threshold = threshold_of(_PRECISION, scores[written], right[written])
    return {
        "pairs": len(held_out),
        "temperature": cooled,
        "accuracy of three classes": float((logits.argmax(axis=1) == labels).mean()),
        "right against wrong": _told(scores, right, wrong),
        "same claim against look-alikes": _told(scores, same, origins == "news look-alike"),
        "says entailed, by kind": {
            str(origin): float((scores[origins == origin] >= 0.5).mean())  # noqa: PLR2004  the likelier
            for origin in np.unique(origins)
        },
        "threshold for 95 % precision": threshold,
        "right accepted there": float((scores[right] >= threshold).mean()),
        "seconds for 100 pairs": _seconds(folder),
    }


def _told(scores: NDArray[np.float64], yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> dict[str, float]:
    """Return how well scores tell the one from the other."""
    both = yes | no
    accuracies = [
        float(((scores[yes] >= threshold).mean() + (scores[no] < threshold).mean()) / 2)
        for threshold in (0.5, *np.unique(scores[both]))
    ]
    return {
        "ROC AUC": float(roc_auc_score(yes[both], scores[both])),
        "balanced accuracy at 0.5": accuracies[0],
        "balanced accuracy at best": max(accuracies),
    }


def _seconds(folder: Path) -> float:
    started = time.perf_counter()
    _logits(folder, [_TIMED] * 100)
    return time.perf_counter() - started


@torch.inference_mode()
def _logits(folder: Path, pairs: Sequence[Pair]) -> NDArray[np.float32]:
    """Return the logits of every pair. Shape: ``(len(pairs), 3)``."""
    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    encoded = tokenizer(
        [pair.premise for pair in pairs],
        [pair.hypothesis for pair in pairs],
        truncation="longest_first",
        max_length=MAX_TOKENS,
    )
    order = sorted(range(len(pairs)), key=lambda row: len(encoded["input_ids"][row]))
    logits = np.empty((len(pairs), len(Label)), np.float32)
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        batch = tokenizer.pad(
            {key: [encoded[key][row] for row in rows] for key in encoded}, return_tensors="pt"
        )
        logits[rows] = model(**batch).logits.numpy()
    return logits
