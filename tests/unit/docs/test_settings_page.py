"""``docs/operations/settings.md`` is made of Settings; ``UPDATE_GOLDEN=1`` writes it anew."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from service.settings import Settings, flag, variable

if TYPE_CHECKING:
    from dataclasses import Field

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "operations" / "settings.md"
_KINDS = {str: "text", Path: "path", bool: "true or false"}
HEAD = """# Settings

Every setting is a flag of `newsweave serve` and an environment variable. A flag wins over a variable, a
variable over the default. A value out of its range is refused at start, all faults at once. A setting marked
with * can change summaries; its value goes into `settings_sha256` of every answer.

| flag | variable | default | range | what it is |
| --- | --- | --- | --- | --- |
"""


def test_the_page_of_settings_is_current() -> None:
    made = HEAD + "".join(map(_row, fields(Settings)))
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(made, "utf-8")
    assert PAGE.read_text("utf-8") == made


def _row(item: Field[Any]) -> str:
    mark = " *" if item.metadata["shapes_summary"] else ""
    cells = f"`{flag(item.name)}`{mark}", f"`{variable(item.name)}`", _default(item), _range(item)
    return f"| {' | '.join(cells)} | {item.metadata['about']} |\n"


def _default(item: Field[Any]) -> str:
    value = item.default
    if isinstance(value, Path):
        value = value.relative_to(ROOT)
    return "" if value == "" else f"`{value}`"


def _range(item: Field[Any]) -> str:
    least, most = item.metadata["least"], item.metadata["most"]
    if least is None:
        return _KINDS[get_type_hints(Settings)[item.name]]
    return f"{least:,} to {most:,}"
