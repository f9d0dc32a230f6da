"""What ships of a trained model: in half precision, and without what it shares with its base."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file

from models.convert import ADAPTER, ADAPTER_CONFIG, CONFIG, TENSORS, WEIGHTS
from models.store import sha256_of_folder

if TYPE_CHECKING:
    from pathlib import Path


def export(trained: Path, base: Path, target: Path) -> str:
    """Write what training changed.

    Args:
        trained: Folder of the classifier.
        base: Folder of the encoder that it was trained on.
        target: Folder to write into, made if need be; :func:`models.convert.lay_over` reads it.

    Returns:
        The digest of the folder, for the manifest.
    """
    before = load_file(base / WEIGHTS)
    after = load_file(trained / WEIGHTS)
    changed = {
        name: tensor.half().contiguous()
        for name, tensor in after.items()
        if not _is_of_base(name, tensor, before)
    }
    target.mkdir(parents=True, exist_ok=True)
    save_file(changed, target / TENSORS)
    shutil.copyfile(trained / CONFIG, target / CONFIG)
    return sha256_of_folder(target)


def export_adapter(trained: Path, target: Path) -> str:
    """Write the adapter of a drafter.

    Args:
        trained: Folder of the adapter, as the package ``peft`` writes it.
        target: Folder to write into, made if need be; :func:`models.convert.merge` reads it.

    Returns:
        The digest of the folder, for the manifest.
    """
    target.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in load_file(trained / ADAPTER).items()}
    save_file(tensors, target / ADAPTER)
    shutil.copyfile(trained / ADAPTER_CONFIG, target / ADAPTER_CONFIG)
    return sha256_of_folder(target)


def _is_of_base(name: str, tensor: torch.Tensor, before: dict[str, torch.Tensor]) -> bool:
    """Tell whether the base holds a tensor, which it names without the part of the classifier's name."""
    found = before.get(name.partition(".")[2])
    return found is not None and torch.equal(found, tensor)
