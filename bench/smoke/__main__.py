"""Starts the real server with the real models, sends it five real articles, and judges the answer.

Exits with 1 if a promise is broken or a figure is beyond its floor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bench import server
from bench.corpora import seeds
from bench.measures.repetition import repeated
from bench.smoke import judge
from bench.smoke.calls import Caller, timed
from bench.smoke.figures import Figure, Outcome, at_most, promise, table, told
from models import manifest, store
from models.encoder import Encoder
from newsweave.v1 import newsweave_pb2 as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceStub
from service.render import terminal
from service.settings import Settings

if TYPE_CHECKING:
    from bench.corpora.seeds import ArticleCluster
    from bench.smoke.calls import Streamed

_ROOT = Path(__file__).resolve().parents[2]
_CLUSTER = _ROOT / "seeds" / "pyongyang-2024"
_GIBIBYTE = 2**30
_WIDTH = 110


def main() -> None:
    """Run on the cluster whose folder is the argument, or on the seeds."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _CLUSTER
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    summary, figures = _serve_and_measure(seeds.load(folder), console)
    console.print("asking the same model directly, all articles in one prompt ...", style="dim")
    direct = _ask_directly(folder)
    console.print(Panel(Text(direct["text"].strip()), title="The same model, asked directly", padding=(1, 2)))
    console.print(Panel(terminal.render(summary), title="The summary", padding=(1, 2)))
    console.print(table([*figures, *_comparison(direct)]))
    failed = [figure.name for figure in figures if figure.outcome is Outcome.FAILED]
    verdict = f"FAILED: {'; '.join(failed)}" if failed else "Every promise was kept, and every floor."
    console.print(verdict, style="bold")
    sys.exit(1 if failed else 0)


def _serve_and_measure(cluster: ArticleCluster, console: Console) -> tuple[pb.Summary, list[Figure]]:
    console.print("starting the server ...", style="dim")
    with server.running() as process:
        console.print(f"sending it the {len(cluster.texts)} articles of {cluster.name} ...", style="dim")
        summary, figures = measure(process, cluster)
        status = process.stop()
    stopped = promise("exit status after SIGTERM", str(status), "0", ["not a clean end"] if status else [])
    return summary, [*figures, judge.repetitions(_repetitions(summary)), stopped]


def measure(process: server.Server, cluster: ArticleCluster) -> tuple[pb.Summary, list[Figure]]:
    """Call the server in every way, and return the summary with all figures."""
    with grpc.insecure_channel(process.address) as channel:
        caller = Caller(SummarizerServiceStub(channel), cluster)
        cold = caller.unary()
        summary, seconds = timed(caller.unary)
        streamed = caller.streamed()
        share = streamed.first_sentence_seconds / streamed.seconds
        figures = [
            *_spans(caller, summary, cluster),
            *judge.promises(summary, cluster),
            _stream(streamed, summary),
            _batch(caller.batch(), summary),
            _same("the same bytes on a second run", cold, summary),
            _same("the same bytes while four other requests run", summary, caller.crowded()),
            *judge.qualities(summary, cluster),
            at_most("time, warm", seconds, 12, 40, " s"),
            at_most("share of the time until the first sentence", share, 0.5, 0.8),
            at_most("resident memory", process.resident_bytes() / _GIBIBYTE, 2, 3, " GiB"),
            at_most("start to SERVING", process.start_seconds, 15, 60, " s"),
        ]
    return summary, figures


def _spans(caller: Caller, summary: pb.Summary, cluster: ArticleCluster) -> list[Figure]:
    """Check the spans of the summary, which are code points, and of summaries in the other units."""
    in_bytes = caller.unary(pb.SummaryOptions(offset_encoding=pb.OFFSET_ENCODING_UTF8_BYTES))
    in_units = caller.unary(pb.SummaryOptions(offset_encoding=pb.OFFSET_ENCODING_UTF16_UNITS))
    return [
        judge.spans("code points", summary, cluster, pb.OFFSET_ENCODING_CODE_POINTS),
        judge.spans("UTF-8 bytes", in_bytes, cluster, pb.OFFSET_ENCODING_UTF8_BYTES),
        judge.spans("UTF-16 units", in_units, cluster, pb.OFFSET_ENCODING_UTF16_UNITS),
    ]


def _same(name: str, one: pb.Summary, other: pb.Summary) -> Figure:
    same = one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)
    return promise(name, "yes" if same else "no", "yes", [] if same else ["the bytes differ"])


def _stream(streamed: Streamed, summary: pb.Summary) -> Figure:
    faults = []
    if streamed.completed != [summary]:
        faults.append("it does not end in the unary summary, once")
    if streamed.sentences != list(summary.sentences):
        faults.append("its sentences are not those of the summary, in order")
    return promise("the stream tells the same", "no" if faults else "yes", "yes", faults)


def _batch(response: pb.BatchSummarizeResponse, summary: pb.Summary) -> Figure:
    outcomes = [(result.id, result.WhichOneof("outcome")) for result in response.results]
    faults = [] if outcomes == [("bad", "error"), ("good", "summary")] else [f"it brought {outcomes}"]
    if not faults and response.results[1].summary != summary:
        faults.append("its summary is not the unary one")
    return promise("a batch with a bad item brings the good one", "no" if faults else "yes", "yes", faults)


def _repetitions(summary: pb.Summary) -> list[tuple[str, str]]:
    settings = Settings.from_environment(os.environ)
    encoder = Encoder(store.locate(manifest.load(settings.encoder), settings.weights_dir))
    sentences = [sentence.text for sentence in summary.sentences]
    return repeated(sentences, encoder.encode(sentences, lambda: None))


def _ask_directly(folder: Path) -> dict[str, Any]:
    """Ask the drafter directly, in a process of its own."""
    command = [sys.executable, "-m", "bench.smoke.direct", str(folder.resolve())]
    written = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    answer: dict[str, Any] = json.loads(written)
    return answer


def _comparison(direct: dict[str, Any]) -> list[Figure]:
    of_all = f"of {direct['sentences']}"
    return [
        told("asked directly: time", f"{direct['seconds']:.1f} s"),
        told("asked directly: words", str(direct["words"])),
        told("asked directly: key facts", str(direct["key_facts"])),
        told("asked directly: sentences said before", f"{direct['sentences_said_again']} {of_all}"),
        told(
            "asked directly: sentences with a name or number that stands in no article",
            f"{direct['sentences_with_invention']} {of_all}",
        ),
    ]


if __name__ == "__main__":
    main()
