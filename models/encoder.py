"""Sentences -> unit vectors: masked mean pooling over a BERT-like model (Reimers and Gurevych 2019)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from transformers import AutoModel

from models.batches import micro_batches, no_report
from models.loading import load_model, load_tokenizer
from models.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from models.batches import Report
    from models.store import ModelCard, ModelFiles


class Encoder:
    """Sentence embeddings. Not safe for use by several threads at once."""

    def __init__(
        self,
        files: ModelFiles,
        report: Report = no_report,
        precision: Precision = Precision.FLOAT32,
    ) -> None:
        """Load the model, which tells of every batch that it reads.

        Raises:
            ModelFilesDamaged: The files do not make a whole model.
        """
        # The pooler belongs to another task; mean pooling does not run it, so it may be absent.
        self._model = load_model(AutoModel, files, precision, unused=r"pooler\..*")
        self._tokenizer = load_tokenizer(files)
        self._max_tokens = files.manifest.limits.max_input_tokens
        self._card, self._report = replace(files.card, precision=precision.value), report

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        return self._card

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.config.hidden_size)

    def encode(self, texts: Sequence[str], check: Callable[[], None]) -> NDArray[np.float32]:
        """Return one unit vector a text, of its first ``max_input_tokens`` tokens.

        Args:
            texts: Any number of texts.
            check: Called before every micro-batch; what it raises ends the work.

        Returns:
            Unit rows in the order of the texts. Shape: ``(len(texts), dimensions)``.
        """
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        # Articles quote each other, and copies are articles, too: each distinct text is read once.
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        tokens = self._tokenizer(list(places), truncation=True, max_length=self._max_tokens)["input_ids"]
        vectors = np.empty((len(places), self.dimensions), np.float32)
        for rows in micro_batches([len(row) for row in tokens], self._report):
            check()
            vectors[rows] = self._embed([tokens[row] for row in rows])
        return vectors[[places[text] for text in texts]]

    @torch.inference_mode()
    def _embed(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        batch = self._tokenizer.pad({"input_ids": tokens}, return_tensors="pt")
        hidden = self._model(**batch).last_hidden_state
        return pool(hidden, batch["attention_mask"]).numpy()


def pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean of the unmasked states, scaled to unit length.

    Args:
        hidden: Shape: ``(batch, tokens, dimensions)``.
        mask: 1 where a token stands, 0 where padding does. Shape: ``(batch, tokens)``.

    Returns:
        Shape: ``(batch, dimensions)``.
    """
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
    return torch.nn.functional.normalize(mean, dim=1)
