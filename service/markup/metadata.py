"""What a page says about itself to machines: schema.org in JSON-LD, then the Open Graph protocol.

Nothing is guessed: a date that merely stands somewhere on the page is not taken for its own.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

# Types of schema.org that are articles: NewsArticle, ReportageNewsArticle, LiveBlogPosting and such.
_ARTICLE = re.compile(r"(?:https?://schema\.org/)?\w*(?:Article|BlogPosting)")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\]+", re.IGNORECASE)
_AROUND_ADDRESS = re.compile(r"^https?://|/?(?:#.*)?$", re.IGNORECASE)
# In characters: what is longer is no title, name or address.
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; empty where it says nothing.

    Attributes:
        title: Its headline.
        publisher: The name of who published it.
        uri: Its address; absolute, http or https.
        published_at: When, in the zone that it states; a date or time without a zone is taken for UTC.
        body: The whole article as text, one paragraph a line.
    """

    title: str = ""
    publisher: str = ""
    uri: str = ""
    published_at: datetime | None = None
    body: str = ""


def metadata_of(root: HtmlElement) -> Metadata:
    """Return what a page says about itself; JSON-LD wins over Open Graph, and both over its markup."""
    graph = _open_graph(root)
    article = _own(list(_json_articles(root)), root, graph)
    publisher = next(iter(_listed(article.get("publisher"))), None)
    main = article.get("mainEntityOfPage")
    return Metadata(
        title=_first(article.get("headline"), graph.get("og:title"), _only_heading(root)),
        publisher=_first(_of(publisher, "name"), graph.get("og:site_name")),
        uri=_address(article.get("url"), _of(main, "@id"), graph.get("og:url"), _canonical(root)),
        published_at=_time(_first(article.get("datePublished"), graph.get("article:published_time"))),
        body=_body(article.get("articleBody")),
    )


def _own(articles: list[dict[str, Any]], root: HtmlElement, graph: dict[str, str]) -> dict[str, Any]:
    """Return the article that the page is about: of several, the one that has its address or its title."""
    if len(articles) == 1:
        return articles[0]
    pages = {_bare(value) for value in (_canonical(root), graph.get("og:url"))} - {""}
    titles = {_title(value) for value in (*_headings(root), graph.get("og:title"))} - {""}
    by_address = (article for article in articles if not pages.isdisjoint(_addresses(article)))
    by_title = (article for article in articles if _title(article.get("headline")) in titles)
    return next(by_address, None) or next(by_title, {})


def _addresses(article: dict[str, Any]) -> set[str]:
    mains = [_of(main, "@id") for main in _listed(article.get("mainEntityOfPage"))]
    return {_bare(value) for value in (article.get("url"), article.get("@id"), *mains)}


def _bare(address: object) -> str:
    """Return what two ways to write one address share."""
    return _AROUND_ADDRESS.sub("", _first(address))


def _title(value: object) -> str:
    return _first(value).casefold()


def _json_articles(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield the articles that stand in JSON-LD, in the order of the page."""
    for script in root.iter("script"):
        if not script.get("type", "").lower().startswith("application/ld+json"):
            continue
        try:
            found = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = deque(_listed(found))
        while nodes:
            node = nodes.popleft()
            if not isinstance(node, dict):
                continue
            if any(isinstance(kind, str) and _ARTICLE.fullmatch(kind) for kind in _listed(node.get("@type"))):
                yield node
            nodes.extend(_listed(node.get("@graph")) + _listed(node.get("mainEntity")))


def _open_graph(root: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        found.setdefault(meta.get("property", meta.get("name", "")).lower(), meta.get("content", ""))
    return found


def _canonical(root: HtmlElement) -> str:
    return next((link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical"), "")


def _only_heading(root: HtmlElement) -> str:
    """Return the main heading if there is one only; among several, one may be the name of the site."""
    headings = _headings(root)
    return headings[0] if len(headings) == 1 else ""


def _headings(root: HtmlElement) -> list[str]:
    return [" ".join(heading.itertext()) for heading in root.iter("h1")]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _of(value: object, key: str) -> object:
    """Return a property of a node, or the node itself where its property stands in its place."""
    return value.get(key) if isinstance(value, dict) else value


def _first(*values: object) -> str:
    """Return the first value that says something, on one line."""
    told = (_line(value) for value in values if isinstance(value, str))
    return next((value for value in told if 0 < len(value) <= _LONGEST), "")


def _address(*values: object) -> str:
    told = (_first(value) for value in values)
    return next((value for value in told if _ADDRESS.fullmatch(value)), "")


def _line(value: str) -> str:
    """Return a value on one line, as text. JSON can hold halves of surrogate pairs, and messages cannot."""
    whole = value.encode("utf-8", "replace").decode()
    return " ".join(unescape(whole).split())


def _time(value: str) -> datetime | None:
    """Return a time with its own offset, so that its date is the one on the page: "today" means that day."""
    try:
        time = datetime.fromisoformat(value)
        zoned = time if time.tzinfo else time.replace(tzinfo=UTC)
        zoned.astimezone(UTC)  # overflows at the ends of time, which no message can tell
    except (ValueError, OverflowError):
        return None
    return zoned


def _body(value: object) -> str:
    """Return the body of an article; one with markup in it is left to the extractor."""
    if not isinstance(value, str) or "<" in unescape(value):
        return ""
    return "\n".join(line for part in value.splitlines() if (line := _line(part)))
