"""The examples of ``docs/api.md``, by the names in their first lines."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"(?:#|//) (.+)\n")


def examples(language: str) -> dict[str, str]:
    """Return the code of every example in one language by its name, such as ``first.py``."""
    named = [(_NAME.match(code), code) for kind, code in _BLOCK.findall(PAGE) if kind == language]
    return {name[1]: code for name, code in named if name}


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
