"""Where the data sets of the recipes lie, and how they are read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

DEFAULT_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


class Corpora:
    """Files of JSON lines, most of them under one folder; remembers the digest of each that was read."""

    def __init__(self, folder: Path = DEFAULT_FOLDER) -> None:
        """Keep the folder."""
        self._folder = folder
        self.digests: dict[str, str] = {}

    def read(self, name: str) -> list[dict[str, Any]]:
        """Return the records of a file, named by its path under the folder.

        Raises:
            FileNotFoundError: It is not there.
        """
        return self.read_file(self._folder / name, name)

    def read_file(self, path: Path, name: str) -> list[dict[str, Any]]:
        """Return the records of any file, whose digest is remembered by a name.

        Raises:
            FileNotFoundError: It is not there.
        """
        content = path.read_bytes()
        self.digests[name] = hashlib.sha256(content).hexdigest()
        return [json.loads(line) for line in content.splitlines()]


def bucket(name: str, buckets: int) -> int:
    """Return a number from 0 to ``buckets - 1`` that depends on nothing but the name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % buckets
