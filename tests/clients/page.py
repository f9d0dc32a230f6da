"""The examples of ``docs/api.md``, by the names in their first lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"(?:#|//) (.+)\n")


def examples(language: str) -> dict[str, str]:
    """Return the code of every example in one language by its name, such as ``first.py``."""
    return dict(named(language, PAGE))


def named(language: str, page: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the code of every example.

    Raises:
        ValueError: One has no name, so that no test would run it.
    """
    for kind, code in _BLOCK.findall(page):
        if kind != language:
            continue
        name = _NAME.match(code)
        if name is None:
            message = f"an example in {language} has no name in its first line: {code[:40]!r}"
            raise ValueError(message)
        yield name[1], code


def request() -> str:
    """Return what the page saves as ``request.json``."""
    (text,) = [code for kind, code in _BLOCK.findall(PAGE) if kind == "json"]
    return str(text)


def printed() -> dict[str, str]:
    """Return what examples print, which stands behind them, by their names without an ending."""
    found: dict[str, str] = {}
    stem = ""
    for kind, code in _BLOCK.findall(PAGE):
        if kind == "text":
            found[stem] = code
        elif name := _NAME.match(code):
            stem = Path(name[1]).stem
    return found


def retries() -> str:
    """Return the service config that the page borrows from the page of limits."""
    limits = (ROOT / "docs" / "operations" / "limits.md").read_text("utf-8")
    (text,) = [code for kind, code in _BLOCK.findall(limits) if kind == "json"]
    return str(text)
