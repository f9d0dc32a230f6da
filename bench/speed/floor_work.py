"""The least that a transformer has to do for what goes through it: operations and bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.precision import Bfloat16Linear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from bench.speed.floor_counts import Pass


@dataclass(frozen=True, slots=True)
class Shape:
    """What the work for a token depends on.

    Attributes:
        parameters: Of all layers; without embeddings and what is not used, such as a pooler.
        output: Parameters of the output layer, or 0 without one.
        layers: How many there are.
        width: Query dimensions of all heads of a layer together.
        causal: Whether a token looks back only.
        parameter_bytes: Of each of them.
    """

    parameters: int
    output: int
    layers: int
    width: int
    causal: bool
    parameter_bytes: int

    def operations(self, done: Pass) -> float:
        """Return the operations of a forward pass, without padding.

        Two for each parameter and token (Kaplan et al., 2020, table 1), of the output layer for the positions
        that were scored; and four a layer and dimension for each token that a token looks at.
        """
        dense = 2.0 * (self.parameters * done.tokens + self.output * done.outputs)
        looks = sum(map(self._looks, done.lengths, done.past))
        return dense + 4.0 * self.layers * self.width * looks

    def bytes(self) -> int:
        """Return the bytes of weights that a pass reads, without embeddings, activations and caches."""
        return self.parameter_bytes * (self.parameters + self.output)

    def _looks(self, length: int, past: int) -> float:
        """Return how many pairs of tokens look at each other in a row."""
        return length * past + (length * (length + 1) / 2 if self.causal else length * length)


def shape_of(module: Any, *, causal: bool) -> Shape:  # noqa: ANN401 - any model of transformers
    """Return the shape of a model of transformers."""
    weights = {name: weight for name, weight in _weights(module) if not _is_aside(name)}
    output, config = module.get_output_embeddings(), module.config
    width = config.num_attention_heads * getattr(
        config, "head_dim", config.hidden_size // config.num_attention_heads
    )
    return Shape(
        sum(weight.numel() for weight in weights.values()),
        0 if output is None else output.weight.numel(),
        config.num_hidden_layers,
        width,
        causal,
        # Nearly all are those of its linear layers, which are all alike.
        min(weight.dtype.itemsize for weight in weights.values()),
    )


def _weights(module: Any) -> Iterator[tuple[str, torch.Tensor]]:  # noqa: ANN401 - as above
    """Yield all weights by name; those that are laid out for products are no parameters."""
    parameters = dict(module.named_parameters())
    yield from parameters.items()
    for name, layer in module.named_modules():
        if isinstance(layer, Bfloat16Linear) and f"{name}.weight" not in parameters:
            yield f"{name}.weight", layer.weight


def _is_aside(name: str) -> bool:
    return any(part in name for part in ("embed", "pooler", "lm_head"))


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One phase of a request: what it has to do, how long that takes at best, and how long it took.

    Attributes:
        phase: ``encode``, or ``draft``: prompts and words, which are read together.
        passes: Forward passes.
        tokens: Tokens that went in, without padding.
        padded_tokens: The same with padding.
        scored: Positions for which the output layer was asked.
        operations: Floating point operations that are needed.
        bytes: Bytes of weights that are read, once a pass.
        arithmetic_seconds: The operations at the machine's best rate.
        memory_seconds: The bytes at the machine's best rate.
        floor_seconds: The larger of the two for each pass, in all.
        forward_seconds: How long the forward passes took.
    """

    phase: str
    passes: int
    tokens: int
    padded_tokens: int
    scored: int
    operations: float
    bytes: int
    arithmetic_seconds: float
    memory_seconds: float
    floor_seconds: float
    forward_seconds: float


def phase(
    name: str, passes: Sequence[Pass], shape: Shape, operation_rate: float, byte_rate: float
) -> PhaseRow:
    """Return what passes had to do, at rates of operations and bytes a second."""
    operations = [shape.operations(done) for done in passes]
    read = shape.bytes() * len(passes)
    return PhaseRow(
        phase=name,
        passes=len(passes),
        tokens=sum(done.tokens for done in passes),
        padded_tokens=sum(done.padded for done in passes),
        scored=sum(done.outputs for done in passes),
        operations=sum(operations),
        bytes=read,
        arithmetic_seconds=sum(operations) / operation_rate,
        memory_seconds=read / byte_rate,
        floor_seconds=sum(max(each / operation_rate, shape.bytes() / byte_rate) for each in operations),
        forward_seconds=sum(done.seconds for done in passes),
    )
