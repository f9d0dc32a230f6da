"""Arguments -> the files that they name: files, folders, patterns and standard input."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from service.reading import formats
from service.reading.found import Remark, listed
from service.reading.names import shown
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Place:
    """Where articles may stand.

    Attributes:
        name: By which people are told of it.
        id: What an article that has no name of its own is called by.
        path: The file; None for standard input.
        is_named: Whether it was named, and not only found in a folder.
    """

    name: str
    id: str
    path: Path | None
    is_named: bool = True


def named(path: Path) -> Place:
    """Return the place of a file that was named; its id is the name without the ending."""
    name = shown(path)
    return Place(name, _stem(Path(name).name), path)


def places(arguments: Iterable[str]) -> Iterator[Place | Remark]:
    """Yield every file that is named, in one order, each once, and remarks on what is none."""
    seen: dict[tuple[int, int], str] = {}
    for argument in arguments:
        for place in _of(argument):
            key = _identity(place.path) if isinstance(place, Place) and place.path else None
            if isinstance(place, Place) and key and seen.setdefault(key, place.name) is not place.name:
                yield Remark(place.name, Reason.SAME_FILE, f"is the same file as {seen[key]}", lost=False)
            else:
                yield place


def _of(argument: str) -> Iterator[Place | Remark]:
    path = Path(argument)
    if argument == STANDARD_INPUT:
        yield Place("standard input", "stdin", None)
    elif glob.has_magic(argument) and not os.path.lexists(path):
        yield from _matching(argument)
    elif _is_folder(path):
        yield from _within(path)
    elif _is_missing(path):
        yield Remark(shown(path), Reason.NO_SUCH_FILE, "is not there")
    else:
        yield named(path)


def _matching(pattern: str) -> Iterator[Place | Remark]:
    paths = [Path(match) for match in sorted(glob.iglob(pattern, recursive=True))]  # noqa: PTH207  patterns may be absolute
    folders = {path for path in paths if _is_folder(path)}
    if not paths:
        yield Remark(pattern, Reason.NO_SUCH_FILE, "matches no file")
    for path in paths:
        # "**" matches a folder as well as what is in it.
        if path not in folders:
            yield named(path)
        elif folders.isdisjoint(path.parents):
            yield from _within(path)


def _within(folder: Path) -> Iterator[Place | Remark]:
    """Yield the files of a folder and of those in it, in the order of their names, without hidden ones."""
    passed_over: Counter[str] = Counter()
    entered: set[tuple[int, int] | None] = set()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if _is_folder(path):
            if (key := _identity(path)) not in entered:
                entered.add(key)
                yield from _entries(path, waiting)
        elif formats.by_name(path.name):
            # A pipe might never end, and a link may lead nowhere.
            yield _found(folder, path) if _is_file(path) else _no_file(path)
        else:
            passed_over[formats.ending(path.name) or path.name] += 1
    if passed_over:
        kinds = listed(shown(Path(ending)) for ending in passed_over)
        about = f"holds files that are passed over, {passed_over.total()} in all: {kinds}"
        yield Remark(shown(folder), Reason.OTHER_FILES, about, lost=False)


def _entries(folder: Path, waiting: list[Path]) -> Iterator[Remark]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208  names only
    except OSError as error:
        yield Remark(shown(folder), Reason.UNREADABLE_FILE, f"cannot be read: {error.strerror}")
    else:
        waiting += [folder / name for name in reversed(names)]


def _found(folder: Path, path: Path) -> Place:
    outside, inside = shown(Path(folder.name)), shown(path.relative_to(folder))
    name = inside if outside == "." else f"{outside}/{inside}"
    return Place(shown(path), _stem(name), path, is_named=False)


def _no_file(path: Path) -> Remark:
    status = _status(path)
    about = "is no regular file" if status else "cannot be reached, or is a link to what is not there"
    return Remark(shown(path), Reason.UNREADABLE_FILE, about)


def _stem(name: str) -> str:
    return name.removesuffix(formats.ending(name)) or name


def _is_folder(path: Path) -> bool:
    status = _status(path)
    return status is not None and stat.S_ISDIR(status.st_mode)


def _is_file(path: Path) -> bool:
    status = _status(path)
    return status is not None and stat.S_ISREG(status.st_mode)


def _is_missing(path: Path) -> bool:
    """Return whether there is nothing at a path, not even a link; what is hidden may be there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # no path has a NUL in it
        return True
    except OSError:
        return False
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what a file is known by under all its names, or None if there is none."""
    status = _status(path)
    return status and (status.st_dev, status.st_ino)


def _status(path: Path) -> os.stat_result | None:
    """Return what is known of a file, if it can be reached; Path.is_dir raises if its folder forbids that."""
    try:
        return path.stat()
    except (OSError, ValueError):
        return None
