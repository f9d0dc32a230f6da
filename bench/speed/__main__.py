"""Measures speed, writes a file a part to ``bench/results``, and prints a table a part.

    python -m bench.speed [--part NAME] [--quick]

A quick run measures everything once and small, and writes to ``bench/.cache/quick``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time

from rich.console import Console

from bench.corpora.shared import CorpusMissing

PARTS = ("stages", "peers", "redundancy", "load", "floor", "costs", "pile")
_WIDTH = 140


def main() -> None:
    """Measure the part that the arguments name, or all of them."""
    arguments = _arguments()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    for name in [arguments.part] if arguments.part else PARTS:
        try:
            _measure(name, console, quick=arguments.quick)
        except CorpusMissing as missing:
            console.print(f"skipped {name}: {missing}", style="yellow")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.speed", description="Measure speed, memory and load.")
    parser.add_argument("--part", choices=PARTS, help="one part only")
    parser.add_argument("--quick", action="store_true", help="once and small, to see that all works")
    return parser.parse_args()


def _measure(name: str, console: Console, *, quick: bool) -> None:
    part, records = (importlib.import_module(f"bench.speed.{module}") for module in (name, "records"))
    start = time.perf_counter()
    record = part.measure(quick=quick, tell=lambda text: console.print(f"{name}: {text}", style="dim"))
    path = records.save(record)
    console.print(part.table(record))
    console.print(record.about)
    console.print(record.signature, style="dim")
    console.print(f"{path}, after {time.perf_counter() - start:.0f} s", style="dim")


if __name__ == "__main__":
    main()
