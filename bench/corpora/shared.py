"""Where data sets lie, and how they are read. They are not part of the project."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOT = Path(__file__).resolve().parents[2]
_VARIABLE = "NEWSWEAVE_BENCH_DATA"


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


class CorpusMissing(Exception):
    """A data set is not on this machine."""


def folder() -> Path:
    """Return the folder of the data sets: that of the variable, or else ``../shared/data``."""
    return Path(os.environ.get(_VARIABLE) or _ROOT.parent / "shared" / "data")


def read(*names: str) -> tuple[list[list[dict[str, Any]]], str]:
    """Read files of JSON lines.

    Args:
        names: Paths under the folder of the data sets.

    Returns:
        The records of each file, and the digest of all files together.

    Raises:
        CorpusMissing: A file is not here.
    """
    digest = hashlib.sha256()
    files: list[list[dict[str, Any]]] = []
    for name in names:
        path = folder() / name
        if not path.is_file():
            message = f"{path} is not here; {_VARIABLE} names the folder of the data sets"
            raise CorpusMissing(message)
        content = path.read_bytes()
        digest.update(content)
        files.append([json.loads(line) for line in content.splitlines()])
    return files, digest.hexdigest()


def shuffled(items: Iterable[T]) -> tuple[T, ...]:
    """Put items into an order that depends on nothing but their ids."""
    return tuple(sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).digest()))
