"""What files hold, read again when they change; files that cannot be used leave what was there."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
Stamp = tuple[tuple[int, int, int, int], ...]
_log = logging.getLogger(__name__)

# File systems tell times in steps. Of two changes within one step, the second could not be seen, so
# files that have just changed are read again until their stamps are older than any step.
_SETTLED_NANOSECONDS = 2_000_000_000


class Reloaded(Generic[T]):
    """Looks at its files whenever it is asked, so that a change holds from the next question on.

    Threads may share it.
    """

    def __init__(self, what: str, paths: tuple[Path, ...], read: Callable[[tuple[bytes, ...]], T]) -> None:
        """Read the files for the first time.

        Args:
            what: What the files are, in words, for the log.
            paths: The files.
            read: Makes something of their bytes; raises SettingsError if they are not what they should be.

        Raises:
            SettingsError: A file cannot be read or used.
        """
        self._what, self._paths, self._read = what, paths, read
        self._lock = threading.Lock()
        self._fault = ""
        self._stamp = self._look()
        self._contents = self._bytes()
        self._value = self._made()

    @property
    def value(self) -> T:
        """What the files hold now, or held when they could last be used."""
        with self._lock:
            try:
                self._refresh()
            except SettingsError as error:
                self._tell(str(error))
            else:
                self._fault = ""
            return self._value

    def _refresh(self) -> None:
        stamp = self._look()
        if stamp == self._stamp and _is_settled(stamp):
            return
        self._stamp = stamp
        contents = self._bytes()
        if contents == self._contents:
            return
        self._contents = contents
        self._value = self._made()
        _log.info("%s changed, and what is new is used", self._what)

    def _made(self) -> T:
        """Make the value of the bytes, which must still stand in the files when that is done."""
        value = self._read(self._contents)
        if self._bytes() != self._contents:
            message = f"{self._what}: written to while it was read"
            raise SettingsError(message)
        return value

    def _tell(self, fault: str) -> None:
        """Log a fault, once, however often it is met before it is gone."""
        if fault != self._fault:
            _log.error("%s changed and cannot be used, what was there stays: %s", self._what, fault)
        self._fault = fault

    def _look(self) -> Stamp:
        try:
            found = [path.stat() for path in self._paths]
        except OSError as error:
            raise _unreadable(error) from None
        return tuple((one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for one in found)

    def _bytes(self) -> tuple[bytes, ...]:
        try:
            return tuple(path.read_bytes() for path in self._paths)
        except OSError as error:
            raise _unreadable(error) from None


def _is_settled(stamp: Stamp) -> bool:
    youngest = max(max(modified, changed) for _, _, modified, changed in stamp)
    return time.time_ns() - youngest > _SETTLED_NANOSECONDS


def _unreadable(error: OSError) -> SettingsError:
    return SettingsError(f"{error.filename} cannot be read: {error.strerror}")
