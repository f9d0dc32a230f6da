"""How the weights of a model are used: as they are, or in half the bits, where that is faster.

bfloat16 has the range of float32 and 8 bits of its fraction. Processors with AVX512-BF16 or AMX multiply such
numbers a few times faster, adding up 32-bit ones; on others they are slower than float32.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Precision(StrEnum):
    """How the weights of a model are used."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


def fastest() -> Precision:
    """Return what is fastest on this machine."""
    here = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001  there is no other way to ask
    return Precision.BFLOAT16 if here else Precision.FLOAT32


def apply(model: PreTrainedModel, precision: Precision) -> None:
    """Use the weights of a model's linear layers and of its words so, in place; all else stays as it is."""
    if precision is Precision.FLOAT32:
        return
    shortened = _Shortened()
    words = model.get_input_embeddings().weight
    for parent in tuple(model.modules()):
        for name, child in tuple(parent.named_children()):
            if type(child) is nn.Linear:
                setattr(parent, name, Bfloat16Linear(shortened.of(child.weight), child.bias))
            elif type(child) is nn.Embedding and child.weight is words:
                setattr(parent, name, Bfloat16Embedding(shortened.of(child.weight)))
    # As long as one of them stands there, all of the file of float32 weights is held in memory.
    for parameter in model.parameters():
        parameter.data = parameter.data.clone()


class _Shortened:
    """Short weights, one for layers that share theirs: most drafters write with the vectors they read."""

    def __init__(self) -> None:
        self._known: dict[torch.Tensor, nn.Parameter] = {}

    def of(self, weight: torch.Tensor) -> nn.Parameter:
        """Return weights in half the bits."""
        if weight not in self._known:
            self._known[weight] = nn.Parameter(weight.detach().bfloat16(), requires_grad=False)
        return self._known[weight]


class Bfloat16Linear(nn.Module):
    """A linear layer with short weights, for inference."""

    def __init__(self, weight: nn.Parameter, bias: nn.Parameter | None) -> None:
        """Take short weights, of shape ``(outputs, inputs)``, and a bias in float32."""
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``, in float32."""
        products = nn.functional.linear(rows.bfloat16(), self.weight).float()
        return products if self.bias is None else products.add_(self.bias)


class Bfloat16Embedding(nn.Module):
    """Short vectors of words, for inference."""

    def __init__(self, weight: nn.Parameter) -> None:
        """Take vectors, of shape ``(words, size)``."""
        super().__init__()
        self.weight = weight

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Shape: ``(...)`` -> ``(..., size)``, in float32."""
        return nn.functional.embedding(words, self.weight).float()
