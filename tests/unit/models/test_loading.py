from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoModelForCausalLM, ByT5Tokenizer
from transformers.utils import logging

from models import store
from models.encoder import Encoder
from models.errors import ModelFilesDamaged
from models.loading import load_model, load_tokenizer, quiet

from .conftest import byte_tokenizer, encoder_manifest, lay, tiny_bert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import torch

    from models.store import ModelFiles

MANIFEST = encoder_manifest()


@pytest.fixture
def files(tmp_path: Path) -> ModelFiles:
    """A tiny encoder that a test may damage."""
    tokenizer = byte_tokenizer(bert=True)
    return lay(tmp_path, MANIFEST, [tokenizer, tiny_bert(len(tokenizer))])


def rewrite(files: ModelFiles, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    path = files.directory / "model.safetensors"
    weights = load_file(path)
    change(weights)
    save_file(weights, path, metadata={"format": "pt"})


def rename(weights: dict[str, torch.Tensor], old: str, new: str) -> None:
    weights[new] = weights.pop(old)


BIAS = "embeddings.LayerNorm.bias"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda weights: weights.pop(BIAS), r"lacks embeddings\.LayerNorm\.bias"),
        (lambda weights: rename(weights, BIAS, "embeddings.LayerNorm.bios"), r"\(2 faults\)"),
        (lambda weights: weights.update(surprise=weights[BIAS].clone()), "no place for surprise"),
        (lambda weights: weights.update({BIAS: weights["pooler.dense.weight"].clone()}), "cannot be loaded"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    files: ModelFiles,
    change: Callable[[dict[str, torch.Tensor]], object],
    fault: str,
) -> None:
    rewrite(files, change)
    with pytest.raises(ModelFilesDamaged, match=fault) as caught:
        load_model(AutoModel, files)
    assert str(caught.value).startswith("model tests/tiny (tiny) ")


def test_an_encoder_may_lack_the_pooler_that_it_never_runs(files: ModelFiles) -> None:
    texts = ["It rains.", "Rain falls on the town."]
    whole = Encoder(files).encode(texts, lambda: None)
    rewrite(files, lambda weights: [weights.pop(key) for key in list(weights) if key.startswith("pooler.")])
    assert (Encoder(files).encode(texts, lambda: None) == whole).all()
    with pytest.raises(ModelFilesDamaged, match=r"lacks pooler"):
        load_model(AutoModel, files)


def test_a_position_buffer_of_old_files_is_passed_over(files: ModelFiles) -> None:
    rewrite(
        files,
        lambda weights: weights.update(
            {"embeddings.position_ids": weights["embeddings.LayerNorm.bias"].new_zeros((1, 512))}
        ),
    )
    assert not load_model(AutoModel, files).training


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "config.json").write_text('{"model_type": "unheard-of"}'),
        lambda folder: (folder / "model.safetensors").write_bytes(b"\xff" * 40),
        lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
        lambda folder: (folder / "config.json").write_text(
            '{"auto_map": {"AutoModelForCausalLM": "evil.Model", "AutoConfig": "evil.Config"}}'
        ),
    ],
)
def test_what_cannot_be_loaded_is_refused_in_one_line(
    files: ModelFiles,
    damage: Callable[[Path], object],
) -> None:
    damage(files.directory)
    with pytest.raises(ModelFilesDamaged, match="cannot be loaded") as caught:
        load_model(AutoModelForCausalLM, files)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_that_cannot_be_read_is_refused(files: ModelFiles) -> None:
    (files.directory / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelFilesDamaged, match="has a tokenizer that cannot be loaded"):
        load_tokenizer(files)


def test_a_tokenizer_without_offsets_is_refused(files: ModelFiles) -> None:
    (files.directory / "tokenizer.json").unlink()
    ByT5Tokenizer().save_pretrained(files.directory)
    with pytest.raises(ModelFilesDamaged, match=r"tokenizer without offsets"):
        load_tokenizer(files)


def test_loading_is_quiet_and_leaves_the_settings_of_others(
    files: ModelFiles,
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    load_model(AutoModel, files)
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
    assert "".join(capfd.readouterr()) == ""


def test_bars_that_were_off_stay_off() -> None:
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with quiet():
        pass
    assert not logging.is_progress_bar_enabled()
    logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@pytest.mark.weights
def test_the_default_models_are_verified_and_named(
    embedding_files: ModelFiles,
    fusing_files: ModelFiles,
) -> None:
    assert embedding_files.card.id == "newsweave/encoder-1"
    weights = fusing_files.directory / "model.safetensors"
    assert fusing_files.card.weights_sha256 == store.sha256_of(weights)


def test_what_loads_models_needs_no_disk_to_write_to() -> None:
    """A limit of no bytes a file stands for a disk that is full, or may not be written to."""
    environment = {name: value for name, value in os.environ.items() if name != "TORCHINDUCTOR_CACHE_DIR"}
    limited = ("sh", "-c", 'ulimit -f 0; exec "$0" "$@"', sys.executable, "-c")
    code = "import models, torch._dynamo"
    done = subprocess.run([*limited, code], check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
