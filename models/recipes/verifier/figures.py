"""How well a trained model tells right from wrong on claims that it has not seen."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from models.manifest import Calibration, Limits, Role
from models.recipes.verifier.calibration import temperature, threshold_of
from models.recipes.verifier.pairs import DRAFTED, WRITTEN, Label
from models.recipes.verifier.training import MAX_TOKENS, QUESTION
from models.store import ModelCard, ModelFiles
from models.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.manifest import Manifest
    from models.recipes.verifier.pairs import Kind, Pair

_KEPT = 0.85
_LEAST = 1e-9
_PREMISE = (
    "The council voted on Friday to close the bridge after engineers found cracks in two of its supports, "
    "the mayor of the town told reporters."
)
_HYPOTHESIS = (
    "The bridge is to be closed because of cracks that engineers found, the mayor of the town told reporters "
    "on Friday after a vote of the council."
)


def figures(
    base: Manifest, folder: Path, watched: Sequence[Pair], held_out: Sequence[Pair]
) -> dict[str, Any]:
    """Return the figures of the model card.

    Temperature and threshold are those of the watched pairs; what comes out is told of the held-out ones.
    85 % of the right watched drafts reach the threshold: a draft that is asked about has passed every guard,
    is right in nine cases of ten, and has a source sentence to fall back on.

    Args:
        base: Manifest of the model that was trained.
        folder: Files of the trained model, as they are made of what ships.
        watched: Pairs that chose among checkpoints, of annotators and of a drafter.
        held_out: Pairs of clusters that chose nothing, of both.
    """
    verifier = _verifier(base, folder)
    logits = _logits(verifier, watched)
    cooled = temperature(logits, _labels(watched))
    threshold = _threshold(watched, _entailed(logits, cooled))
    logits = _logits(verifier, held_out)
    entailed = _entailed(logits, cooled)
    origins = np.array([pair.origin for pair in held_out])
    return {
        "pairs": len(held_out),
        "temperature": cooled,
        "threshold": threshold,
        "accuracy of three classes": float((logits.argmax(axis=1) == _labels(held_out)).mean()),
        "written": _told_apart(entailed, origins, WRITTEN, threshold),
        "drafts": _told_apart(entailed, origins, DRAFTED, threshold),
        "says entailed, by kind": {
            str(origin): float((entailed[origins == origin] >= 0.5).mean())  # noqa: PLR2004  the likelier
            for origin in np.unique(origins)
        },
        "seconds for 100 pairs": _seconds(verifier),
    }


def _threshold(watched: Sequence[Pair], entailed: NDArray[np.float64]) -> float:
    right = np.array([pair.origin == DRAFTED.right for pair in watched])
    return threshold_of(_KEPT, entailed[right])


def _of_kind(
    entailed: NDArray[np.float64], origins: NDArray[np.str_], kind: Kind
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the scores of right and wrong sentences of a kind, and which are right."""
    right = origins == kind.right
    kept = right | np.char.startswith(origins, kind.wrong)
    return entailed[kept], right[kept]


def _told_apart(
    entailed: NDArray[np.float64], origins: NDArray[np.str_], kind: Kind, threshold: float
) -> dict[str, float]:
    """Return how well right and wrong sentences of a kind are told apart."""
    scores, right = _of_kind(entailed, origins, kind)
    accepted = scores >= threshold
    return {
        "right": int(right.sum()),
        "wrong": int((~right).sum()),
        "ROC AUC": float(roc_auc_score(right, scores)),
        "balanced accuracy at 0.5": _balanced(scores >= 0.5, right),  # noqa: PLR2004  the likelier
        "balanced accuracy at the threshold": _balanced(accepted, right),
        "right accepted at the threshold": float(accepted[right].mean()),
        "wrong accepted at the threshold": float(accepted[~right].mean()),
    }


def _verifier(base: Manifest, folder: Path) -> Verifier:
    """Load a model as it is served, not calibrated yet."""
    manifest = dataclasses.replace(
        base,
        role=Role.VERIFIER,
        limits=Limits(MAX_TOKENS),
        calibration=Calibration(1.0, 0.5),
        question=QUESTION,
    )
    return Verifier(ModelFiles(manifest, folder, ModelCard(Role.VERIFIER, base.id, base.licence, "")))


def _logits(verifier: Verifier, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    """Return logarithms of probabilities, which are logits. Shape: ``(len(pairs), 3)``."""
    found = verifier.judge([(pair.premise, pair.hypothesis) for pair in pairs], _go_on)
    return np.log(np.maximum(found.astype(np.float64), _LEAST))


def _labels(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    return np.array([int(pair.label) for pair in pairs], dtype=np.int64)


def _entailed(logits: NDArray[np.float64], cooled: float) -> NDArray[np.float64]:
    probabilities: NDArray[np.float64] = softmax(logits / cooled, axis=1)[:, Label.ENTAILED]
    return probabilities


def _balanced(accepted: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float((accepted[right].mean() + (~accepted[~right]).mean()) / 2)


def _seconds(verifier: Verifier) -> float:
    started = time.perf_counter()
    verifier.judge([(_PREMISE, _HYPOTHESIS)] * 100, _go_on)
    return time.perf_counter() - started


def _go_on() -> None:
    """Never end the work."""
