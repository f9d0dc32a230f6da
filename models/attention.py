"""Attention of rows that stand in one sequence, one after another: each token sees its own row only.

All other layers of a model work token by token. They need not know where a row ends, and so read any rows at
once with nothing padded. Attention goes row by row, with the keys and values of that row alone, so that what
comes out for a row is the same whatever stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedModel

_NAME = "row-by-row"
# Where configurations tell how each layer mixes tokens, and the ways that are done here: no recurrent ones.
_LAYER_KINDS = ("layer_types", "layers_block_type", "block_types")
_PLAIN_LAYERS = frozenset({"full_attention", "sliding_attention", "attention"})


@dataclass(slots=True)
class Memory:
    """Keys and values of what a model has read of one row.

    Attributes:
        length: How many tokens count. What was read after them is forgotten when the row goes on.
    """

    length: int = 0
    _layers: dict[int, tuple[torch.Tensor, torch.Tensor]] = field(default_factory=dict)

    def copy(self, length: int) -> Memory:
        """Return a memory of the first tokens, which goes on by itself."""
        return Memory(length, dict(self._layers))

    def add(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Remember keys and values of new tokens, and return them after those that count.

        Args:
            layer: Number of the layer.
            keys: Shape: ``(heads, tokens, size)``.
            values: Shape: ``(heads, tokens, size)``.
        """
        if layer in self._layers:
            old_keys, old_values = self._layers[layer]
            keys = torch.cat([old_keys[:, : self.length], keys], dim=1)
            values = torch.cat([old_values[:, : self.length], values], dim=1)
        self._layers[layer] = keys, values
        return keys, values


class Part:
    """What is read of one row in one step."""

    def __init__(self, memory: Memory, tokens: Sequence[int], wanted: int) -> None:
        """Let tokens follow those that count in a memory.

        Args:
            memory: Of the row.
            tokens: At least one.
            wanted: For how many of them, from the last one back, the scores of what follows are wanted.
        """
        before, after = memory.length, memory.length + len(tokens)
        self.memory, self.tokens, self.wanted = memory, tokens, wanted
        self.positions = range(before, after)
        self._seen = torch.ones(len(tokens), after, dtype=torch.bool).tril(before)

    def attend(
        self, layer: int, query: torch.Tensor, projected: Sequence[torch.Tensor], scale: float | None
    ) -> torch.Tensor:
        """Let the tokens see those before them.

        Where several heads of the query share one key (Ainslie et al., 2023, "GQA"), they are laid one after
        another as if they were more tokens, so that no key is copied.

        Args:
            layer: Number of the layer.
            query: Shape: ``(heads, tokens, size)``.
            projected: Keys and values of the tokens. Shape of each: ``(key heads, tokens, size)``.
            scale: Of the products of queries and keys.

        Returns:
            Shape: ``(heads, tokens, size)``.
        """
        keys, values = self.memory.add(layer, *projected)
        sharing = len(query) // len(keys)
        out = scaled_dot_product_attention(
            query.reshape(1, len(keys), -1, query.shape[-1]),
            keys[None],
            values[None],
            attn_mask=self._seen.repeat(sharing, 1),
            scale=scale,
        )
        return out.reshape(len(query), len(self.tokens), -1)


def fits(model: PreTrainedModel, positions: int) -> bool:
    """Tell whether a model leaves its attention to others: plain, to all of so many tokens before."""
    config = model.config
    window = getattr(config, "sliding_window", None)
    layers = {kind for key in _LAYER_KINDS for kind in getattr(config, key, None) or ()}
    is_capped = getattr(config, "attn_logit_softcapping", None) is not None
    has_sinks = any(name.endswith("sinks") for name, _ in model.named_parameters())
    is_plain = layers <= _PLAIN_LAYERS and not is_capped and not has_sinks
    leaves_it = model._supports_attention_backend  # noqa: SLF001  there is no other way to ask
    return leaves_it and is_plain and (window is None or window >= positions)


def prepare(model: PreTrainedModel) -> None:
    """Let the attention of a model go row by row. From then on it can only be run by :func:`read`."""
    model.set_attn_implementation(_NAME)


def read(model: PreTrainedModel, parts: Sequence[Part]) -> tuple[torch.Tensor, ...]:
    """Read some tokens of each row, all in one step.

    Returns:
        Scores for each part. Shape of each: ``(wanted, vocabulary)``.
    """
    ends = torch.tensor([len(part.tokens) for part in parts]).cumsum(0)
    wanted = [torch.arange(end - part.wanted, end) for part, end in zip(parts, ends.tolist(), strict=True)]
    scores: torch.Tensor = model(
        input_ids=torch.tensor([[*chain.from_iterable(part.tokens for part in parts)]]),
        position_ids=torch.tensor([[*chain.from_iterable(part.positions for part in parts)]]),
        logits_to_keep=torch.cat(wanted),
        use_cache=False,
        parts=parts,
    ).logits
    return torch.split(scores[0], [part.wanted for part in parts])


def _attend(
    module: torch.nn.Module,
    *projected: torch.Tensor,
    parts: Sequence[Part],
    scaling: float | None = None,
    **_options: object,
) -> tuple[torch.Tensor, None]:
    """Do as an attention function of transformers, which hands on the parts.

    Args:
        module: The layer.
        projected: Queries, keys and values, of one sequence, and a mask that is not needed.
            Shape of each: ``(1, heads, tokens, size)``.
        parts: What the sequence is made of.
        scaling: Of the products of queries and keys.
        _options: What other ways of attention need.
    """
    lengths = [len(part.tokens) for part in parts]
    queries, keys, values = (torch.split(each[0], lengths, dim=1) for each in projected[:3])
    rows = zip(parts, queries, keys, values, strict=True)
    layer: int = module.layer_idx  # type: ignore[assignment]
    out = [part.attend(layer, query, own, scaling) for part, query, *own in rows]
    return torch.cat(out, dim=1).transpose(0, 1)[None], None


AttentionInterface.register(_NAME, _attend)
