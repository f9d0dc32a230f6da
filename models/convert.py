"""Weights of other formats, and what training changed -> safetensors, once, when a model is fetched."""

from __future__ import annotations

import shutil
import warnings
from typing import TYPE_CHECKING

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from models.errors import ModelFilesDamaged
from models.loading import quiet

if TYPE_CHECKING:
    from pathlib import Path

CONFIG, TENSORS, ADAPTER = "config.json", "tensors.safetensors", "adapter_model.safetensors"


def convert_gguf(source: Path, target: Path) -> None:
    """Read the one GGUF file of a folder and write the model as transformers loads it, in float32.

    The tokenizer and its chat template stand inside the GGUF file and are written beside the weights.

    Args:
        source: Folder that holds the file.
        target: Folder to write into; it exists.
    """
    (name,) = (path.name for path in source.glob("*.gguf"))
    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=name, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(
            source, gguf_file=name, local_files_only=True, trust_remote_code=False, dtype=torch.float32
        )
        # The weights were unpacked while they were read, and are no longer quantized.
        vars(model.config).pop("quantization_config", None)
        model.config.save_pretrained(target)
        tokenizer.save_pretrained(target)
    # save_pretrained refuses a model that was read from quantized weights, so its parts are written singly.
    save_model(model, str(target / "model.safetensors"), metadata={"format": "pt"})


def merge(folder: Path, trained: Path) -> None:
    """Add to a causal model what low-rank adaptation changed in it (Hu et al., 2021).

    Args:
        folder: Files of the model, which become those of the adapted model.
        trained: Folder of the adapter, as the package ``peft`` writes it.

    Raises:
        ModelFilesDamaged: The two do not make one model.
    """
    with quiet(), warnings.catch_warnings():
        # peft asks transformers by a name that is about to go.
        warnings.simplefilter("ignore", FutureWarning)
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, dtype=torch.float32
        )
        try:
            adapted = PeftModel.from_pretrained(model, str(trained), local_files_only=True)
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            message = f"{trained.name} does not fit the model that it was trained on ({type(error).__name__})"
            raise ModelFilesDamaged(message) from error
        merged = adapted.merge_and_unload()
    save_model(merged, str(folder / "model.safetensors"), metadata={"format": "pt"})


def lay_over(folder: Path, trained: Path) -> None:
    """Make a sequence-pair classifier of an encoder and of what training changed in it.

    Args:
        folder: Files of the encoder, which become those of the classifier.
        trained: Folder with the classifier's ``config.json``, and with ``tensors.safetensors``: its tensors
            but for those that it shares with the encoder. They may be in half precision.

    Raises:
        ModelFilesDamaged: The two do not make one model.
    """
    shutil.copyfile(trained / CONFIG, folder / CONFIG)
    tensors = {name: tensor.float() for name, tensor in load_file(trained / TENSORS).items()}
    with quiet():
        model, found = AutoModelForSequenceClassification.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            dtype=torch.float32,
            output_loading_info=True,
        )
    missing = sorted(set(found["missing_keys"]) - set(tensors))
    strange = model.load_state_dict(tensors, strict=False).unexpected_keys
    if missing or strange:
        message = f"{trained.name} does not fit the model that it was trained on: {[*missing, *strange][0]}"
        raise ModelFilesDamaged(message)
    save_model(model, str(folder / "model.safetensors"), metadata={"format": "pt"})
