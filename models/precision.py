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
    """Use the weights of a model's linear layers so, in place; all else stays as it is."""
    if precision is Precision.FLOAT32:
        return
    for parent in tuple(model.modules()):
        for name, child in tuple(parent.named_children()):
            if type(child) is nn.Linear:
                setattr(parent, name, Bfloat16Linear(child))
    # As long as one of them stands there, all of the file of float32 weights is held in memory.
    for parameter in model.parameters():
        parameter.data = parameter.data.clone()


class Bfloat16Linear(nn.Module):
    """A linear layer with short weights, for inference."""

    def __init__(self, layer: nn.Linear) -> None:
        """Shorten the weights of a layer; its bias stays as it is."""
        super().__init__()
        self.weight = nn.Parameter(layer.weight.detach().bfloat16(), requires_grad=False)
        self.bias = dict(layer.named_parameters()).get("bias")

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``, in float32."""
        products = nn.functional.linear(rows.bfloat16(), self.weight).float()
        return products if self.bias is None else products.add_(self.bias)
