"""Sentences that state one claim -> one sentence, with a causal or a seq2seq model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    GenerationConfig,
    LogitsProcessorList,
    StoppingCriteriaList,
)

from models.attention import fits
from models.batches import no_report
from models.copying import Copying, Vocabulary
from models.decoding import Sentence, SentenceWritten, interruptible
from models.errors import ManifestError
from models.loading import load_model, load_tokenizer, quiet
from models.lookup import LookupDecoder, Row
from models.manifest import Architecture
from models.one_sentence import first_sentence, token_budget
from models.precision import Precision
from models.prompt import PromptEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from models.batches import Report
    from models.prompt import Request
    from models.store import ModelCard, ModelFiles

# So that memory is bounded, and a layer does not take long: whoever leaves is noticed before the next one.
_MOST_ROWS = 8


class Drafter:
    """The abstractive model, decoding greedily. Not safe for use by several threads at once."""

    def __init__(
        self,
        files: ModelFiles,
        report: Report = no_report,
        precision: Precision = Precision.FLOAT32,
    ) -> None:
        """Load the model, which tells of every draft that it writes.

        Raises:
            ModelFilesDamaged: The files do not make a whole model.
            ManifestError: The manifest does not say how to ask it, or asks for more than it takes.
        """
        self._causal = files.manifest.architecture is Architecture.CAUSAL
        self._limits, self._report = files.manifest.limits, report
        self._card = replace(files.card, precision=precision.value)
        self._tokenizer = load_tokenizer(files)
        self._prompt = PromptEncoder(self._tokenizer, files.manifest)
        self._vocabulary = Vocabulary(self._tokenizer)
        self._model = load_model(
            AutoModelForCausalLM if self._causal else AutoModelForSeq2SeqLM, files, precision
        )
        self._check_positions(files)
        # generate() takes from here what it is not told, so that the published habits must go from here.
        self._model.generation_config = _greedy(self._model, self._tokenizer, self._limits.lookup_tokens)
        self._ends = frozenset(self._model.generation_config.eos_token_id)
        self._decoder = self._lookup_decoder()

    @property
    def card(self) -> ModelCard:
        """The model's identity."""
        return self._card

    def draft(self, requests: Sequence[Request], check: Callable[[], None]) -> list[str]:
        """Return one draft a request, none of which depends on another.

        They are decoded together where the model allows it, else one after another, and with words guessed
        from their sources in either case. Names and numbers can only be those of the sources.

        Args:
            requests: Any number of them.
            check: Called before every layer of every decoding step; what it raises ends the work.

        Returns:
            One sentence each, in the order of the requests: at most one line, empty where nothing came out.
        """
        with torch.inference_mode(), interruptible(self._model, check), quiet():
            if not self._decoder:
                return [self._draft_alone(request) for request in requests]
            groups = [requests[start : start + _MOST_ROWS] for start in range(0, len(requests), _MOST_ROWS)]
            return [text for group in groups for text in self._draft_together(self._decoder, group)]

    def _draft_together(self, decoder: LookupDecoder, requests: Sequence[Request]) -> list[str]:
        rows = [
            Row(self._prompt.encode(each), self._prompt.sources(each), self._begin(each)) for each in requests
        ]
        decoder.decode(rows)
        read = sum(len(row.prompt) for row in rows)
        written = sum(len(row.draft.tokens) for row in rows)
        self._report(rows=len(rows), tokens=read, padded=read, written=written)
        texts = self._tokenizer.batch_decode([row.draft.tokens for row in rows], skip_special_tokens=True)
        return [first_sentence(text) for text in texts]

    def _begin(self, request: Request) -> Sentence:
        budget = token_budget(request.max_words, self._limits.max_output_tokens)
        rules = Copying(self._vocabulary, request.sources)
        return Sentence(rules, request.max_words, budget, self._ends)

    def _draft_alone(self, request: Request) -> str:
        tokens = self._prompt.encode(request)
        start = len(tokens) if self._causal else 1
        budget = token_budget(request.max_words, self._limits.max_output_tokens)
        rows = self._generate(
            input_ids=torch.tensor([tokens]),
            attention_mask=torch.ones(1, len(tokens), dtype=torch.long),
            max_new_tokens=budget,
            logits_processor=LogitsProcessorList([Copying(self._vocabulary, request.sources, start)]),
            stopping_criteria=StoppingCriteriaList(
                [SentenceWritten(self._tokenizer, start, request.max_words)]
            ),
        )
        self._report(rows=1, tokens=len(tokens), padded=len(tokens), written=rows.shape[1] - start)
        (text,) = self._tokenizer.batch_decode(rows[:, start : start + budget], skip_special_tokens=True)
        return first_sentence(text)

    def _generate(self, **options: Any) -> torch.Tensor:  # noqa: ANN401 - what generate takes
        rows: torch.Tensor = self._model.generate(**options)  # type: ignore[operator]
        return rows

    def _lookup_decoder(self) -> LookupDecoder | None:
        limits = self._limits
        if not self._causal or not fits(self._model, limits.max_input_tokens + limits.max_output_tokens):
            return None
        return LookupDecoder(self._model, self._prompt.opening(), limits.lookup_tokens)

    def _check_positions(self, files: ModelFiles) -> None:
        positions = getattr(self._model.config, "max_position_embeddings", None)
        output = self._limits.max_output_tokens if self._causal else 0
        if positions is not None and self._limits.max_input_tokens + output > positions:
            message = f"manifest {files.manifest.name}: its limits pass the model's {positions} positions"
            raise ManifestError(message)


def _greedy(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, lookup_tokens: int
) -> GenerationConfig:
    """Return greedy decoding with the model's own start and end tokens, and none of its other habits.

    Args:
        model: The model.
        tokenizer: Its tokenizer.
        lookup_tokens: How many tokens at a time are guessed from the prompt and then checked by the model,
            which gives the same text in fewer steps (Saxena, 2023, "Prompt Lookup Decoding"); 0 for none.
    """
    own = model.generation_config
    ends = own.eos_token_id if isinstance(own.eos_token_id, list) else [own.eos_token_id]
    return GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False,
        num_beams=1,
        use_cache=True,
        prompt_lookup_num_tokens=lookup_tokens or None,
        bos_token_id=own.bos_token_id,
        decoder_start_token_id=own.decoder_start_token_id,
        forced_bos_token_id=own.forced_bos_token_id,
        pad_token_id=tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id,
        eos_token_id=sorted({end for end in (*ends, tokenizer.eos_token_id) if end is not None}),
    )
