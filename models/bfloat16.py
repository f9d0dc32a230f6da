"""Linear layers that read and write 16-bit floating-point numbers, and add up 32-bit ones.

These have the range of float32 and 8 bits of its fraction. Processors with AVX512-BF16 or AMX multiply them
about twice as fast; on others they are slower than float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def is_supported() -> bool:
    """Return whether this processor multiplies such numbers."""
    return torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001


def shorten(model: PreTrainedModel) -> None:
    """Replace every linear layer of a model, in place; what is no linear layer stays as it is."""
    for parent in tuple(model.modules()):
        for name, child in tuple(parent.named_children()):
            if type(child) is nn.Linear:
                setattr(parent, name, Bfloat16Linear(child))


class Bfloat16Linear(nn.Module):
    """A linear layer with short weights, for inference."""

    def __init__(self, layer: nn.Linear) -> None:
        """Shorten the weights of a layer; its bias stays as it is."""
        super().__init__()
        self._weight = layer.weight.detach().bfloat16()
        self._bias = dict(layer.named_parameters()).get("bias")

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``, in float32."""
        products = nn.functional.linear(rows.bfloat16(), self._weight).float()
        return products if self._bias is None else products.add_(self._bias)
