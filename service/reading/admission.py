"""What an article must be, wherever it was read: the rules of the contract that need no settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.reading.found import Remark, Unreadable
from service.reading.names import fitting
from service.reading.reasons import Reason
from service.rpc.article_rules import FIELD_CHARACTERS, is_blank, is_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsweave.v1.newsweave_pb2 import Article
    from service.reading.found import Found


def admitted(article: Article, place: str, otherwise: str) -> Iterator[Found]:
    """Yield an article with an id that fits, or why it is not taken; notes on what else was left out of it.

    Args:
        article: Is changed so that it fits.
        place: Where it stands.
        otherwise: Its id, if nothing can be seen of the one that it has.
    """
    fault = _fault(article)
    if fault:
        yield fault.at(place)
        return
    article.id = fitting(article.id, otherwise)
    for name, most in FIELD_CHARACTERS.items():
        if (count := len(getattr(article, name))) > most:
            setattr(article, name, "")
            about = f"its {name} is left out: {count} characters, and at most {most} are taken"
            yield Remark(place, Reason.FIELD_TOO_LONG, about, lost=False)
    yield article


def _fault(article: Article) -> Unreadable | None:
    is_html = article.HasField("html")
    if is_blank(article.html if is_html else article.text):
        return Unreadable(Reason.EMPTY_HTML if is_html else Reason.EMPTY_TEXT, "holds no text")
    if is_page(article.text):
        return Unreadable(Reason.HTML_AS_TEXT, "is a page of HTML, and given as text")
    return None
