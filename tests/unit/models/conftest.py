"""Tiny randomly initialised models, laid into a store by the store's own writer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers, processors
from tokenizers import models as token_models
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    LEDConfig,
    LEDForConditionalGeneration,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    T5Config,
    T5ForConditionalGeneration,
)

import models
from models import manifest as manifests
from models import store
from models.manifest import Architecture, Calibration, HubSource, Limits, Manifest, Prompt, Role, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transformers import PreTrainedModel

    from models.store import ModelFiles

PAD, START, END, UNKNOWN = "<|pad|>", "<|im_start|>", "<|im_end|>", "<|unk|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 512,
    "initializer_range": 0.4,
}
_DECODER = _SIZES | {"num_key_value_heads": 2, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}


class Told:
    """Keeps the batches that were reported."""

    def __init__(self) -> None:
        self.batches: list[dict[str, int]] = []

    def __call__(self, *, rows: int, tokens: int, padded: int, written: int = 0) -> None:
        self.batches.append({"rows": rows, "tokens": tokens, "padded": padded, "written": written})


def byte_tokenizer(
    *,
    chat: bool = False,
    ends: bool = False,
    bert: bool = False,
) -> PreTrainedTokenizerFast:
    """Return a tokenizer that makes one token of each byte, with four control tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate([PAD, START, END, UNKNOWN, *alphabet])}
    tokenizer = Tokenizer(token_models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if ends or bert:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{START} $A {END}" if bert else f"$A {END}",
            pair=f"{START} $A {END} $B:1 {END}:1" if bert else f"$A {END} $B {END}",
            special_tokens=[(START, vocabulary[START]), (END, vocabulary[END])],
        )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        bos_token=START,
        eos_token=END,
        unk_token=UNKNOWN,
        chat_template=CHAT_TEMPLATE if chat else None,
        clean_up_tokenization_spaces=False,
    )


def tiny_causal(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=vocabulary,
            **_DECODER,
        )
    )


def tiny_seq2seq(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=vocabulary,
        d_model=32,
        d_kv=8,
        d_ff=48,
        num_layers=2,
        num_heads=4,
        initializer_factor=4.0,
        pad_token_id=0,
        eos_token_id=2,
    )
    config.decoder_start_token_id = 0
    return T5ForConditionalGeneration(config)


def tiny_qwen(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(2)
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=vocabulary,
            head_dim=8,
            **_DECODER,
        )
    )


def tiny_bart(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    return BartForConditionalGeneration(BartConfig(**_encoder_decoder(vocabulary)))


def tiny_pegasus(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    return PegasusForConditionalGeneration(PegasusConfig(**_encoder_decoder(vocabulary)))


def tiny_led(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    sizes = _encoder_decoder(vocabulary)
    del sizes["max_position_embeddings"]
    return LEDForConditionalGeneration(
        LEDConfig(
            **sizes,
            max_encoder_position_embeddings=512,
            max_decoder_position_embeddings=64,
            attention_window=8,
        )
    )


def _encoder_decoder(vocabulary: int) -> dict[str, Any]:
    return {
        "vocab_size": vocabulary,
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 48,
        "max_position_embeddings": 512,
        "init_std": 0.4,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 0,
        "forced_eos_token_id": None,
    }


def tiny_bert(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    return BertModel(
        BertConfig(
            vocab_size=vocabulary,
            **_SIZES,
        )
    )


def tiny_classifier(vocabulary: int, names: Sequence[str]) -> PreTrainedModel:
    """Return a classifier of the same shape as the tiny encoder."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=vocabulary,
        **_SIZES,
        **_labels(names),
    )
    return BertForSequenceClassification(config)


def tiny_deberta(vocabulary: int, names: Sequence[str]) -> PreTrainedModel:
    """Return a classifier of another architecture."""
    torch.manual_seed(1)
    config = DebertaV2Config(
        vocab_size=vocabulary,
        **_SIZES,
        pad_token_id=0,
        relative_attention=True,
        pos_att_type=["p2c", "c2p"],
        **_labels(names),
    )
    return DebertaV2ForSequenceClassification(config)


def _labels(names: Sequence[str]) -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(names)),
        "label2id": {name: column for column, name in enumerate(names)},
    }


def tiny_causal_classifier(vocabulary: int, names: Sequence[str]) -> PreTrainedModel:
    """Return a classifier on one layer of the tiny causal model."""
    config = tiny_causal(vocabulary).config
    config.num_hidden_layers = 1
    config.id2label = dict(enumerate(names))
    config.label2id = {name: column for column, name in enumerate(names)}
    torch.manual_seed(1)
    return LlamaForSequenceClassification(config)  # type: ignore[no-untyped-call]


HUB = HubSource("tests/tiny", "0" * 40, ("*.json", "*.safetensors"))


def encoder_manifest(source: Source = HUB) -> Manifest:
    return Manifest("tiny", Role.ENCODER, "tests/tiny", "Apache-2.0", source, Limits(64))


def drafter_manifest(architecture: Architecture) -> Manifest:
    causal = architecture is Architecture.CAUSAL
    prompt = Prompt("Merge." if causal else "", "One:\n{sources}", "- {text}")
    name = architecture.value
    return Manifest(name, Role.DRAFTER, f"tests/{name}", "MIT", HUB, Limits(300, 12), architecture, prompt)


def verifier_manifest(temperature: float = 1.0, question: str | None = None) -> Manifest:
    calibration = Calibration(temperature, 0.8)
    return Manifest(
        "judge",
        Role.VERIFIER,
        "tests/judge",
        "MIT",
        HUB,
        Limits(64),
        calibration=calibration,
        question=question,
    )


def lay(weights_dir: Path, manifest: Manifest, parts: Sequence[Any]) -> ModelFiles:
    """Save a model and its tokenizer into the store, and return what the store then finds."""
    directory = store.directory_of(manifest, weights_dir)
    for part in parts:
        part.save_pretrained(directory)
    store.seal(directory, manifest)
    return store.locate(manifest, weights_dir)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Run tiny models on one thread: several only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def encoder_files(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    tokenizer = byte_tokenizer(bert=True)
    return lay(tmp_path_factory.mktemp("encoder"), encoder_manifest(), [tokenizer, tiny_bert(len(tokenizer))])


CAUSAL = {"llama": tiny_causal, "qwen": tiny_qwen}
SEQ2SEQ = {"t5": tiny_seq2seq, "bart": tiny_bart, "pegasus": tiny_pegasus, "led": tiny_led}


@pytest.fixture(scope="session", params=[*CAUSAL, *SEQ2SEQ])
def drafter_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """Files of a drafter of every architecture that a manifest is likely to name."""
    causal = request.param in CAUSAL
    tokenizer = byte_tokenizer(chat=causal, ends=not causal)
    manifest = drafter_manifest(Architecture.CAUSAL if causal else Architecture.SEQ2SEQ)
    model = (CAUSAL | SEQ2SEQ)[request.param](len(tokenizer))
    return lay(tmp_path_factory.mktemp(request.param), manifest, [tokenizer, model])


def fetched(name: str) -> ModelFiles:
    """Return a default model as fetched; fails, with the remedy, if it has not been."""
    beside_the_code = Path(str(models.__file__)).parent / "weights"
    weights_dir = Path(os.environ.get("NEWSWEAVE_WEIGHTS_DIR", beside_the_code))
    return store.locate(manifests.load(name), weights_dir)


@pytest.fixture(scope="session")
def embedding_files() -> ModelFiles:
    return fetched("newsweave-encoder-1")


@pytest.fixture(scope="session")
def fusing_files() -> ModelFiles:
    return fetched("newsweave-drafter-2")
