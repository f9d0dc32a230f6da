"""What comes of reading: articles, and remarks on what was left out or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from newsweave.v1.newsweave_pb2 import Article

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.reading.reasons import Reason

_MEBIBYTE = 2**20
# Names in one remark.
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader should know about something that was read, or was not.

    Attributes:
        place: The file, perhaps with a line or an entry of it.
        reason: The case, by a stable name.
        description: The same in words that follow the place.
        lost: Whether something that was given is left out for it; if not, nothing needs to be done.
    """

    place: str
    reason: Reason
    description: str
    lost: bool = True


# Readers yield both, in the order of the file.
Found: TypeAlias = Article | Remark


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read.

    Attributes:
        articles: With ids that are distinct.
        remarks: In the order in which they came up.
    """

    articles: tuple[Article, ...]
    remarks: tuple[Remark, ...]

    @property
    def is_whole(self) -> bool:
        """Return whether nothing was left out."""
        return not any(remark.lost for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read at most, so that no file can fill the memory. Generous beside what a server takes.

    Attributes:
        file_bytes: Of a file that is no archive.
        page_bytes: Of one page in an archive, unpacked.
        archive_bytes: Of an archive, unpacked.
        line_bytes: Of one line of an archive, unpacked.
        faults: Remarks on one file; behind them the rest of it is not read.
        articles: Of all files.
        characters: Of all articles.
    """

    file_bytes: int = 32 * _MEBIBYTE
    page_bytes: int = 8 * _MEBIBYTE
    archive_bytes: int = 4096 * _MEBIBYTE
    line_bytes: int = 16 * _MEBIBYTE
    faults: int = 1_000
    articles: int = 10_000
    characters: int = 256 * _MEBIBYTE


class Unreadable(Exception):
    """Something cannot be read.

    Attributes:
        reason: The case, by a stable name.
    """

    def __init__(self, reason: Reason, about: str) -> None:
        """Keep the case, and what is wrong in words that follow the name of a file."""
        super().__init__(about)
        self.reason = reason

    def at(self, place: str) -> Remark:
        """Return it as a remark on a place."""
        return Remark(place, self.reason, str(self))


def listed(names: Iterable[str]) -> str:
    """Return names in one order, each once; of very many, the first and how many more there are."""
    ordered = sorted(set(names))
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return ", ".join(ordered[:_LISTED]) + more
