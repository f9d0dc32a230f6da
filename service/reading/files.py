"""One file, of whatever kind -> what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from service.reading import feeds, formats, pages, records
from service.reading.archives import read_archive
from service.reading.formats import Format
from service.reading.found import Remark, Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.reading.bounded import Readable
    from service.reading.found import Found, Limits
    from service.reading.places import Place

# What is read whole: content, id, name of the place.
_READERS: dict[Format, Callable[[bytes, str, str], Iterator[Found]]] = {
    Format.TEXT: pages.read_text,
    Format.HTML: pages.read_page,
    Format.JSON: records.read_json,
    Format.FEED: feeds.read_feed,
}
# What a folder may hold beside articles, as a file of settings in JSON is.
_NO_ARTICLES = {Reason.NO_ARTICLES, Reason.NOT_A_FEED}


def read_file(place: Place, standard_input: BinaryIO, kind: Format | None, limits: Limits) -> Iterator[Found]:
    """Yield the articles in a file, and remarks on what cannot be read; nothing that a file holds raises.

    Args:
        place: The file.
        standard_input: Is read in place of a file if the place has none.
        kind: Is told by name and beginning if it is None.
        limits: How much is read at most.
    """
    try:
        if place.path is None:
            yield from _limited(_read(standard_input, place, kind, limits), limits)
        else:
            kind = kind or formats.by_name(place.path.name)
            with place.path.open("rb") as stream:
                yield from _limited(_read(stream, place, kind, limits), limits)
    except OSError as error:
        yield Remark(place.name, Reason.UNREADABLE_FILE, f"cannot be read: {error.strerror or error}")
    except Unreadable as fault:
        is_lost = place.is_named or fault.reason not in _NO_ARTICLES
        yield Remark(place.name, fault.reason, str(fault), lost=is_lost)


def _limited(everything: Iterator[Found], limits: Limits) -> Iterator[Found]:
    """Yield what is found, and stop where too much is wrong with it.

    Raises:
        Unreadable: There is more to remark on than anybody reads, or nothing at all.
    """
    count = remarks = 0
    for found in everything:
        yield found
        count += 1
        remarks += isinstance(found, Remark)
        if remarks > limits.faults:
            about = f"has more than {limits.faults} faults: the rest of it is not read"
            raise Unreadable(Reason.TOO_MANY_FAULTS, about)
    if not count:
        raise Unreadable(Reason.NO_ARTICLES, "holds no articles")


def _read(stream: Readable, place: Place, kind: Format | None, limits: Limits) -> Iterator[Found]:
    beginning = stream.read(formats.BEGINNING)
    kind = kind or formats.by_beginning(beginning)
    if kind is Format.WARC:
        yield from read_archive(beginning, stream, place.name, limits)
        return
    if kind is Format.JSONL:
        yield from records.read_json_lines(beginning, stream, place.id, place.name, limits)
        return
    content = beginning + stream.read(limits.file_bytes + 1 - len(beginning))
    if len(content) > limits.file_bytes:
        raise Unreadable(Reason.TOO_LARGE, f"has more than {limits.file_bytes} bytes")
    yield from _READERS[kind](content, place.id, place.name)
