"""The file of callers: TOML, one line a caller, read again when it changes.

news-desk = { tokens = ["sha256$...$..."], rpcs = ["Summarize"], max_calls = 4 }
archive = { certificates = ["archive.example"], max_request_characters = 200000 }
"""

from __future__ import annotations

import logging
import re
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from service.errors import SettingsError
from service.rpc.callers import RPCS, Caller, Callers, Entry, Limits
from service.rpc.reloaded import Reloaded
from service.rpc.tokens import TokenHash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_log = logging.getLogger(__name__)

# Names are safe as keys of TOML, as labels of metrics and in the log.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAME_RULE = "a name has 1 to 64 letters, digits, - and _"
_LARGEST = 2**31 - 1
_LISTS = ("tokens", "certificates", "rpcs")
_LIMITS = tuple(item.name for item in fields(Limits))


def read(path: Path) -> Reloaded[Callers]:
    """Read a file, and read it again when it changes. Raises as :func:`parse`, and if it cannot be read."""
    return Reloaded("the file of callers", (path,), lambda contents: _read(contents[0], path))


def _read(raw: bytes, path: Path) -> Callers:
    callers = parse(raw, path)
    if not callers.entries:
        _log.warning("%s names no caller: nobody is let in", path)
    return callers


def line(name: str, token: str) -> str:
    """Return the line of a caller with one token. Raises SettingsError if the name cannot be one."""
    if not _NAME.fullmatch(name):
        message = f"{name!r} cannot be the name of a caller: {_NAME_RULE}"
        raise SettingsError(message)
    return f'{name} = {{ tokens = ["{TokenHash.of(token)}"] }}'


def parse(raw: bytes, path: Path) -> Callers:
    """Read the bytes of a file of callers.

    Raises:
        SettingsError: It is no such file; the message names every fault, and never what a hash was.
    """
    try:
        table = tomllib.loads(raw.decode())
    except ValueError as error:
        message = f"{path} is no TOML in UTF-8: {error}"
        raise SettingsError(message) from None
    except RecursionError:
        message = f"{path} is nested too deeply"
        raise SettingsError(message) from None
    faults = [f"{name}: {fault}" for name, value in table.items() for fault in _faults(name, value)]
    faults = faults or list(_shared(table))
    if faults:
        message = f"{path}: {'; '.join(faults)}"
        raise SettingsError(message)
    return Callers(tuple(_entry(name, value) for name, value in table.items()))


def _faults(name: str, value: Any) -> Iterator[str]:  # noqa: ANN401  whatever TOML can hold
    """Tell what is wrong with one line."""
    if not _NAME.fullmatch(name):
        yield _NAME_RULE
    if not isinstance(value, dict):
        yield "must be a table, such as { tokens = [...] }"
        return
    for key in value.keys() - {*_LISTS, *_LIMITS}:
        yield f"{key} is not known; known are {', '.join((*_LISTS, *_LIMITS))}"
    for key in _LISTS:
        yield from _list_faults(key, value.get(key, []))
    for key in _LIMITS:
        if key in value and not (type(value[key]) is int and 1 <= value[key] <= _LARGEST):
            yield f"{key} must be a whole number from 1 to {_LARGEST}"
    if not value.get("tokens") and not value.get("certificates"):
        yield "has neither tokens nor certificates"


def _list_faults(key: str, value: Any) -> Iterator[str]:  # noqa: ANN401  whatever TOML can hold
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        yield f"{key} must be a list of texts"
    elif key == "tokens":
        for number, item in enumerate(value):
            try:
                TokenHash.parse(item)
            except ValueError as error:
                yield f"tokens[{number}] {error}"
    elif key == "rpcs" and not set(value) <= RPCS:
        yield f"rpcs must be of {', '.join(sorted(RPCS))}"


def _entry(name: str, value: Mapping[str, Any]) -> Entry:
    limits = Limits(**{key: value[key] for key in _LIMITS if key in value})
    caller = Caller(name, frozenset(value["rpcs"]) if "rpcs" in value else RPCS, limits)
    tokens = tuple(TokenHash.parse(item) for item in value.get("tokens", ()))
    return Entry(caller, tokens, tuple(value.get("certificates", ())))


def _shared(table: Mapping[str, Any]) -> Iterator[str]:
    """Tell what two callers are both known by: it could not be told who calls. A hash is not told."""
    owners: dict[str, str] = {}
    for name, value in table.items():
        for certificate in value.get("certificates", ()):
            if owners.setdefault(certificate, name) != name:
                yield f"{name}: {owners[certificate]} has the certificate {certificate}, too"
        for number, token in enumerate(value.get("tokens", ())):
            if owners.setdefault(token, name) != name:
                yield f"{name}: {owners[token]} has tokens[{number}], too"
