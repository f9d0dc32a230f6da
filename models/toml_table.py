"""Reads one table of a TOML file strictly: what is missing, unknown or of the wrong kind is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from models.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """A table whose keys are asked for one by one; :meth:`finish` refuses those never asked for."""

    def __init__(self, content: Mapping[str, object], where: str) -> None:
        """Keep the content, and how messages name it."""
        self._content = dict(content)
        self._where = where

    def error(self, key: str, fault: str) -> ManifestError:
        """Return an error that names the file, the table and the key."""
        return ManifestError(f"manifest {self._where}: {key} {fault}")

    def has(self, key: str) -> bool:
        """Tell whether a key that may be left out is there."""
        return key in self._content

    def text(self, key: str) -> str:
        """Return a string that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a string that is not empty")
        return value

    def matching(self, key: str, pattern: str, meaning: str) -> str:
        """Return a string that matches all of a pattern."""
        value = self.text(key)
        if not re.fullmatch(pattern, value):
            raise self.error(key, f"is {value!r}, and must be {meaning}")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return a member of an enumeration, given by its value."""
        value = self.text(key)
        if value not in list(choices):
            raise self.error(key, f"is {value!r}, and must be one of {', '.join(choices)}")
        return choices(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings that is not empty."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise self.error(key, "must be a list of strings that is not empty")
        return tuple(value)

    def positive(self, key: str) -> int:
        """Return an integer above zero."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.error(key, "must be an integer above zero")
        return value

    def between(self, key: str, low: float, high: float) -> float:
        """Return a number above ``low`` and below ``high``."""
        value = self._take(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low < value < high:
            raise self.error(key, f"must be a number above {low:g} and below {high:g}")
        return float(value)

    def table(self, key: str) -> Table:
        """Return a table within this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return Table(value, f"{self._where}, [{key}]")

    def finish(self) -> None:
        """Refuse what was never asked for."""
        if self._content:
            raise self.error(", ".join(sorted(self._content)), "is not known here")

    def _take(self, key: str) -> object:
        if key not in self._content:
            raise self.error(key, "is missing")
        return self._content.pop(key)
