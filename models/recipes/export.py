"""What ships of a trained model: its adapter, in half precision."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from safetensors.torch import load_file, save_file

from models.convert import ADAPTER, ADAPTER_CONFIG, CONFIG
from models.store import sha256_of_folder

if TYPE_CHECKING:
    from pathlib import Path


def export(trained: Path, target: Path) -> str:
    """Write what ships.

    Args:
        trained: Folder of the adapter, as the package ``peft`` writes it, with the ``config.json`` of the
            classifier if it is one.
        target: Folder to write into, made if need be; :func:`models.convert.merge` reads it.

    Returns:
        The digest of the folder, for the manifest.
    """
    target.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in load_file(trained / ADAPTER).items()}
    save_file(tensors, target / ADAPTER)
    # Where the base lay when it was trained is nobody's business.
    config = json.loads((trained / ADAPTER_CONFIG).read_text("utf-8")) | {"base_model_name_or_path": None}
    (target / ADAPTER_CONFIG).write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    if (trained / CONFIG).is_file():
        shutil.copyfile(trained / CONFIG, target / CONFIG)
    return sha256_of_folder(target)
