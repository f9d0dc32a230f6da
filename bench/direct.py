"""The comparison: the same model, asked directly with all articles in one prompt.

Run as a program it prints one JSON object on stdout. It is a process of its own, so that its memory
and its threads are not those of the server.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transformers import AutoModelForCausalLM

from bench import cluster as clusters
from bench.specifics import foreign
from models import manifest, store
from models.loading import load_model, load_tokenizer
from service.settings import Settings

if TYPE_CHECKING:
    from bench.cluster import ArticleCluster

_WORDS = 200
_TOKENS_A_WORD = 1.5
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")


def ask(cluster: ArticleCluster, settings: Settings) -> tuple[str, float]:
    """Return what the model writes about the whole cluster, greedily, and the seconds that it took."""
    files = store.locate(manifest.load(settings.drafter), settings.weights_dir)
    model: Any = load_model(AutoModelForCausalLM, files)
    tokenizer: Any = load_tokenizer(files)
    prompt = tokenizer.apply_chat_template(
        _conversation(cluster), add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    start = time.monotonic()
    output = model.generate(**prompt, do_sample=False, max_new_tokens=int(_WORDS * _TOKENS_A_WORD))
    seconds = time.monotonic() - start
    written = output[0][prompt["input_ids"].shape[1] :]
    return str(tokenizer.decode(written, skip_special_tokens=True)), seconds


def _conversation(cluster: ArticleCluster) -> list[dict[str, str]]:
    articles = "\n\n".join(
        f"Article {number}:\n{text}" for number, text in enumerate(cluster.texts.values(), 1)
    )
    request = f"Summarize these {len(cluster.texts)} news articles in {_WORDS} words.\n\n{articles}"
    return [{"role": "user", "content": request}]


def report(cluster: ArticleCluster, text: str, seconds: float) -> dict[str, object]:
    """Tell what is wrong with a summary that nothing checked."""
    sentences = [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]
    corpus = "\n".join(cluster.texts.values())
    invented = [sentence for sentence in sentences if foreign(sentence, [corpus], corpus)]
    return {
        "seconds": seconds,
        "sentences": len(sentences),
        "sentences_said_again": len(sentences) - len(set(sentences)),
        "sentences_with_invention": len(invented),
        "key_facts": len(cluster.expectations.found(text)),
        "words": len(text.split()),
        "text": text,
    }


def main() -> None:
    """Ask about the cluster whose folder is the only argument."""
    cluster = clusters.load(Path(sys.argv[1]))
    text, seconds = ask(cluster, Settings.from_environment(os.environ))
    print(json.dumps(report(cluster, text, seconds), ensure_ascii=False))


if __name__ == "__main__":
    main()
