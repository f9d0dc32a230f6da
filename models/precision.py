"""How the weights of a model are used."""

from __future__ import annotations

from enum import StrEnum

from models import int8
from models.errors import PrecisionUnsupported

AUTO = "auto"


class Precision(StrEnum):
    """How the weights of a model are used."""

    FLOAT32 = "float32"
    INT8 = "int8"


def chosen(name: str) -> Precision:
    """Return the precision of a name; ``auto`` is the fastest that this machine has.

    Raises:
        PrecisionUnsupported: This machine does not have it.
    """
    if name == AUTO:
        return Precision.INT8 if int8.is_supported() else Precision.FLOAT32
    precision = Precision(name)
    if precision is Precision.INT8 and not int8.is_supported():
        message = "int8 needs a processor with AVX2, and torch with oneDNN; float32 runs everywhere"
        raise PrecisionUnsupported(message)
    return precision
