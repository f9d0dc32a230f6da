"""Articles in JSON: an array, objects, an object with ``articles``, or one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsweave.v1.newsweave_pb2 import Article
from service.reading.admission import admitted
from service.reading.encoding import decode
from service.reading.found import Remark, Unreadable, listed
from service.reading.line_numbers import Cursor
from service.reading.lines import lines
from service.reading.published import offset_minutes
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import UnionType

    from service.reading.bounded import Readable
    from service.reading.found import Found, Limits

_ARTICLES = "articles"
_CONTENT = ("text", "html")
_LINES = ("title", "publisher", "uri", "url")
FIELDS = frozenset({"id", "published_at", *_CONTENT, *_LINES})


def read_json(content: bytes, name: str, place: str) -> Iterator[Found]:
    """Yield the articles of a JSON file.

    Raises:
        Unreadable: It is not JSON from some line on, or holds no articles; what came before stays read.
    """
    cursor = Cursor(_text(content))
    reader = _Reader(name, place)
    if cursor.next == "[":
        yield from _of_array(cursor, reader)
    elif cursor.next != "{":
        raise _no_articles()
    while cursor.next == "{":  # one behind the other is what many call JSON
        yield from _of_object(cursor, reader)
    cursor.end()
    yield from reader.notes()


def read_json_lines(
    beginning: bytes, stream: Readable, name: str, place: str, limits: Limits
) -> Iterator[Found]:
    """Yield the articles of a file with one object a line; a bad line does not stop the rest.

    Raises:
        Unreadable: The whole is too long; what came before stays read.
    """
    reader = _Reader(name, place)
    for number, line in enumerate(lines(beginning, stream, limits), 1):
        if not line.strip():
            continue
        try:
            cursor = Cursor(_line(line, number, limits.line_bytes), number)
            value = cursor.value()
            cursor.end()
        except Unreadable as fault:
            yield fault.at(place)
        else:
            yield from reader.article(value, number)
    yield from reader.notes()


def _line(line: bytes, number: int, most: int) -> str:
    if len(line) > most:
        raise Unreadable(Reason.TOO_LARGE, f"line {number}: has more than {most} bytes")
    try:
        return _text(line)
    except Unreadable as fault:
        raise Unreadable(fault.reason, f"line {number}: {fault}") from None


def _text(content: bytes) -> str:
    return decode(content).text.removeprefix("\ufeff")


def _of_array(cursor: Cursor, reader: _Reader) -> Iterator[Found]:
    for line in cursor.items():
        yield from reader.article(cursor.value(), line)


def _of_object(cursor: Cursor, reader: _Reader) -> Iterator[Found]:
    """Yield the articles that an object lists, or the one that it is."""
    line = cursor.line
    fields: dict[str, Any] = {}
    lists_articles = False
    for key in cursor.keys():  # noqa: SIM118  it is no dict
        if key == _ARTICLES and cursor.next == "[":
            lists_articles = True
            yield from _of_array(cursor, reader)
        else:
            fields[key] = cursor.value()
    if lists_articles:
        return
    if fields.keys().isdisjoint(_CONTENT):
        raise _no_articles()
    yield from reader.article(fields, line)


def _no_articles() -> Unreadable:
    about = 'holds no articles: neither objects with "text" or "html" nor a list of them, "articles"'
    return Unreadable(Reason.NO_ARTICLES, about)


class _Reader:
    """Reads the objects of one file, and keeps in mind which fields it did not know."""

    def __init__(self, name: str, place: str) -> None:
        self._name, self._place = name, place
        self._unknown: set[str] = set()
        self._count = 0

    def article(self, value: object, line: int) -> Iterator[Found]:
        """Yield the article that a value is, or what is wrong with it."""
        self._count += 1
        place, name = f"{self._place}, line {line}", f"{self._name}-{self._count}"
        try:
            fields = _fields(value)
            self._unknown |= fields.keys() - FIELDS
            article = _article(fields, name)
        except Unreadable as fault:
            yield fault.at(place)
        else:
            yield from admitted(article, place, name)

    def notes(self) -> Iterator[Remark]:
        """Yield what was not known, once."""
        if self._unknown:
            names = listed(_whole(name) for name in self._unknown)
            yield Remark(
                self._place, Reason.UNKNOWN_FIELDS, f"has fields that are ignored: {names}", lost=False
            )


def _fields(value: object) -> dict[str, Any]:
    """Return the fields of an object that are set."""
    if not isinstance(value, dict):
        raise Unreadable(Reason.WRONG_TYPE, f"is {_kind(value)}, and must be an object")
    return {key: item for key, item in value.items() if item is not None}


def _article(fields: dict[str, Any], name: str) -> Article:
    if len(given := [key for key in _CONTENT if key in fields]) != 1:
        about = "has both text and html" if given else "has neither text nor html"
        raise Unreadable(Reason.MISSING_CONTENT, f"{about}, and must have one of them")
    if "uri" in fields and "url" in fields:
        raise Unreadable(Reason.TWO_ADDRESSES, "has both uri and url, and may have one of them")
    article = Article(id=_id(fields, name))
    for key in (*_CONTENT, *_LINES):
        if key in fields:
            setattr(article, "uri" if key == "url" else key, _string(fields, key))
    if "published_at" in fields:
        _set_time(article, _string(fields, "published_at"))
    return article


def _id(fields: dict[str, Any], name: str) -> str:
    value = fields.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _string(fields, "id") if "id" in fields else name


def _string(fields: dict[str, Any], key: str) -> str:
    value = fields[key]
    if not isinstance(value, str):
        wanted = "a string or a whole number" if key == "id" else "a string"
        raise Unreadable(Reason.WRONG_TYPE, f"{key} is {_kind(value)}, and must be {wanted}")
    if _whole(value) != value:
        raise Unreadable(Reason.HALF_CHARACTER, f"{key} has half of a surrogate pair, which is no character")
    return value


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _set_time(article: Article, value: str) -> None:
    try:
        article.published_at.FromJsonString(value)
        article.utc_offset_minutes = offset_minutes(value)
    except ValueError:
        about = (
            f"published_at is {value!r}, and must be a time of RFC 3339, such as 2024-06-19T08:00:00+02:00"
        )
        raise Unreadable(Reason.INVALID_TIMESTAMP, about) from None


def _kind(value: object) -> str:
    """Return the type of a value by its name in JSON."""
    names: tuple[tuple[type | UnionType, str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        (int | float, "a number"),
        (list, "an array"),
        (dict, "an object"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "null")
