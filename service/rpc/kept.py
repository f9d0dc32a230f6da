"""Summaries of a digest that are kept in a file as they are finished, so that a later run need not make them.

The file is JSON Lines: one object a summary, under a key that is made of all that the summary depends on. A
line that was not finished, as the run ended in its middle, is no summary, and is cut off.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from google.protobuf import json_format

from newsweave.v1 import newsweave_pb2 as pb
from service.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedRandom
    from pathlib import Path

    from service.domain import Job
# How each line begins.
_HEAD = b'{"key": "'


class Kept:
    """The summaries of one file; threads may use it at the same time."""

    def __init__(self, file: BufferedRandom, made_by: str) -> None:
        """Read what there is.

        Args:
            file: Is read, and written to at its end.
            made_by: Names all but the job on which a summary depends: version, settings, models.

        Raises:
            ValueError, KeyError, TypeError, RecursionError, ParseError: It holds something else.
        """
        self._file, self._made_by = file, made_by
        self._adding = threading.Lock()
        self._summaries: dict[str, pb.Summary] = {}
        whole = 0
        for line in file:
            if not line.endswith(b"\n"):
                if not _HEAD.startswith(line[: len(_HEAD)]):
                    raise ValueError
                break
            whole += len(line)
            kept = json.loads(line)
            self._summaries[kept["key"]] = json_format.ParseDict(kept["summary"], pb.Summary())
        file.truncate(whole)
        file.seek(whole)

    def summary(self, job: Job, make: Callable[[Job], pb.Summary]) -> pb.Summary:
        """Return the summary of a job: the one that is kept, or one that is made, and kept from now on."""
        # The background of the job is that of its options, made ready.
        depends_on = (self._made_by, job.articles, job.options)
        key = hashlib.sha256(repr(depends_on).encode()).hexdigest()
        if found := self._summaries.get(key):
            return found
        made = make(job)
        if any(draft.reason == pb.DROP_REASON_NOT_WRITTEN for draft in made.dropped):
            return made  # the next run may find the drafter well
        line = json.dumps({"key": key, "summary": json_format.MessageToDict(made)}, ensure_ascii=False)
        with self._adding:
            self._file.write(f"{line}\n".encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        return made


@contextmanager
def kept_in(path: Path, made_by: str) -> Iterator[Kept]:
    """Open the file, or make it, for one run at a time.

    Raises:
        InvalidRequest: Another run uses it, or it holds something else.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(f"{path}.lock", timeout=0))
            file = stack.enter_context(path.open("a+b"))
            file.seek(0)
            kept = Kept(file, made_by)
        except Timeout:
            raise _refused(path, "KEPT_FILE_IN_USE", "is used by another run") from None
        except OSError as error:
            raise _refused(path, "KEPT_FILE_UNUSABLE", f"cannot be used: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, RecursionError, json_format.ParseError):
            about = "holds something else than kept summaries"
            raise _refused(path, "KEPT_FILE_OF_ANOTHER_KIND", about) from None
        yield kept


def _refused(path: Path, rule: str, about: str) -> InvalidRequest:
    return InvalidRequest((Violation("--keep", rule, f"{path} {about}"),))
