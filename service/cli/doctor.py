"""``newsweave doctor``: is everything here that a server needs?"""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import psutil
import typer
from packaging.requirements import Requirement
from rich.text import Text

from service import bootstrap
from service.cli import output
from service.errors import ModelFilesError, NewsweaveError, SettingsError
from service.rpc.access import Access
from service.rpc.credentials import server_credentials
from service.rpc.exposure import weaknesses
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_LEAST_PYTHON = (3, 11)
_MEBIBYTE = 2**20
_LEAST_MEMORY = 2048 * _MEBIBYTE


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``remedy`` is empty if all is well."""

    what: str
    remedy: str = ""


def command() -> None:
    """Check versions, memory, access and models, and warm the models up; exit with 1 if something failed."""
    failed = False
    for finding in _findings(Settings.from_environment(os.environ)):
        output.show(_line(finding), soft_wrap=True)
        failed = failed or bool(finding.remedy)
    if failed:
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    yield python(sys.version_info[:2])
    yield libraries(metadata.requires("newsweave") or [], *_extras(settings))
    yield memory(psutil.virtual_memory().available)
    yield access(settings)
    if settings.drafter_url:
        yield endpoint(settings)
    files = [model_files(settings, name) for name in settings.models]
    yield from files
    if not any(finding.remedy for finding in files):
        yield from warm_up(settings)


def python(version: tuple[int, int]) -> Finding:
    """Check the version of Python."""
    what = f"Python {platform.python_version()}"
    return Finding(what, "" if version >= _LEAST_PYTHON else "install Python 3.11 or later")


def _extras(settings: Settings) -> Iterator[str]:
    if settings.engine == "ray":
        yield "ray"
    if settings.web:
        yield "web"


def libraries(requirements: list[str], *extras: str) -> Finding:
    """Check that every library is installed in a version that was promised to work, those of extras too."""
    needed = [item for item in map(Requirement, requirements) if _is_needed(item, extras)]
    faults = [fault for item in needed if (fault := _version_fault(item))]
    if faults:
        what = f"'newsweave[{','.join(extras)}]'" if extras else "newsweave"
        return Finding(f"libraries: {'; '.join(faults)}", f"install {what} again, with pip")
    return Finding(f"libraries: {len(needed)} in the versions that were asked for")


def _is_needed(item: Requirement, extras: Sequence[str]) -> bool:
    return item.marker is None or any(item.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _version_fault(needed: Requirement) -> str:
    try:
        version = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return f"{needed.name} is not installed"
    if needed.specifier.contains(version, prereleases=True):
        return ""
    return f"{needed.name} is {version}, and must be {needed.specifier}"


def memory(available: int) -> Finding:
    """Check that enough memory is free; ``available`` in bytes."""
    what = f"memory: {available // _MEBIBYTE} MiB free"
    return Finding(what, "" if available >= _LEAST_MEMORY else "free 2 GiB, or use smaller models")


def access(settings: Settings) -> Finding:
    """Check the files of TLS and of callers as a server does when it starts, and tell what is open."""
    try:
        server_credentials(settings)
        Access.of(settings)
    except SettingsError as error:
        return Finding(f"access: {error}", "mend this file, or name another one")
    return Finding(f"access: {'; '.join(weaknesses(settings)) or 'nothing is open that could be closed'}")


def model_files(settings: Settings, name: str) -> Finding:
    """Check every file of a model against its SHA-256."""
    try:
        count = bootstrap.verify_model(settings, name)
    except ModelFilesError as error:
        return Finding(f"model {name}: {error}", f"newsweave models fetch {name}")
    return Finding(f"model {name}: {count} files, as they were fetched")


def endpoint(settings: Settings) -> Finding:
    """Have the endpoint of the drafter write a sentence that is always the same, and tell what wrote it."""
    start = time.perf_counter()
    try:
        writer = bootstrap.try_endpoint(settings)
    except NewsweaveError as error:
        remedy = "mend the endpoint or the settings of the drafter; until then, everything is extracted"
        return Finding(f"drafter: {error}", remedy)
    return Finding(f"drafter: {writer} wrote a sentence: {time.perf_counter() - start:.2f} s")


def warm_up(settings: Settings) -> Iterator[Finding]:
    """Load the models, embed a sentence and draft one."""
    try:
        yield from (_timed(*step) for step in bootstrap.warm_up_steps(settings))
    except NewsweaveError as error:
        yield Finding(f"warm-up: {error}", "newsweave models verify")


def _timed(name: str, step: Callable[[], None]) -> Finding:
    start = time.perf_counter()
    step()
    return Finding(f"{name}: {time.perf_counter() - start:.2f} s")


def _line(finding: Finding) -> Text:
    if not finding.remedy:
        return Text.assemble(("ok      ", "green"), finding.what)
    return Text.assemble(("failed  ", "bold red"), finding.what, f" -> {finding.remedy}")
