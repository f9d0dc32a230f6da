"""Weights of other formats, and what training changed -> safetensors, once, when a model is fetched."""

from __future__ import annotations

import shutil
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save_model
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from models.errors import ModelFilesDamaged
from models.loading import quiet
from models.manifest import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from transformers import PreTrainedConfig, PreTrainedModel

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
ADAPTER_CONFIG, ADAPTER = "adapter_config.json", "adapter_model.safetensors"
_STRICT = {"local_files_only": True, "trust_remote_code": False}


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
    save_model(model, str(target / WEIGHTS), metadata={"format": "pt"})


def merge(folder: Path, trained: Path, role: Role) -> None:
    """Add to a model what low-rank adaptation changed in it (Hu et al., 2021).

    Args:
        folder: Files of the model, which become those of the adapted model: an encoder, or a causal model.
        trained: Folder of the adapter, as the package ``peft`` writes it. For a verifier, the ``config.json``
            of the sequence classifier that was made of the causal model lies there too.
        role: What the adapted model is for.

    Raises:
        ModelFilesDamaged: The two do not make one model.
    """
    with _fitting(trained), quiet(), warnings.catch_warnings():
        # peft asks transformers by a name that is about to go.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        # What else it warns of, such as keys that are missing, is found below.
        warnings.simplefilter("ignore", UserWarning)
        if role is Role.VERIFIER:
            model = classifier_of(folder, AutoConfig.from_pretrained(trained, **_STRICT))
        else:
            kind = AutoModel if role is Role.ENCODER else AutoModelForCausalLM
            model = kind.from_pretrained(folder, **_STRICT, dtype=torch.float32)
        adapted = PeftModel.from_pretrained(model, str(trained), local_files_only=True)
        tensors = load_file(trained / ADAPTER)
        _require_equal(set(tensors), set(get_peft_model_state_dict(adapted)))
        _require_finite(tensors)
        merged = adapted.merge_and_unload()
    if role is Role.VERIFIER:
        shutil.copyfile(trained / CONFIG, folder / CONFIG)
    save_model(merged, str(folder / WEIGHTS), metadata={"format": "pt"})


def classifier_of(folder: Path, config: PreTrainedConfig) -> PreTrainedModel:
    """Make a sequence classifier of a causal model, its head yet to be trained.

    Args:
        folder: Files of the causal model.
        config: Of the classifier. It may have fewer layers; the first ones are kept.

    Raises:
        ValueError: The classifier has a part that the causal model has not.
        RuntimeError: A part has another shape.
    """
    # Loaded as what it is: files of a model whose head shares the word embeddings name them as the head only.
    causal = AutoModelForCausalLM.from_pretrained(folder, **_STRICT, dtype=torch.float32)
    model: PreTrainedModel = AutoModelForSequenceClassification.from_config(  # type: ignore[no-untyped-call]
        config, dtype=torch.float32
    )
    found = model.base_model.load_state_dict(causal.base_model.state_dict(), strict=False)
    _require_equal(set(found.missing_keys), set())
    return model


@contextmanager
def _fitting(trained: Path) -> Iterator[None]:
    """Tell whatever goes wrong as a fault of what was trained."""
    try:
        yield
    except (OSError, KeyError, RuntimeError, TypeError, ValueError, SafetensorError) as error:
        message = f"{trained.name} does not fit the model that it was trained on: {error}"
        raise ModelFilesDamaged(message) from error


def _require_equal(found: set[str], wanted: set[str]) -> None:
    if differing := sorted(found ^ wanted):
        message = f"{differing[0]} is too many, or is missing ({len(differing)} such tensors)"
        raise ValueError(message)


def _require_finite(tensors: Mapping[str, torch.Tensor]) -> None:
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            message = f"{name} holds what is not a number"
            raise ValueError(message)
