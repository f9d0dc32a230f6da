from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.corpora.clusters import Cluster, Text
from bench.quality.outputs import outputs
from bench.systems.catalogue import System
from bench.systems.output import Cited, Output, Said

if TYPE_CHECKING:
    from pathlib import Path

CLUSTERS = [Cluster(name, (Text("a", f"Text of {name}."),), 25) for name in ("one", "two", "three")]


@dataclass
class Counting:
    asked: list[str] = field(default_factory=list)

    def __call__(self, cluster: Cluster) -> Output:
        self.asked.append(cluster.id)
        said = Said(f"About {cluster.id}.", (Cited("a", 0, 4, "Text"),), fused=True)
        return Output((said,), ("number, extracted",))


def system(summarize: Counting, version: str = "version:1", code: str = "code") -> System:
    return System("counting", summarize, version, code)


def run(summarize: Counting, folder: Path, version: str = "version:1", code: str = "code") -> list[Output]:
    return list(outputs(system(summarize, version, code), "corpus", CLUSTERS, folder))


def test_a_second_run_reads_what_the_first_wrote(tmp_path: Path) -> None:
    summarize = Counting()
    first = run(summarize, tmp_path)

    assert run(summarize, tmp_path) == first
    assert summarize.asked == ["one", "two", "three"]


def test_a_run_that_was_ended_goes_on_where_it_stopped(tmp_path: Path) -> None:
    summarize = Counting()
    running = outputs(system(summarize), "corpus", CLUSTERS, tmp_path)
    next(running)
    next(running)
    running.close()
    file = next(tmp_path.rglob("*.jsonl"))
    file.write_text(file.read_text()[:-10])  # the second line was cut short

    assert [output.text for output in run(summarize, tmp_path)] == [
        "About one.",
        "About two.",
        "About three.",
    ]
    assert summarize.asked == ["one", "two", "two", "three"]


def test_another_version_or_other_code_is_asked_anew(tmp_path: Path) -> None:
    summarize = Counting()
    run(summarize, tmp_path)
    run(summarize, tmp_path, version="version:2")
    run(summarize, tmp_path, code="other")

    assert len(summarize.asked) == 9
