"""Files -> a transformers model, strictly: safetensors only, local files only, no remote code, no gaps."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from transformers import AutoTokenizer
from transformers.utils import logging

from models.errors import ModelFilesDamaged
from models.precision import Precision, apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from models.store import ModelFiles

_STRICT = {"local_files_only": True, "trust_remote_code": False}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers from logging warnings and drawing bars, and put its settings back afterwards."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def load_model(
    auto_class: Any,  # noqa: ANN401 - they share no base
    files: ModelFiles,
    precision: Precision = Precision.FLOAT32,
    *,
    unused: str = "",
) -> PreTrainedModel:
    """Load a model, ready for inference.

    transformers itself passes over buffers that a model computes and old files still hold, such as the
    ``position_ids`` of MiniLM. Every other difference between file and model is an error.

    Args:
        auto_class: The class of transformers that knows the task, such as ``AutoModelForCausalLM``.
        files: Verified files.
        precision: How its weights are used.
        unused: Pattern of parameters that may be missing because no result depends on them.

    Raises:
        ModelFilesDamaged: The weights do not fill the model exactly, or cannot be read.
    """
    try:
        with quiet():
            model, found = auto_class.from_pretrained(
                files.directory,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
                **_STRICT,
            )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise _unfit(files, f"cannot be loaded ({type(error).__name__})") from error
    missing = [key for key in found["missing_keys"] if not (unused and re.fullmatch(unused, key))]
    faults = [
        *(f"lacks {key}" for key in sorted(missing)),
        *(f"has no place for {key}" for key in sorted(found["unexpected_keys"])),
        *(f"has another shape at {key}" for key in sorted(map(str, found["mismatched_keys"]))),
        *found["error_msgs"],
    ]
    if faults:
        raise _unfit(files, f"does not fit its weights: {faults[0]} ({len(faults)} faults)")
    loaded: PreTrainedModel = model.eval()
    apply(loaded, precision)
    return loaded


def load_tokenizer(files: ModelFiles) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a model.

    Raises:
        ModelFilesDamaged: It cannot be read, or is not one that tells where a token stands in the text.
    """
    try:
        with quiet():
            tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(files.directory, **_STRICT)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise _unfit(files, f"has a tokenizer that cannot be loaded ({type(error).__name__})") from error
    if not tokenizer.is_fast:
        raise _unfit(files, "has a tokenizer without offsets (tokenizer.json is needed)")
    return tokenizer


def _unfit(files: ModelFiles, fault: str) -> ModelFilesDamaged:
    model = f"model {files.manifest.id} ({files.manifest.name})"
    return ModelFilesDamaged(f"{model} {fault}; fetch it again or mend its manifest")
