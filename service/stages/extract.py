"""Extract: articles that came as HTML get the text that every later stage, and every span, refers to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.errors import InvalidRequest, Violation
from service.markup.metadata import metadata_of
from service.markup.text import text_of
from service.markup.tree import TooComplex, Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.domain import Article

# In characters: a page with less text than this, or with one line only, may hold its article for machines.
_SHORT = 250
# A page gives no more text than it has characters; a tiny one may, by the marks of its lists.
_TINY = 1_000


def extract(articles: Sequence[Article], check: Callable[[], None]) -> tuple[Article, ...]:
    """Give every article that came as HTML its text, and what its page says where the caller said nothing.

    Args:
        articles: What the caller sent.
        check: Is called before each article.

    Raises:
        InvalidRequest: Pages are beyond what is read; all of them are told.
    """
    extracted: list[Article] = []
    violations: list[Violation] = []
    for index, article in enumerate(articles):
        check()
        try:
            extracted.append(_extract(article) if article.html else article)
        except Unreadable as fault:
            violations.append(Violation(f"articles[{index}].html", fault.reason, str(fault), fault.limits))
    if violations:
        raise InvalidRequest(tuple(violations))
    return tuple(extracted)


def _extract(article: Article) -> Article:
    root = parse(article.html)
    if root is None:
        return article
    page = metadata_of(root)
    text = text_of(root)
    if len(text) < _SHORT or "\n" not in text:
        text = max(page.body, text, key=len)
    if len(text) > max(len(article.html), _TINY):
        about = "more text comes out of it than stands in it"
        raise TooComplex(about)
    return replace(
        article,
        text=text,
        title=article.title or page.title,
        publisher=article.publisher or page.publisher,
        uri=article.uri or page.uri,
        published_at=article.published_at or page.published_at,
    )
