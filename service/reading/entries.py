"""Entries of RSS and Atom: what each says of itself, in one form."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from typing import TYPE_CHECKING

from lxml import etree

from service.reading.xml_tree import children, first, local_name, namespace, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_XHTML = "http://www.w3.org/1999/xhtml"
# Many leave out isPermaLink="false", and write any name.
_ADDRESS = re.compile("https?://", re.IGNORECASE)
_PLAIN = {"text", "text/plain"}
_MARKUP = {"html", "xhtml", "text/html", "application/xhtml+xml"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed; empty where it says nothing.

    Attributes:
        id: Its guid or id.
        title: Its title, perhaps with markup.
        link: Its address.
        publisher: Who published it.
        date: When it was published, as it is written.
        content: Its whole content.
        summary: What may be its content or a teaser of it.
        is_plain: Whether its content is plain text, in which "<" is no markup.
    """

    id: str
    title: str
    link: str
    publisher: str
    date: str
    content: str
    summary: str
    is_plain: bool = False


def rss(root: Element) -> Iterator[Entry]:
    """Yield the entries of RSS, those of RSS 1.0 beside the channel and others in it."""
    channel = next(children(root, "channel"), root)
    publisher = first(channel, "title")
    for item in (*children(channel, "item"), *children(root, "item")):
        link = first(item, "link", namespace(item))
        yield Entry(
            id=first(item, "guid") or link or _attribute(item, "about"),
            title=first(item, "title", namespace(item)),
            link=link or _permanent(item),
            publisher=first(item, "publisher", _DUBLIN_CORE) or first(item, "source") or publisher,
            date=first(item, "pubdate") or first(item, "date", _DUBLIN_CORE),
            content=first(item, "encoded", _CONTENT) or _body(item),
            summary=first(item, "description"),
        )


def atom(root: Element) -> Iterator[Entry]:
    """Yield the entries of Atom."""
    publisher = first(root, "title")
    for entry in children(root, "entry"):
        source = next(children(entry, "source"), None)
        content = next(children(entry, "content"), None)
        summary = next(children(entry, "summary"), None)
        yield Entry(
            id=first(entry, "id"),
            title=first(entry, "title"),
            link=_alternate(entry),
            publisher=(first(source, "title") if source is not None else "") or publisher,
            date=first(entry, "published") or first(entry, "issued") or first(entry, "updated"),
            content=_construct(content),
            summary=_construct(summary),
            is_plain=_type(content if _construct(content) else summary) in _PLAIN,
        )


def time_of(date: str) -> datetime | None:
    """Return a date of RFC 3339 or RFC 822 in its own zone, or None; without a zone it is that of UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = read(date.strip())
            zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
            zoned.astimezone(UTC)  # overflows at the ends of time, which no message can tell
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return zoned
    return None


def _permanent(item: Element) -> str:
    """Return the guid of an item if it is an address, and the contrary is not said."""
    guid = next(children(item, "guid"), None)
    if guid is None or guid.get("isPermaLink", "true").strip().lower() != "true":
        return ""
    return text_of(guid) if _ADDRESS.match(text_of(guid)) else ""


def _body(item: Element) -> str:
    body = next(children(item, "body", _XHTML), None)
    return "" if body is None else _inner(body)


def _alternate(entry: Element) -> str:
    links = [link for link in children(entry, "link") if link.get("rel", "alternate") == "alternate"]
    return next((link.get("href", "").strip() for link in links), "")


def _construct(element: Element | None) -> str:
    """Return the content of an Atom construct; what stands elsewhere or is no text is none."""
    if element is None or element.get("src"):
        return ""
    kind = _type(element)
    if kind in _PLAIN or (kind in _MARKUP and not len(element)):
        return text_of(element)
    return _inner(element) if kind in _MARKUP else ""


def _type(element: Element | None) -> str:
    return "text" if element is None else element.get("type", "text").strip().lower()


def _inner(element: Element) -> str:
    """Return the markup in an element as HTML."""
    return escape(element.text or "", quote=False).strip() + "".join(map(_html, element)).strip()


def _html(element: Element) -> str:
    copy = deepcopy(element)
    for part in copy.iter():
        if namespace(part) == _XHTML:
            part.tag = local_name(part)
    etree.cleanup_namespaces(copy)
    return str(etree.tostring(copy, encoding="unicode", method="html"))


def _attribute(element: Element, name: str) -> str:
    found = (str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name)
    return next(found, "")
