"""Fetched files on disk: verified before use, or refused. Nothing here uses the network.

A model lies in ``weights_dir/<name>/`` beside a ``files.json`` that records the size and the SHA-256 of
every file and where they came from. A folder that holds anything else is refused, because libraries read
more than they are told to: an adapter, a pickle or a chat template that lies there by chance would count.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from models import manifest as manifests
from models.errors import ModelFilesDamaged, ModelFilesError, ModelFilesMissing

if TYPE_CHECKING:
    from pathlib import Path

    from models.manifest import Manifest

RECORD_NAME = "files.json"
WEIGHTS_SUFFIX = ".safetensors"
_RECORD_VERSION = 1
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What names a loaded model.

    Attributes:
        role: ``encoder``, ``drafter`` or ``verifier``.
        id: The name that its publisher gave it.
        licence: An SPDX identifier.
        weights_sha256: Digest of the weights in use, in hexadecimal.
        precision: How these are used: ``float32`` or ``bfloat16``.
    """

    role: str
    id: str
    licence: str
    weights_sha256: str
    precision: str = "float32"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """Files that were verified and may be loaded."""

    manifest: Manifest
    directory: Path
    card: ModelCard


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What one file must be."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What one file was found to be; ``fault`` is empty if it is as recorded."""

    path: str
    fault: str = ""


class State(StrEnum):
    """Whether a model can be loaded, as far as sizes tell."""

    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model that the project knows, and its state on this machine; ``size`` in bytes."""

    manifest: Manifest
    state: State
    size: int
    fault: str = ""


def directory_of(manifest: Manifest, weights_dir: Path) -> Path:
    """Return the folder of a model, whether or not it exists."""
    return weights_dir / manifest.name


def seal(directory: Path, manifest: Manifest) -> None:
    """Record every file of a complete folder, so that it can be verified from now on.

    Raises:
        ModelFilesDamaged: The folder holds a kind of file that is never loaded, or no weights.
    """
    paths = _paths(directory)
    refused = [path for path in paths if PurePosixPath(path).suffix not in manifests.LOADED_SUFFIXES]
    if refused or not any(path.endswith(WEIGHTS_SUFFIX) for path in paths):
        fault = f"holds {', '.join(refused)}, which is never loaded" if refused else "holds no safetensors"
        raise _damaged(manifest, f"{manifest.source} {fault}")
    for path in paths:
        (directory / path).chmod(_READABLE)
    record = {
        "version": _RECORD_VERSION,
        "source": str(manifest.source),
        "source_sha256": manifest.source_sha256,
        "files": {path: asdict(_measure(directory / path)) for path in paths},
    }
    (directory / RECORD_NAME).write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def locate(manifest: Manifest, weights_dir: Path) -> ModelFiles:
    """Return the files of a model for loading, after reading and verifying all of them.

    Raises:
        ModelFilesMissing: The model has not been fetched.
        ModelFilesDamaged: A file differs from its record, or does not belong there.
    """
    faults = [f"{item.path} {item.fault}" for item in verify(manifest, weights_dir) if item.fault]
    if faults:
        raise _damaged(manifest, "; ".join(faults))
    records = _read_record(manifest, weights_dir)
    card = ModelCard(manifest.role.value, manifest.id, manifest.licence, _weights_sha256(records))
    return ModelFiles(manifest, directory_of(manifest, weights_dir), card)


def verify(manifest: Manifest, weights_dir: Path) -> tuple[FileCheck, ...]:
    """Read every file of a model and compare it with its record.

    Raises:
        ModelFilesMissing: The model has not been fetched.
        ModelFilesDamaged: The record itself cannot be used.
    """
    return _compare(manifest, weights_dir, read=True)


def check_sizes(manifest: Manifest, weights_dir: Path) -> ModelStatus:
    """Tell whether a model is there, by the names and sizes of its files; never raises for its files."""
    try:
        checks = _compare(manifest, weights_dir, read=False)
        faults = [f"{item.path} {item.fault}" for item in checks if item.fault]
        size = sum(record.size for record in _read_record(manifest, weights_dir).values())
    except ModelFilesMissing as error:
        return ModelStatus(manifest, State.MISSING, 0, str(error))
    except ModelFilesError as error:
        return ModelStatus(manifest, State.DAMAGED, 0, str(error))
    return ModelStatus(manifest, State.DAMAGED if faults else State.PRESENT, size, "; ".join(faults))


def list_models(weights_dir: Path) -> tuple[ModelStatus, ...]:
    """Return the status of every model that ships with the project."""
    return tuple(check_sizes(manifests.load(name), weights_dir) for name in manifests.shipped())


def sha256_of_folder(directory: Path) -> str:
    """Return one digest of all files of a folder that can be read as a model, whatever else lies there."""
    paths = [path for path in _paths(directory) if PurePosixPath(path).suffix in manifests.LOADED_SUFFIXES]
    lines = [f"{sha256_of(directory / path)}  {path}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compare(manifest: Manifest, weights_dir: Path, *, read: bool) -> tuple[FileCheck, ...]:
    records = _read_record(manifest, weights_dir)
    directory = directory_of(manifest, weights_dir)
    strangers = set(_paths(directory)) - set(records) - {RECORD_NAME}
    return (
        *(FileCheck(path, _fault(directory / path, record, read=read)) for path, record in records.items()),
        *(FileCheck(path, "does not belong there") for path in sorted(strangers)),
    )


def _fault(path: Path, record: FileRecord, *, read: bool) -> str:
    if path.suffix not in manifests.LOADED_SUFFIXES:
        return "is of a kind that is never loaded"
    try:
        size = path.stat().st_size
        changed = read and size == record.size and sha256_of(path) != record.sha256
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if size != record.size:
        return f"has {size} bytes instead of {record.size}"
    return "has another SHA-256 than it had when fetched" if changed else ""


def _read_record(manifest: Manifest, weights_dir: Path) -> dict[str, FileRecord]:
    directory = directory_of(manifest, weights_dir)
    if not directory.is_dir():
        message = (
            f"model {manifest.id} ({manifest.name}) has not been fetched into {weights_dir}; "
            f"{_remedy(manifest)}"
        )
        raise ModelFilesMissing(message)
    try:
        record = json.loads((directory / RECORD_NAME).read_text("utf-8"))
        version, source_sha256 = record["version"], record["source_sha256"]
        files = {str(path): FileRecord(**entry) for path, entry in record["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(manifest, f"{RECORD_NAME} cannot be read") from error
    if version != _RECORD_VERSION or source_sha256 != manifest.source_sha256:
        raise _damaged(manifest, f"its files were fetched for another manifest than {manifest.source}")
    return files


def _measure(path: Path) -> FileRecord:
    return FileRecord(sha256_of(path), path.stat().st_size)


def _paths(directory: Path) -> list[str]:
    files = (path for path in directory.rglob("*") if not path.is_dir())
    return sorted(path.relative_to(directory).as_posix() for path in files)


def _weights_sha256(records: dict[str, FileRecord]) -> str:
    """Return the digest of the one weights file, or the digest of the digests of several."""
    digests = [records[path].sha256 for path in sorted(records) if path.endswith(WEIGHTS_SUFFIX)]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _damaged(manifest: Manifest, fault: str) -> ModelFilesDamaged:
    return ModelFilesDamaged(
        f"model {manifest.id} ({manifest.name}) cannot be used: {fault}; {_remedy(manifest)}"
    )


def _remedy(manifest: Manifest) -> str:
    name = manifest.name if manifest.name in manifests.shipped() else f"PATH/{manifest.name}.toml"
    return f"run `newsweave models fetch {name}`"
