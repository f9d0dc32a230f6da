"""One filter on so many sentences, in a process of its own, so that its memory can be told.

    python -m bench.speed.redundancy_child FILTER COUNT TEXTS VECTORS

Prints seconds, the growth of the resident memory at its peak, and how many groups are left, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from bench.speed.filters import FILTERS

# Linux: the peak of a process since it was last reset (proc(5), "clear_refs"). That of getrusage would not
# do: there a child inherits the peak of the process that started it.
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_KIBIBYTE = 1024
_WARM = 50


def main() -> None:
    """Measure what the arguments name."""
    name, count, texts_file, vectors_file = sys.argv[1:]
    texts = json.loads(Path(texts_file).read_bytes())[: int(count)]
    vectors = np.load(vectors_file)[: int(count)].copy()
    FILTERS[name](texts[:_WARM], vectors[:_WARM])
    reset_peak()
    before, start = resident_bytes("VmRSS"), time.perf_counter()
    groups = FILTERS[name](texts, vectors)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "bytes": resident_bytes("VmHWM") - before, "groups": groups}))


def reset_peak() -> None:
    """Let the peak begin at what is resident now."""
    _RESET.write_text("5", "ascii")


def resident_bytes(field: str) -> int:
    """Return what the kernel tells of this process: ``VmRSS`` for now, ``VmHWM`` for the peak."""
    lines = _STATUS.read_text("ascii").splitlines()
    (line,) = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) * _KIBIBYTE


if __name__ == "__main__":
    main()
