"""The rules that articles of one cluster must obey."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from service.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from google.protobuf.timestamp_pb2 import Timestamp

    from newsweave.v1 import newsweave_pb2 as pb
    from service.settings import Settings

# Characters that a field of an article may have; generous, and small beside the text.
FIELD_CHARACTERS = {"id": 256, "title": 1_000, "uri": 2_048, "publisher": 256}

# Controls, formats, separators, and marks that need a letter to stand on.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
# Letters and symbols that are drawn as nothing: Hangul fillers and the blank Braille pattern.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")

# 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the bounds of google.protobuf.Timestamp.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
_NANOSECONDS = 1_000_000_000
_MINUTE, _DAY_IN_MINUTES = 60, 24 * 60

# How pages begin, and articles never: perhaps with a byte order mark, a declaration, comments.
_PAGE = re.compile(
    r"[\s\ufeff]*+(?:<\?xml[^>]*>\s*+)?(?:<!--.*?-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def violations(articles: Sequence[pb.Article], settings: Settings, *, truncate: bool) -> Iterator[Violation]:
    """Tell every rule that the articles break.

    Args:
        articles: Those of one cluster.
        settings: Where the limits stand.
        truncate: Whether articles that are too long are cut in place of being refused.
    """
    for index, (article, of_id) in enumerate(zip(articles, identities(articles), strict=True)):
        yield from of_id
        yield from own_violations(article, f"articles[{index}]", settings, truncate=truncate)


def identities(articles: Sequence[pb.Article]) -> Iterator[list[Violation]]:
    """Yield for each article the rules that its id breaks, by which it is named in every answer."""
    first_with: dict[str, int] = {}
    for index, article in enumerate(articles):
        path = f"articles[{index}]"
        first = first_with.setdefault(article.id, index)
        yield [*_id_violations(article.id, path, first, index), *_length_violations(article, path, ("id",))]


def own_violations(
    article: pb.Article, path: str, settings: Settings, *, truncate: bool
) -> Iterator[Violation]:
    """Tell every rule that one article breaks, whatever its id and the other articles are."""
    yield from _content_violations(article, path, settings, truncate=truncate)
    yield from _length_violations(article, path, ("title", "uri", "publisher"))
    yield from _clock_violations(article, path)


def time_violations(time: Timestamp, field: str, offset: int = 0) -> Iterator[Violation]:
    """Tell whether a time is none that the contract has, on a clock so many minutes ahead of UTC."""
    if not _is_valid(time, offset):
        about = "a timestamp lies between the years 1 and 9999, with nanos from 0 to 999999999"
        yield Violation(field, "INVALID_TIMESTAMP", about)


def characters(articles: Iterable[pb.Article]) -> int:
    """Return how many code points the articles have together."""
    return sum(len(article.text) for article in articles)


def html_characters(articles: Iterable[pb.Article]) -> int:
    """Return how many code points the pages of HTML have together."""
    return sum(len(article.html) for article in articles)


def is_page(text: str) -> bool:
    """Return whether a text begins as a page of HTML does."""
    return bool(_PAGE.match(text))


def too_large(field: str, count: int, settings: Settings, name: str) -> Violation:
    """Return the violation of a limit on characters."""
    most = getattr(settings, name)
    about = f"{count} characters, and at most {most} are taken, as the setting {name} says"
    return Violation(field, "INPUT_TOO_LARGE", about, limit(settings, name))


def limit(settings: Settings, name: str) -> tuple[tuple[str, str], ...]:
    """Return a limit by the name of its setting."""
    return ((name, str(getattr(settings, name))),)


def _id_violations(name: str, path: str, first: int, index: int) -> Iterator[Violation]:
    if is_blank(name):
        yield Violation(f"{path}.id", "EMPTY_ID", "an article needs an id, by which it is cited")
    elif first != index:
        about = f"the id is that of articles[{first}], and ids must be distinct"
        yield Violation(f"{path}.id", "DUPLICATE_ID", about)


def _clock_violations(article: pb.Article, path: str) -> Iterator[Violation]:
    offset, reason = article.utc_offset_minutes, "INVALID_TIMESTAMP"
    if abs(offset) >= _DAY_IN_MINUTES:
        about = "a clock is less than a day, 1440 minutes, ahead of UTC or behind"
        yield Violation(f"{path}.utc_offset_minutes", reason, about)
    elif offset and not article.HasField("published_at"):
        about = "it tells the day of published_at, which is not given"
        yield Violation(f"{path}.utc_offset_minutes", reason, about)
    elif article.HasField("published_at"):
        yield from time_violations(article.published_at, f"{path}.published_at", offset)


def _content_violations(
    article: pb.Article, path: str, settings: Settings, *, truncate: bool
) -> Iterator[Violation]:
    field = article.WhichOneof("content")
    if field is None:
        yield Violation(path, "MISSING_CONTENT", "an article needs its content: set text or html")
        return
    content = getattr(article, field)
    if is_blank(content):
        about = f"the {field} has nothing that can be seen"
        yield Violation(f"{path}.{field}", f"EMPTY_{field.upper()}", about)
    if field == "text" and is_page(content):
        yield Violation(f"{path}.text", "HTML_AS_TEXT", "this is a page of HTML: set html in place of text")
    if len(article.html) > settings.max_html_characters:
        yield too_large(f"{path}.html", len(article.html), settings, "max_html_characters")
    if len(article.text) > settings.max_article_characters and not truncate:
        yield too_large(f"{path}.text", len(article.text), settings, "max_article_characters")


def _length_violations(article: pb.Article, path: str, names: Iterable[str]) -> Iterator[Violation]:
    for name in names:
        count, most = len(getattr(article, name)), FIELD_CHARACTERS[name]
        if count > most:
            about = f"{count} characters, and at most {most} are taken"
            limits = ((f"max_{name}_characters", str(most)),)
            yield Violation(f"{path}.{name}", "FIELD_TOO_LONG", about, limits)


def is_blank(text: str) -> bool:
    """Return whether nothing in a text can be seen. Looks at each distinct character once."""
    return all(
        unicodedata.category(character) in _INVISIBLE_CATEGORIES or character in _BLANKS
        for character in set(text)
    )


def _is_valid(time: Timestamp, offset: int) -> bool:
    """Tell whether a time is one, in UTC and on a clock that is so many minutes ahead of it."""
    there = time.seconds + _MINUTE * offset
    both = min(time.seconds, there) >= _FIRST_SECOND and max(time.seconds, there) <= _LAST_SECOND
    return both and 0 <= time.nanos < _NANOSECONDS
