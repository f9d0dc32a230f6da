"""Linear layers in 8-bit whole numbers: a quarter of the memory, and a few times the speed.

Weights have one scale an output channel, and are rounded once. What comes in has one scale a row, that is a
token, from its least to its most, and is rounded as it comes (vector-wise quantisation: Dettmers et al. 2022,
"LLM.int8()", section 2.1; the range as in Jacob et al. 2018, "Quantization and Training of Neural Networks").
One scale a batch, as in torch's own dynamic quantisation, would be a little faster, but would let a text
change what comes out for the texts beside it. Sums of whole numbers are exact, in whatever order they are
made, so that these layers give the same for a row wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from transformers import PreTrainedModel

# Layers of one block that read the same rows, by the names that transformers gives them.
_BESIDE = (("q_proj", "k_proj", "v_proj"), ("query", "key", "value"), ("gate_proj", "up_proj"))
# Processors multiply unsigned bytes, which come in, by signed ones, the weights.
_MOST_BYTE, _MOST_WEIGHT = 255, 127
# A processor without VNNI adds two products in 16 bits, where 2 x 255 x 64 still has room.
_MOST_WEIGHT_WITHOUT_VNNI = 64
_LEAST = 1e-8


def is_supported() -> bool:
    """Return whether this processor, and torch as it was built, multiply bytes fast."""
    here = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return bool(here and torch.cpu._is_avx2_supported())  # noqa: SLF001


def quantize(model: PreTrainedModel) -> None:
    """Replace every linear layer of a model, in place; what is no linear layer stays as it is."""
    # A decoder that looks at an encoder reads rows of both with the layers of one block.
    known = () if model.config.is_encoder_decoder else _BESIDE
    for parent in tuple(model.modules()):
        layers = {name: child for name, child in parent.named_children() if type(child) is nn.Linear}
        for names in _together(layers, known):
            for name, layer in zip(names, _replaced([layers[name] for name in names]), strict=True):
                setattr(parent, name, layer)


def _together(layers: Mapping[str, nn.Linear], known: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Group the names of the layers of a block: those that are known to read the same rows go together."""
    beside = [names for names in known if all(name in layers for name in names)]
    yield from beside
    yield from ([name] for name in layers if not any(name in names for names in beside))


def _replaced(layers: Sequence[nn.Linear]) -> list[nn.Module]:
    one = Int8Linear(torch.cat([layer.weight.detach() for layer in layers]), _bias(layers))
    if len(layers) == 1:
        return [one]
    shared = _Shared(one, [layer.out_features for layer in layers])
    return [_Part(shared, index) for index in range(len(layers))]


def _bias(layers: Sequence[nn.Linear]) -> torch.Tensor | None:
    biases = [dict(layer.named_parameters()).get("bias") for layer in layers]
    if all(bias is None for bias in biases):
        return None
    return torch.cat(
        [
            torch.zeros(layer.out_features) if bias is None else bias.detach()
            for layer, bias in zip(layers, biases, strict=True)
        ]
    )


class Int8Linear(nn.Module):
    """A linear layer with rounded weights, for inference."""

    weight = None  # some models ask what it is made of before they read it

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        """Round the weights.

        Args:
            weight: Shape: ``(outputs, inputs)``.
            bias: Shape: ``(outputs,)``.
        """
        super().__init__()
        most = _MOST_WEIGHT if torch.cpu._is_vnni_supported() else _MOST_WEIGHT_WITHOUT_VNNI  # noqa: SLF001
        self._scales = weight.abs().amax(dim=1).clamp(min=_LEAST) / most
        rounded = (weight / self._scales[:, None]).round().to(torch.int8)
        self._weight = torch.ops.onednn.qlinear_prepack(rounded, None)
        # What comes out where every byte that comes in stands for one.
        self._sums = rounded.sum(dim=1) * self._scales
        self._zeros = torch.zeros(len(rounded), dtype=torch.int32)
        self._bias = bias

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Shape: ``(..., inputs)`` -> ``(..., outputs)``, in float32."""
        least = rows.amin(dim=-1, keepdim=True)
        scales = (rows.amax(dim=-1, keepdim=True) - least).clamp_(min=_LEAST).div_(_MOST_BYTE)
        rounded = ((rows - least) / scales).round_().to(torch.uint8)
        products: torch.Tensor = torch.ops.onednn.qlinear_pointwise(
            rounded, 1.0, 0, self._weight, self._scales, self._zeros,
            None, 1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        products.mul_(scales).addcmul_(least, self._sums)
        return products if self._bias is None else products.add_(self._bias)


class _Shared:
    """One layer that stands for several, which are asked for the same rows one after another."""

    def __init__(self, layer: Int8Linear, sizes: Sequence[int]) -> None:
        self._layer, self._sizes = layer, list(sizes)
        self._rows: torch.Tensor | None = None
        self._products: Sequence[torch.Tensor] = ()

    def part(self, rows: torch.Tensor, index: int) -> torch.Tensor:
        """Return what comes out of one of the layers."""
        if index == 0 or rows is not self._rows:
            self._rows, self._products = rows, self._layer(rows).split(self._sizes, dim=-1)
        part = self._products[index]
        if index == len(self._sizes) - 1:
            self._rows, self._products = None, ()
        return part


class _Part(nn.Module):
    def __init__(self, shared: _Shared, index: int) -> None:
        super().__init__()
        self._shared, self._index = shared, index

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self._shared.part(rows, self._index)
