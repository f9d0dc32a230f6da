"""Peers that ask a causal model for the whole summary: directly, and by map and reduce."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM, LogitsProcessorList
from transformers.generation.logits_process import RepetitionPenaltyLogitsProcessor

from bench import neural
from bench.systems.output import Output, Said
from bench.systems.sources import cleaned
from models.loading import load_model, load_tokenizer, quiet
from service.domain import Span
from service.language.words import word_count
from service.stages.split import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.corpora.clusters import Cluster

_TOKENS_A_WORD = 1.5
_PROMPT_TOKENS = 200
_ROWS = 8
# Without it the model says one sentence again and again: on eight clusters ROUGE-1 was 32.7 without and 38.8
# with it. It counts only what the model itself wrote, so that copying from the articles costs nothing.
_PENALTY = 1.1
_LEAST_WORDS = 50


def direct(cluster: Cluster) -> Output:
    """Put all articles into one prompt, each cut to an equal share of the context if they do not fit."""
    (text,) = load().summarize([_labelled(cluster)], cluster.words)
    return _output(text, cluster.words)


def map_reduce(cluster: Cluster) -> Output:
    """Summarize each article, then summarize the summaries: the usual chain for long input."""
    each = max(_LEAST_WORDS, cluster.words // 2)
    parts = load().summarize([[text] for text in _labelled(cluster)], each)
    (text,) = load().summarize([parts], cluster.words)
    return _output(text, cluster.words)


def _labelled(cluster: Cluster) -> list[str]:
    """Return each article under its title."""
    texts = zip(cluster.articles, cleaned(cluster), strict=True)
    return [f"{article.title}\n{text}".strip() for article, text in texts]


def _output(text: str, budget: int) -> Output:
    """Split what the model wrote, and keep the sentences up to the budget; the last one may be cut."""
    return Output(tuple(Said(sentence) for sentence in _cut(_sentences(text), budget)))


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield from (span.of(text) for span in sentence_spans(text, Span(start, start + len(line))))
        start += len(line)


def _cut(sentences: Iterator[str], budget: int) -> Iterator[str]:
    left = budget
    for sentence in sentences:
        if left <= 0:
            return
        yield sentence if word_count(sentence) <= left else " ".join(sentence.split()[:left])
        left -= word_count(sentence)


class Writer:
    """The drafter, asked in plain words; it decodes greedily."""

    def __init__(self) -> None:
        """Load the model."""
        files = neural.files(neural.PROMPTED)
        self._model: Any = load_model(AutoModelForCausalLM, files)
        self._tokenizer: Any = load_tokenizer(files)
        self._tokenizer.padding_side = "left"
        self._positions = int(self._model.config.max_position_embeddings)

    def summarize(self, groups: Sequence[Sequence[str]], words: int) -> list[str]:
        """Return what the model writes when asked for a summary, in so many words, of each group of texts.

        The groups are rows of padded batches, which on two cores takes less than half the time of one after
        the other. Guessing tokens from the prompt would not pay: little is copied.
        """
        written: list[str] = []
        for start in range(0, len(groups), _ROWS):
            written += self._write(groups[start : start + _ROWS], words)
        return written

    def _write(self, groups: Sequence[Sequence[str]], words: int) -> list[str]:
        output = int(words * _TOKENS_A_WORD)
        prompts = self._tokenizer.apply_chat_template(
            [_conversation(self._fitting(texts, output), words) for texts in groups],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
            padding=True,
        )
        start = prompts["input_ids"].shape[1]
        penalty = RepetitionPenaltyLogitsProcessor(_PENALTY, prompt_ignore_length=start)
        with torch.inference_mode(), quiet():
            rows = self._model.generate(
                **prompts,
                do_sample=False,
                max_new_tokens=output,
                logits_processor=LogitsProcessorList([penalty]),
            )
        texts: list[str] = self._tokenizer.batch_decode(rows[:, start:], skip_special_tokens=True)
        return texts

    def _fitting(self, texts: Sequence[str], output: int) -> list[str]:
        """Cut the longest texts to one length, so that all of them fit into the context."""
        rows = [self._tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
        cap = fair_share([len(row) for row in rows], self._positions - output - _PROMPT_TOKENS)
        return [
            text if len(row) <= cap else str(self._tokenizer.decode(row[:cap]))
            for text, row in zip(texts, rows, strict=True)
        ]


def fair_share(lengths: Sequence[int], room: int) -> int:
    """Return the length to which the longest must be cut so that all together take at most ``room``."""
    left = room
    for place, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - place)
        if length > share:
            return share
        left -= length
    return max(lengths, default=0)


@cache
def load() -> Writer:
    """Return the one writer of this process."""
    return Writer()


def _conversation(texts: Sequence[str], words: int) -> list[dict[str, str]]:
    return [{"role": "user", "content": _request(texts, words)}]


def _request(texts: Sequence[str], words: int) -> str:
    if len(texts) == 1:
        return f"Summarize this news article in {words} words.\n\n{texts[0]}"
    articles = "\n\n".join(f"Article {number}:\n{text}" for number, text in enumerate(texts, 1))
    return f"Summarize these {len(texts)} news articles in one text of {words} words.\n\n{articles}"
