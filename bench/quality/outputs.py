"""Summaries on disk, so that a long run can be resumed and figures be made anew without it.

They hold text of the data sets, so they are never committed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.systems.output import Cited, Output, Said

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from bench.corpora.clusters import Cluster
    from bench.systems.catalogue import System

KEPT = Path(__file__).resolve().parents[1] / ".cache"


def outputs(
    system: System, corpus: str, clusters: Sequence[Cluster], folder: Path = KEPT
) -> Generator[Output, None, None]:
    """Yield the output for each cluster: from disk if it is there, or else made, and kept."""
    path = folder / corpus / f"{system.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = _read(path)
    with path.open("a", encoding="utf-8") as file:
        for cluster in clusters:
            key = _key(system, cluster)
            if key not in known:
                known[key] = system.summarize(cluster)
                record = json.dumps({"key": key, "output": asdict(known[key])})
                # Lines begin with the break, so that a line which was cut short spoils no other.
                print(f"\n{record}", end="", file=file, flush=True)
            yield known[key]


def _read(path: Path) -> dict[str, Output]:
    if not path.is_file():
        return {}
    records = [_record(line) for line in path.read_text("utf-8").split("\n")]
    return {record["key"]: _output(record["output"]) for record in records if record}


def _record(line: str) -> dict[str, Any] | None:
    """Return a record, or None for a line that was being written when a run was ended."""
    try:
        record: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return record


def _key(system: System, cluster: Cluster) -> str:
    asked = json.dumps([system.signature, system.code, cluster.words, *map(asdict, cluster.articles)])
    return hashlib.sha256(asked.encode()).hexdigest()


def _output(raw: dict[str, Any]) -> Output:
    said = tuple(
        Said(item["text"], tuple(Cited(**cited) for cited in item["citations"]), item["fused"])
        for item in raw["said"]
    )
    return Output(said, tuple(raw["dropped"]))
