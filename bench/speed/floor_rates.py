"""What this machine can do at best: arithmetic and memory, as torch reaches them."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from bench.speed.timing import seconds_of

_SIZES = (512, 1024, 2048)
_REPETITIONS = 7
# Four hundred megabytes, as much as the drafter's layers: more than any cache holds.
_NUMBERS = 100_000_000
_FLOAT_BYTES = 4


@dataclass(frozen=True, slots=True)
class Rates:
    """The best that was measured.

    Attributes:
        operations: Floating point operations a second, of products of square matrices.
        bytes: Bytes read a second, of the sum of a large float32 array.
    """

    operations: float
    bytes: float

    def best(self, other: Rates) -> Rates:
        """Return the better of two measurements, rate by rate."""
        return Rates(max(self.operations, other.operations), max(self.bytes, other.bytes))


@torch.inference_mode()
def measure(dtype: torch.dtype) -> Rates:
    """Measure both rates, that of products for numbers of a type; takes seconds."""
    return Rates(max(_product_rate(size, dtype) for size in _SIZES), _read_rate())


def _product_rate(size: int, dtype: torch.dtype) -> float:
    one, other = torch.rand(size, size).to(dtype), torch.rand(size, size).to(dtype)
    torch.mm(one, other)
    seconds = min(seconds_of(lambda: torch.mm(one, other)) for _ in range(_REPETITIONS))
    return 2 * size**3 / seconds


def _read_rate() -> float:
    numbers = torch.ones(_NUMBERS)
    numbers.sum()
    return _NUMBERS * _FLOAT_BYTES / min(seconds_of(numbers.sum) for _ in range(_REPETITIONS))
