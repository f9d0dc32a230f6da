"""From code points to the unit in which a caller counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.domain import OffsetEncoding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.domain import Span

# First code points that take 2, 3 and 4 bytes in UTF-8 (RFC 3629, section 3), and the first that takes
# two code units in UTF-16 (RFC 2781, section 2.1).
_UTF8_STEPS = (0x80, 0x800, 0x10000)
_UTF16_STEPS = (0x10000,)
_STEPS = {OffsetEncoding.UTF8_BYTES: _UTF8_STEPS, OffsetEncoding.UTF16_UNITS: _UTF16_STEPS}


class Offsets:
    """The offsets of one text in one unit."""

    def __init__(self, text: str, encoding: OffsetEncoding) -> None:
        """Count once; every span is then two look-ups."""
        steps = _STEPS.get(encoding)
        self._before = None if steps is None else _units_before(text, steps)

    def of(self, span: Span) -> tuple[int, int]:
        """Return start and end of a span of code points, in the unit."""
        if self._before is None:
            return span.start, span.end
        return int(self._before[span.start]), int(self._before[span.end])


def _units_before(text: str, steps: tuple[int, ...]) -> NDArray[np.int64]:
    """Return how many units stand before each code point. Shape: ``(len(text) + 1,)``."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = np.ones(len(points), dtype=np.int64)
    for step in steps:
        widths += points >= step
    return np.concatenate(([0], np.cumsum(widths)))
