from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from models import fetch, store
from models.convert import ADAPTER, CONFIG
from models.errors import ModelFilesDamaged
from models.loading import load_model
from models.manifest import Architecture, Source, Trained
from models.verifier import Verifier

from .conftest import (
    byte_tokenizer,
    drafter_manifest,
    tiny_causal,
    tiny_causal_classifier,
    verifier_manifest,
)
from .test_encoder import Check

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from models.manifest import Manifest

CLASSES = ("entailed", "neutral", "contradicted")
PAIRS = [("It rained.", "It snowed."), ("It rained and snowed.", "It snowed.")]
QUESTION = "{premise}\nSo: {hypothesis}?"


@pytest.fixture
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "adapters"
    monkeypatch.setattr(fetch, "ADAPTERS", folder)
    return folder


def ship(folder: Path, vocabulary: int = len(byte_tokenizer())) -> Manifest:
    """Write the adapter of a classifier, and return the manifest that names it."""
    trained_classifier(vocabulary).save_pretrained(str(folder))
    tiny_causal_classifier(vocabulary, CLASSES).config.save_pretrained(folder)
    return verifier_of(folder)


def verifier_of(folder: Path) -> Manifest:
    trained = Trained(folder.name, store.sha256_of_folder(folder))
    return dataclasses.replace(verifier_manifest(question=QUESTION), trained=trained)


def trained_classifier(vocabulary: int) -> PeftModel:
    """Return a classifier on the first layer of the tiny drafter, with an adapter that changes it."""
    model = tiny_causal_classifier(vocabulary, CLASSES)
    model.base_model.load_state_dict(tiny_causal(vocabulary).base_model.state_dict(), strict=False)
    return adapted(model, "SEQ_CLS").eval()


def test_a_verifier_is_made_of_the_drafter_that_was_fetched(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(adapters / "judge")
    fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)
    verifier = Verifier(store.locate(manifest, tmp_path / "store"))
    tokenizer = byte_tokenizer()
    texts = [f"{premise}\nSo: {hypothesis}?" for premise, hypothesis in PAIRS]
    with torch.inference_mode():
        logits = trained_classifier(len(tokenizer))(**tokenizer(texts, padding=True, return_tensors="pt"))
    expected = torch.softmax(logits.logits, dim=1).numpy()

    assert np.allclose(verifier.judge(PAIRS, Check()), expected, atol=1e-4)


def test_a_damaged_adapter_is_refused(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(adapters / "judge")
    with (adapters / "judge" / ADAPTER).open("ab") as file:
        file.write(b"x")

    with pytest.raises(ModelFilesDamaged, match="another SHA-256"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)
    assert not store.directory_of(manifest, tmp_path / "store").exists()


def test_another_order_of_classes_is_another_adapter(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(adapters / "judge")
    config = adapters / "judge" / CONFIG
    config.write_text(config.read_text("utf-8").replace("neutral", "Neutral"), "utf-8")

    with pytest.raises(ModelFilesDamaged, match="another SHA-256"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)


def test_tensors_that_overflowed_are_refused(tmp_path: Path, adapters: Path) -> None:
    ship(adapters / "judge")
    tensors = load_file(adapters / "judge" / ADAPTER)
    head = next(name for name in tensors if "score" in name)
    tensors[head] = torch.full_like(tensors[head], 1e6).half()  # more than half precision holds
    save_file(tensors, adapters / "judge" / ADAPTER)

    with pytest.raises(ModelFilesDamaged, match=r"score.* holds what is not a number"):
        fetch.fetch(
            verifier_of(adapters / "judge"), tmp_path / "store", lambda _: None, download=download_drafter
        )


def test_an_adapter_of_another_shape_is_refused(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(adapters / "judge", len(byte_tokenizer()) + 1)

    with pytest.raises(ModelFilesDamaged, match="does not fit the model"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)


def test_a_classifier_of_more_layers_than_its_base_is_refused(tmp_path: Path, adapters: Path) -> None:
    ship(adapters / "judge")
    config = adapters / "judge" / CONFIG
    config.write_text(re.sub(r'("num_hidden_layers": )1', r"\g<1>3", config.read_text("utf-8")), "utf-8")

    with pytest.raises(ModelFilesDamaged, match=r"layers\.2\..* is too many, or is missing"):
        fetch.fetch(
            verifier_of(adapters / "judge"), tmp_path / "store", lambda _: None, download=download_drafter
        )


def adapted(base: PreTrainedModel, task: str = "CAUSAL_LM") -> PeftModel:
    """Return a model with an adapter that changes it."""
    torch.manual_seed(3)
    config = LoraConfig(r=4, target_modules="all-linear", task_type=task, init_lora_weights=False)
    model = get_peft_model(base, config)
    assert isinstance(model, PeftModel)
    return model


def ship_adapter(folder: Path) -> Manifest:
    """Write an adapter, and return the manifest of a drafter that has it."""
    adapted(tiny_causal(len(byte_tokenizer(chat=True)))).save_pretrained(str(folder))
    trained = Trained(folder.name, store.sha256_of_folder(folder))
    return dataclasses.replace(drafter_manifest(Architecture.CAUSAL), trained=trained)


def download_drafter(_: Source, directory: Path) -> None:
    tokenizer = byte_tokenizer(chat=True)
    for part in (tokenizer, tiny_causal(len(tokenizer))):
        part.save_pretrained(directory)


def test_an_adapter_of_a_drafter_is_merged_into_it(tmp_path: Path, adapters: Path) -> None:
    manifest = ship_adapter(adapters / "fusion")
    fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)
    merged = load_model(AutoModelForCausalLM, store.locate(manifest, tmp_path / "store"))
    base = tiny_causal(len(byte_tokenizer(chat=True)))
    tokens = torch.tensor([[5, 6, 7, 8, 9]])
    with torch.inference_mode():
        before, after = base(tokens).logits, merged(tokens).logits
        expected = adapted(base)(tokens).logits

    assert torch.allclose(after, expected, atol=1e-4)
    assert not torch.allclose(after, before, atol=1e-2)


@pytest.mark.parametrize("change", ["less", "more"])
def test_an_adapter_with_other_tensors_is_refused(tmp_path: Path, adapters: Path, change: str) -> None:
    ship_adapter(adapters / "fusion")
    tensors = load_file(adapters / "fusion" / ADAPTER)
    if change == "less":
        del tensors[min(tensors)]
    else:
        tensors["base_model.model.strange.weight"] = torch.zeros(2)
    save_file(tensors, adapters / "fusion" / ADAPTER)
    trained = Trained("fusion", store.sha256_of_folder(adapters / "fusion"))
    manifest = dataclasses.replace(drafter_manifest(Architecture.CAUSAL), trained=trained)

    with pytest.raises(ModelFilesDamaged, match="is too many, or is missing"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)


def test_an_adapter_without_its_tensors_is_refused(tmp_path: Path, adapters: Path) -> None:
    manifest = ship_adapter(adapters / "fusion")
    (adapters / "fusion" / ADAPTER).unlink()

    with pytest.raises(ModelFilesDamaged, match="is not what the manifest names"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download_drafter)


def test_another_adapter_is_another_model(adapters: Path) -> None:
    manifest = ship(adapters / "judge")
    other = dataclasses.replace(manifest, trained=Trained("judge", "0" * 64))

    assert manifest.source_sha256 != other.source_sha256
