"""Articles in RSS (0.9x, 1.0, 2.0) and Atom: entries that hold their whole content, and not a teaser of it.

The elements are those of the RSS 2.0 specification, of its module "content", and of RFC 4287.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import Article
from service.reading import entries, xml_tree
from service.reading.admission import admitted
from service.reading.found import Remark, Unreadable
from service.reading.published import date_article
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Element

    from service.reading.entries import Entry
    from service.reading.found import Found

# A teaser has a sentence or three; what is longer and is not broken off can be summarized.
LEAST_WORDS = 100
_READERS: dict[str, Callable[[Element], Iterator[Entry]]] = {
    "rss": entries.rss,
    "rdf": entries.rss,
    "feed": entries.atom,
}
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_REFERENCE = re.compile(r"&(?:#\w+|\w+);")
# How markup begins or ends that lays out paragraphs; no prose has it.
_LAID_OUT = re.compile(
    r"\s*<(?:p|div|h[1-6]|ul|ol|blockquote|figure|article|section|table|pre|img)\b[^>]*>"
    r"|.*?(?:</(?:p|div|h[1-6]|li|blockquote)>|<br\s*/?>)",
    re.IGNORECASE | re.DOTALL,
)
_BROKEN_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*(?:(?:continue|read)\b.{0,40})?$", re.IGNORECASE)


def read_feed(content: bytes, name: str, place: str) -> Iterator[Found]:
    """Yield the articles of a feed, and a remark on each entry that is only a teaser.

    Raises:
        Unreadable: It is no feed, or its XML cannot be read.
    """
    root = xml_tree.parse(content)
    reader = _READERS.get(xml_tree.local_name(root))
    if reader is None:
        about = (
            f"is no feed: its root is <{xml_tree.local_name(root)}>, and must be <rss>, <feed> or <rdf:RDF>"
        )
        raise Unreadable(Reason.NOT_A_FEED, about)
    for number, entry in enumerate(reader(root), 1):
        yield from _articles(entry, f"{name}-{number}", f"{place}, entry {number}")


def _articles(entry: Entry, name: str, place: str) -> Iterator[Found]:
    title = _plain(entry.title)
    body, is_markup = _body(entry)
    if not entry.content and _is_teaser(body):
        about = f"is only a teaser, of {len(_plain(body).split())} words{title and f': {title}'}"
        yield Remark(place, Reason.ONLY_A_TEASER, about)
        return
    article = Article(id=entry.id or entry.link or name, title=title, publisher=_plain(entry.publisher))
    article.uri = entry.link
    if is_markup:
        article.html = body
    else:
        article.text = body
    if body not in {entry.content, entry.summary} or (is_markup and entry.is_plain):
        about = "its markup is written as text would be, and is read as markup"
        yield Remark(place, Reason.MARKUP_AS_TEXT, about, lost=False)
    yield from _dated(article, entry.date, place)
    yield from admitted(article, place, name)


def _body(entry: Entry) -> tuple[str, bool]:
    """Return the content of an entry, and whether it is HTML.

    What lays out paragraphs is HTML even if it was escaped once too often, or is said to be plain text.
    """
    body = entry.content or entry.summary
    if entry.is_plain:
        return body, bool(_LAID_OUT.match(body))
    if not _TAG.search(body) and _LAID_OUT.match(plain := unescape(body)):
        return plain, True
    return body, bool(_TAG.search(body) or _REFERENCE.search(body))


def _is_teaser(summary: str) -> bool:
    text = _plain(summary)
    return len(text.split()) < LEAST_WORDS or bool(_BROKEN_OFF.search(text))


def _dated(article: Article, date: str, place: str) -> Iterator[Remark]:
    time = entries.time_of(date)
    if time:
        date_article(article, time)
    elif date:
        about = f"its date is left out, since it cannot be read: {date!r}"
        yield Remark(place, Reason.INVALID_TIMESTAMP, about, lost=False)


def _plain(markup: str) -> str:
    """Return what is to be read in a line of text or HTML, escaped once or once too often."""
    text = unescape(_TAG.sub(" ", markup))
    return " ".join((unescape(text) if _REFERENCE.search(text) else text).split())
