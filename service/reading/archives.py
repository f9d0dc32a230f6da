"""Pages in a web archive (WARC, ISO 28500), packed or not: what was answered with status 200 and is HTML."""

from __future__ import annotations

import contextlib
import io
import logging
import re
from typing import TYPE_CHECKING

from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed

from newsweave.v1.newsweave_pb2 import Article
from service.reading.admission import admitted
from service.reading.bounded import Unpacked
from service.reading.found import Remark, Unreadable
from service.reading.pages import decoded_page
from service.reading.reasons import Reason
from service.reading.responses import body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warcio.recordloader import ArcWarcRecord

    from service.reading.bounded import Readable
    from service.reading.found import Found, Limits

# It logs what it reads.
logging.getLogger("warcio").setLevel(logging.CRITICAL + 1)

_PAGES = {"text/html", "application/xhtml+xml"}
# Records that go with others.
_BESIDE = {"warcinfo", "request", "metadata"}
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


def read_archive(beginning: bytes, stream: Readable, place: str, limits: Limits) -> Iterator[Found]:
    """Yield the pages of an archive, and remarks; what cannot be read ends it, and the pages before stay.

    Args:
        beginning: What was read of the stream already.
        stream: The rest of it.
        place: What it is called.
        limits: How much is read at most.
    """
    archive = _Archive(place, limits)
    records = WARCIterator(Unpacked(beginning, stream, limits))
    try:
        # warcio writes to stderr where a record is longer than it says.
        with contextlib.redirect_stderr(io.StringIO()):
            for record in records:
                yield from archive.page(record)
    except Unreadable as fault:
        yield fault.at(archive.last)
    except ArchiveLoadFailed as fault:
        yield Remark(archive.last, Reason.DAMAGED, f"what follows is no record of a WARC file: {fault}")
    except Exception as fault:  # noqa: BLE001  the library promises nothing about damaged archives
        yield Remark(archive.last, Reason.DAMAGED, f"what follows cannot be read: {type(fault).__name__}")
    if records.err_count:
        yield Remark(place, Reason.DAMAGED, f"{records.err_count} records do not end where they say")
    yield from archive.notes()


class _Archive:
    """What is known of an archive while its records go by."""

    def __init__(self, place: str, limits: Limits) -> None:
        self.last = place
        self._place, self._limits = place, limits
        self._records = self._others = 0

    def page(self, record: ArcWarcRecord) -> Iterator[Found]:
        """Yield the page that a record is, or why it is not read."""
        self._records += 1
        self.last = f"{self._place}, record {self._records}"
        if not (record.rec_headers.get_header("Content-Length") or "").strip().isdecimal():
            raise Unreadable(Reason.DAMAGED, "tells no length: what follows cannot be read")
        if not _is_page(record):
            self._others += record.rec_type not in _BESIDE
            return
        uri = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
        declared = _CHARSET.search(record.http_headers.get_header("Content-Type"))
        try:
            content = body(record, self._limits.page_bytes)
            html = yield from decoded_page(content, declared[1] if declared else "", self.last)
        except Unreadable as fault:
            yield Remark(f"{self.last} ({uri})", fault.reason, str(fault))
            return
        article = Article(id=uri, html=html, uri=uri)
        yield from admitted(article, self.last, f"record-{self._records}")

    def notes(self) -> Iterator[Remark]:
        """Yield what was passed over."""
        if self._others:
            about = f"{self._others} records are passed over: they are no pages of HTML with status 200"
            yield Remark(self._place, Reason.OTHER_RECORDS, about, lost=False)


def _is_page(record: ArcWarcRecord) -> bool:
    headers = record.http_headers
    if record.rec_type != "response" or headers is None or headers.get_statuscode() != "200":
        return False
    kind = (headers.get_header("Content-Type") or "").partition(";")[0]
    return kind.strip().lower() in _PAGES
