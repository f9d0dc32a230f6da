"""Does a premise entail a hypothesis? A classifier of three classes reads both and says how likely.

It is an encoder that takes two texts, such as BERT or DeBERTa, or a causal model that takes one text, which
its manifest makes of the two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification

from models.batches import micro_batches, no_report
from models.errors import ManifestError
from models.loading import load_model, load_tokenizer
from models.manifest import HYPOTHESIS_PLACEHOLDER, PREMISE_PLACEHOLDER
from models.precision import Precision
from models.prompt import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from transformers import BatchEncoding

    from models.batches import Report
    from models.store import ModelCard, ModelFiles

# In the order of the columns that come out; a model names its classes by words that begin so.
_CLASSES = ("entail", "neutral", "contradict")
_OPEN = (0.0, 1.0, 0.0)


class Verifier:
    """The entailment model. Not safe for use by several threads at once."""

    def __init__(
        self,
        files: ModelFiles,
        report: Report = no_report,
        precision: Precision = Precision.FLOAT32,
    ) -> None:
        """Load the model, which tells of every batch that it reads.

        Raises:
            ModelFilesDamaged: The files do not make a whole model.
            ManifestError: The model does not name the three classes of entailment, or the manifest asks for
                more tokens than it takes.
        """
        self._model = load_model(AutoModelForSequenceClassification, files, precision)
        self._tokenizer = load_tokenizer(files)
        # Positions count from the first token on, padding or not.
        self._tokenizer.padding_side = "right"
        self._question = files.manifest.question
        self._max_tokens = files.manifest.limits.max_input_tokens
        calibration = files.manifest.calibration
        if calibration is None:
            message = (
                f"manifest {files.manifest.name} has no calibration, so {files.manifest.id} cannot verify"
            )
            raise ManifestError(message)
        self._calibration = calibration
        self._columns = _columns(files, dict(self._model.config.id2label or {}))
        self._card, self._report = replace(files.card, precision=precision.value), report
        positions = getattr(self._model.config, "max_position_embeddings", None)
        if positions is not None and self._max_tokens > positions:
            message = f"manifest {files.manifest.name}: its limits pass the model's {positions} positions"
            raise ManifestError(message)

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        return self._card

    @property
    def threshold(self) -> float:
        """How likely entailment must be for a sentence to count as supported."""
        return self._calibration.threshold

    def judge(self, pairs: Sequence[tuple[str, str]], check: Callable[[], None]) -> NDArray[np.float32]:
        """Return how likely each premise entails, leaves open and contradicts its hypothesis.

        Args:
            pairs: Premises, each of one sentence or several, with one sentence that is to follow from it.
                What is too long to be read whole is left open, for nothing may follow from words unread.
            check: Called before every micro-batch; what it raises ends the work.

        Returns:
            Probabilities in the order of the pairs; each row adds up to 1. Shape: ``(len(pairs), 3)``.
        """
        probabilities = np.empty((len(pairs), len(_CLASSES)), np.float32)
        if not pairs:
            return probabilities
        probabilities[:] = _OPEN
        encoded = self._encode(pairs)
        lengths = [len(row) for row in encoded["input_ids"]]
        whole = [row for row, length in enumerate(lengths) if length <= self._max_tokens]
        for places in micro_batches([lengths[row] for row in whole], self._report):
            check()
            rows = [whole[place] for place in places]
            batch = {key: [values[row] for row in rows] for key, values in encoded.items()}
            probabilities[rows] = self._classify(batch)
        return probabilities

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> BatchEncoding:
        premises, hypotheses = (
            [escape(" ".join(text.split()), self._tokenizer) for text in texts]
            for texts in zip(*pairs, strict=True)
        )
        if self._question is None:
            encoded: BatchEncoding = self._tokenizer(premises, hypotheses, verbose=False)
        else:
            texts = [fill(self._question, *pair) for pair in zip(premises, hypotheses, strict=True)]
            encoded = self._tokenizer(texts, verbose=False)
        return encoded

    @torch.inference_mode()
    def _classify(self, batch: dict[str, list[list[int]]]) -> NDArray[np.float32]:
        logits = self._model(**self._tokenizer.pad(batch, return_tensors="pt")).logits[:, self._columns]
        return torch.softmax(logits / self._calibration.temperature, dim=1).numpy()


def fill(question: str, premise: str, hypothesis: str) -> str:
    """Return what a causal model is asked about a pair."""
    before, _, rest = question.partition(PREMISE_PLACEHOLDER)
    between, _, after = rest.partition(HYPOTHESIS_PLACEHOLDER)
    return f"{before}{premise}{between}{hypothesis}{after}"


def _columns(files: ModelFiles, names: dict[Any, Any]) -> list[int]:
    """Return which column of the model is which class."""
    found = [
        [column for column, name in names.items() if str(name).casefold().startswith(wanted)]
        for wanted in _CLASSES
    ]
    if len(names) != len(_CLASSES) or any(len(columns) != 1 for columns in found):
        message = (
            f"manifest {files.manifest.name}: a verifier tells entailment, neutral and contradiction apart, "
            f"and {files.manifest.id} has the classes {', '.join(map(str, names.values()))}"
        )
        raise ManifestError(message)
    return [int(columns[0]) for columns in found]
