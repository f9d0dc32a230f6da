"""What a time depends on besides the code: the machine, and how it is used."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from bench.neural import settings
from bench.rows import signature
from service.version import VERSION

_DIGEST = 12


def signed(repetitions: int, **more: object) -> str:
    """Return the signature of a record.

    Args:
        repetitions: The most of any row; the rows tell their own.
        more: Whatever else shapes the figures.
    """
    return signature(
        version=VERSION,
        settings=settings().sha256[:_DIGEST],
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        cores=os.cpu_count(),
        cpu=cpu(),
        repetitions=repetitions,
        **more,
    )


def cpu() -> str:
    """Return what the processor calls itself."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"
