"""Files -> articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import Article
from service.errors import InvalidRequest, Violation
from service.rpc.article_rules import is_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_HTML = frozenset({".html", ".htm", ".xhtml"})


def read(paths: Sequence[Path]) -> list[Article]:
    """Read one article a file; its id is the file name without the ending, which tells HTML from text.

    Raises:
        InvalidRequest: Files cannot be read, are empty or not UTF-8, or share an id; all are told at once.
    """
    articles: list[Article] = []
    violations: list[Violation] = []
    owners: dict[str, Path] = {}
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8")
        except OSError as error:
            violations.append(Violation(str(path), "UNREADABLE_FILE", f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            violations.append(Violation(str(path), "NOT_UTF8", _not_utf8(error)))
        else:
            articles.append(_article(path, text))
            violations += _content_violations(path, articles[-1])
        if owners.setdefault(path.stem, path) is not path:
            shared = f"has the same id, {path.stem!r}, as {owners[path.stem]}; rename one of them"
            violations.append(Violation(str(path), "DUPLICATE_ID", shared))
    if violations:
        raise InvalidRequest(tuple(violations))
    return articles


def _article(path: Path, content: str) -> Article:
    if path.suffix.lower() in _HTML:
        return Article(id=path.stem, html=content)
    return Article(id=path.stem, text=content)


def _content_violations(path: Path, article: Article) -> Iterator[Violation]:
    if not (article.text + article.html).strip():
        yield Violation(str(path), "EMPTY_TEXT", "holds no text")
    if is_page(article.text):
        about = "is a page of HTML, and its name must end with .html"
        yield Violation(str(path), "HTML_AS_TEXT", about)


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}; convert it first"
