from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from models import fetch, store
from models.convert import ADAPTER, CONFIG, TENSORS
from models.errors import ModelFilesDamaged
from models.loading import load_model
from models.manifest import Architecture, Source, Trained
from models.verifier import Verifier

from .conftest import (
    byte_tokenizer,
    drafter_manifest,
    tiny_bert,
    tiny_causal,
    tiny_classifier,
    verifier_manifest,
)
from .test_encoder import Check

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import PreTrainedModel

    from models.manifest import Manifest

CLASSES = ("entailed", "neutral", "contradicted")
PAIRS = [("The council closed the bridge.", "The bridge was closed."), ("It rained.", "It snowed.")]
SHARED = "bert.embeddings.word_embeddings.weight"


@pytest.fixture
def adapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "adapters"
    monkeypatch.setattr(fetch, "ADAPTERS", folder)
    return folder


def ship(model: PreTrainedModel, folder: Path, *without: str) -> Manifest:
    """Write what a training would ship, and return the manifest that names it."""
    folder.mkdir(parents=True)
    model.config.save_pretrained(folder)
    tensors = {name: tensor.half() for name, tensor in model.state_dict().items() if name not in without}
    save_file(tensors, folder / TENSORS)
    trained = Trained(folder.name, store.sha256_of_folder(folder))
    return dataclasses.replace(verifier_manifest(), trained=trained)


def download(_: Source, directory: Path) -> None:
    """Bring the encoder that was trained on."""
    tokenizer = byte_tokenizer(bert=True)
    for part in (tokenizer, tiny_bert(len(tokenizer))):
        part.save_pretrained(directory)


def trained_model() -> PreTrainedModel:
    """Return a classifier that has the word embeddings of the encoder."""
    vocabulary = len(byte_tokenizer(bert=True))
    model = tiny_classifier(vocabulary, CLASSES)
    model.train(mode=False)
    with torch.no_grad():
        model.get_parameter(SHARED).copy_(tiny_bert(vocabulary).get_parameter(SHARED.removeprefix("bert.")))
    return model


def test_what_was_trained_is_laid_over_the_model_that_was_fetched(tmp_path: Path, adapters: Path) -> None:
    model = trained_model()
    manifest = ship(model, adapters / "judge", SHARED)
    fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)
    verifier = Verifier(store.locate(manifest, tmp_path / "store"))
    batch = byte_tokenizer(bert=True)(*map(list, zip(*PAIRS, strict=True)), padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = torch.softmax(model(**batch).logits, dim=1).numpy()

    # Half precision has eleven bits.
    assert np.allclose(verifier.judge(PAIRS, Check()), expected, atol=5e-3)


def test_a_damaged_adapter_is_refused(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(trained_model(), adapters / "judge", SHARED)
    with (adapters / "judge" / TENSORS).open("ab") as file:
        file.write(b"x")

    with pytest.raises(ModelFilesDamaged, match="another SHA-256"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)
    assert not store.directory_of(manifest, tmp_path / "store").exists()


def test_another_order_of_classes_is_another_adapter(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(trained_model(), adapters / "judge", SHARED)
    config = adapters / "judge" / CONFIG
    config.write_text(config.read_text("utf-8").replace("neutral", "Neutral"), "utf-8")

    with pytest.raises(ModelFilesDamaged, match="another SHA-256"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)


def test_tensors_that_overflowed_are_refused(tmp_path: Path, adapters: Path) -> None:
    model = trained_model()
    with torch.no_grad():
        model.get_parameter("classifier.weight").fill_(1e6)  # more than half precision holds
    manifest = ship(model, adapters / "judge", SHARED)

    with pytest.raises(ModelFilesDamaged, match=r"classifier\.weight holds what is not a number"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)


def test_an_adapter_of_another_shape_is_refused(tmp_path: Path, adapters: Path) -> None:
    model = tiny_classifier(len(byte_tokenizer(bert=True)) + 1, CLASSES)
    manifest = ship(model, adapters / "judge")

    with pytest.raises(ModelFilesDamaged, match="does not fit the model"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)


def test_an_adapter_that_is_not_whole_is_refused(tmp_path: Path, adapters: Path) -> None:
    manifest = ship(trained_model(), adapters / "judge", SHARED, "classifier.weight")

    with pytest.raises(ModelFilesDamaged, match=r"does not fit the model .*classifier\.weight"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)


def test_an_adapter_of_another_model_is_refused(tmp_path: Path, adapters: Path) -> None:
    model = trained_model()
    model.register_buffer("strange", torch.zeros(2))
    manifest = ship(model, adapters / "judge", SHARED)

    with pytest.raises(ModelFilesDamaged, match="strange"):
        fetch.fetch(manifest, tmp_path / "store", lambda _: None, download=download)


def adapted(base: PreTrainedModel) -> PeftModel:
    """Return a model with an adapter that changes it."""
    torch.manual_seed(3)
    config = LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
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
    manifest = ship(trained_model(), adapters / "judge", SHARED)
    other = dataclasses.replace(manifest, trained=Trained("judge", "0" * 64))

    assert manifest.source_sha256 != other.source_sha256
    assert (adapters / "judge" / CONFIG).is_file()
