"""The comparison: the base of the drafter, asked directly with all articles in one prompt.

Run as a program it prints one JSON object on stdout. It is a process of its own, so that its memory
and its threads are not those of the server.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.corpora import seeds
from bench.measures.specifics import foreign
from bench.systems.prompted import direct, load

if TYPE_CHECKING:
    from bench.corpora.seeds import ArticleCluster
    from bench.systems.output import Output


def ask(cluster: ArticleCluster) -> tuple[Output, float]:
    """Return what the model writes about the whole cluster, and the seconds that it took."""
    load()
    start = time.monotonic()
    output = direct(cluster.to_summarize())
    return output, time.monotonic() - start


def report(cluster: ArticleCluster, output: Output, seconds: float) -> dict[str, object]:
    """Tell what is wrong with a summary that nothing checked."""
    sentences = [sentence.text for sentence in output.said]
    corpus = "\n".join(cluster.texts.values())
    invented = [sentence for sentence in sentences if foreign(sentence, [corpus], corpus)]
    return {
        "seconds": seconds,
        "sentences": len(sentences),
        "sentences_said_again": len(sentences) - len(set(sentences)),
        "sentences_with_invention": len(invented),
        "key_facts": len(cluster.expectations.found(output.text)),
        "words": len(output.text.split()),
        "text": output.text,
    }


def main() -> None:
    """Ask about the cluster whose folder is the only argument."""
    cluster = seeds.load(Path(sys.argv[1]))
    print(json.dumps(report(cluster, *ask(cluster)), ensure_ascii=False))


if __name__ == "__main__":
    main()
