"""Extract: articles that came as HTML get the text that every later stage, and every span, refers to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.domain import Overflow
from service.errors import InvalidRequest, Violation
from service.markup.metadata import metadata_of
from service.markup.text import text_of
from service.markup.tree import TooComplex, Unreadable, empty_hidden, parse

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


def refuse_long(articles: Sequence[Article], overflow: Overflow, most: int, most_together: int) -> None:
    """Hold the texts of pages to the limits that bind all texts.

    Args:
        articles: With their texts.
        overflow: Whether a text that is too long will be cut.
        most: Characters of one article.
        most_together: Characters of all articles.

    Raises:
        InvalidRequest: Texts of pages, or all texts together, are too long; all of them are told.
    """
    cut = overflow is Overflow.TRUNCATE
    lengths = [min(len(article.text), most) if cut else len(article.text) for article in articles]
    violations = [
        _too_large(f"articles[{index}].html", f"its text has {length}", most, "max_article_characters")
        for index, (article, length) in enumerate(zip(articles, lengths, strict=True))
        if article.html and length > most
    ]
    if any(article.html for article in articles) and sum(lengths) > most_together:
        about = f"their texts have {sum(lengths)}"
        violations.append(_too_large("articles", about, most_together, "max_request_characters"))
    if violations:
        raise InvalidRequest(tuple(violations))


def _too_large(field: str, about: str, most: int, name: str) -> Violation:
    limits = ((name, str(most)),)
    return Violation(field, "INPUT_TOO_LARGE", f"{about} characters, and at most {most} are taken", limits)


def _extract(article: Article) -> Article:
    root = parse(article.html)
    if root is None:
        return article
    page = metadata_of(root)  # also from what is hidden, as notes for machines often are
    empty_hidden(root)
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
