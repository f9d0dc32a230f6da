"""Files -> the articles of one story, or everything that is wrong with the files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from service.cli import remarks
from service.errors import InvalidRequest, Violation
from service.reading.files import read_file
from service.reading.found import Limits, Remark
from service.reading.places import named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsweave.v1.newsweave_pb2 import Article

_LIMITS = Limits()


def read(paths: Sequence[Path]) -> list[Article]:
    """Read articles; the id of one that has none is the name of its file without the ending.

    Raises:
        InvalidRequest: Something cannot be read, or articles share an id; all faults are told at once.
    """
    owners: dict[str, Path] = {}
    articles: list[Article] = []
    violations: list[Violation] = []
    for path in paths:
        for found in read_file(named(path), sys.stdin.buffer, None, _LIMITS):
            if isinstance(found, Remark):
                violations += _violations(found)
                continue
            articles.append(found)
            if found.id in owners:
                about = f"has the same id, {found.id!r}, as {owners[found.id]}; rename one of them"
                violations.append(Violation(str(path), "DUPLICATE_ID", about))
            owners.setdefault(found.id, path)
    if violations:
        raise InvalidRequest(tuple(violations))
    return articles


def _violations(remark: Remark) -> list[Violation]:
    """Return the violation that a loss is; what is no loss is told."""
    if remark.lost:
        return [Violation(remark.place, remark.reason, remark.description)]
    remarks.tell([remark])
    return []
