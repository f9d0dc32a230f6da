"""Weights of other formats -> safetensors, once, when a model is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from models.loading import quiet

if TYPE_CHECKING:
    from pathlib import Path


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
