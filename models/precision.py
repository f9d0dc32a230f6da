"""How the weights of a model are used: as they are, or in fewer bits, where that is faster."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from models import bfloat16, int8
from models.manifest import Role

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Precision(StrEnum):
    """How the weights of a model are used."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"


def fastest(role: Role) -> Precision:
    """Return what is fastest on this machine for a role, of what does it no harm.

    The vectors of an encoder are compared with each other, for which bytes are too coarse.
    """
    if role is Role.ENCODER:
        return Precision.BFLOAT16 if bfloat16.is_supported() else Precision.FLOAT32
    return Precision.INT8 if int8.is_supported() else Precision.FLOAT32


def apply(model: PreTrainedModel, precision: Precision) -> None:
    """Use a model's weights so, in place."""
    if precision is Precision.INT8:
        int8.quantize(model)
    elif precision is Precision.BFLOAT16:
        bfloat16.shorten(model)
