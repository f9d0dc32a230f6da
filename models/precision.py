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

# For how many tokens at once the layout of weights is chosen: a step of drafts that are decoded together.
_ROWS = 32


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
    embedding = model.get_input_embeddings()
    # Those that are scaled as well are left alone.
    words = embedding.weight if type(embedding) is nn.Embedding else None
    shared = None if words is None else nn.Parameter(words.detach().bfloat16(), requires_grad=False)
    for parent in tuple(model.modules()):
        for name, child in tuple(parent.named_children()):
            if type(child) is nn.Linear:
                setattr(parent, name, Bfloat16Linear(child, shared if child.weight is words else None))
            elif shared is not None and type(child) is nn.Embedding and child.weight is words:
                setattr(parent, name, Bfloat16Embedding(shared))
    # As long as one of them stands there, all of the file of float32 weights is held in memory.
    for parameter in model.parameters():
        parameter.data = parameter.data.clone()


class Bfloat16Linear(nn.Module):
    """A linear layer with short weights, for inference.

    They are laid out once as oneDNN multiplies them, where it does; it would do so at every use otherwise.
    """

    def __init__(self, layer: nn.Linear, shared: nn.Parameter | None = None) -> None:
        """Shorten the weights of a layer; its bias stays as it is.

        Args:
            layer: The layer.
            shared: Its weights, already short, if another layer has them too. They are used as they are: laid
                out besides, those of all words would take as much memory again, and that is not worth it.
        """
        super().__init__()
        self.bias = dict(layer.named_parameters()).get("bias")
        self._is_laid_out = shared is None and _onednn_multiplies()
        short = layer.weight.detach().bfloat16() if shared is None else shared
        # Models ask for its type. What is laid out cannot be copied as parameters are.
        self.weight = _laid_out(short) if self._is_laid_out else short

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``, in float32."""
        multiply = _multiply_laid_out if self._is_laid_out else nn.functional.linear
        products = multiply(rows.bfloat16(), self.weight).float()
        return products if self.bias is None else products.add_(self.bias)


class Bfloat16Embedding(nn.Module):
    """Short vectors of words, for inference."""

    def __init__(self, vectors: nn.Parameter) -> None:
        """Take short vectors, of shape ``(words, size)``."""
        super().__init__()
        self.weight = vectors

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """Shape: ``(...)`` -> ``(..., size)``, in float32."""
        return nn.functional.embedding(words, self.weight).float()


def _onednn_multiplies() -> bool:
    is_there = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return bool(is_there and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001  as above


def _laid_out(weight: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)  # noqa: SLF001  else for compilers only
    return found


def _multiply_laid_out(rows: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    products: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, None, "none", [], "")  # noqa: SLF001  as above
    return products
