"""HTML into a tree, within limits that keep the work on a page near linear in its length.

Nothing outside the page is ever read: no file, no network, no entity that the page declares itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml.etree import ErrorTypes, ParserError
from lxml.html import HTMLParser, document_fromstring

from service.markup.attributes import most_attributes

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# The parser goes no deeper, and drops what follows.
MAX_DEPTH = 255
# A page of so many, nested as deep as it may be, takes about three seconds.
MAX_ELEMENTS = 25_000
MAX_ATTRIBUTES = 1_000

# Characters that a tree cannot hold, and references to characters.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x(?P<hexadecimal>[0-9a-f]{1,8})|(?P<decimal>[0-9]{1,10}));?", re.IGNORECASE)
# Elements that can be hidden, by themselves or by their style; a page that unhides itself is no secret.
_MAYBE_HIDDEN = "/html/body//*[self::template or @hidden or @aria-hidden or @style]"
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)


class Unreadable(Exception):
    """A page cannot be read.

    Attributes:
        reason: Stable name of the rule that it breaks.
        limits: Figures of the rule.
    """

    reason = "UNREADABLE_HTML"

    def __init__(self, about: str, **limits: int) -> None:
        """Keep what is wrong in words, and the figures."""
        super().__init__(about)
        self.limits = tuple((name, str(most)) for name, most in limits.items())


class TooComplex(Unreadable):
    """A page is beyond what is read."""

    reason = "HTML_TOO_COMPLEX"


def parse(html: str) -> HtmlElement | None:
    """Return the root of a page, or None if there is nothing in it.

    Whatever the page says about its own encoding is ignored: it has been decoded.

    Raises:
        TooComplex: Its tags are nested too deep, or there are too many of them or of their attributes.
    """
    printable = _printable(html)
    _refuse_attributes(printable)
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True
    )
    try:
        root = document_fromstring(printable.encode(), parser=parser)
    except ParserError:
        return None
    if any(entry.type == ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        about = f"tags are nested more than {MAX_DEPTH} deep, or a single part has over ten million bytes"
        raise TooComplex(about, max_depth=MAX_DEPTH)
    elements = sum(1 for _ in root.iter())
    if elements > MAX_ELEMENTS:
        about = f"{elements} elements, and at most {MAX_ELEMENTS} are read"
        raise TooComplex(about, max_elements=MAX_ELEMENTS)
    return root


def empty_hidden(root: HtmlElement) -> None:
    """Take out of a page what its own markup hides from the reader; rules in style sheets are not known.

    Elements are emptied and stay, from the last one on, so that the work is linear however they are nested.
    """
    for element in reversed(root.xpath(_MAYBE_HIDDEN)):
        if _is_hidden(element):
            element.clear(keep_tail=True)


def _is_hidden(element: HtmlElement) -> bool:
    # What is hidden until found opens for readers who search.
    by_attribute = element.get("hidden", "until-found").lower() != "until-found"
    for_all = element.get("aria-hidden", "").lower() == "true"
    return bool(
        element.tag == "template" or by_attribute or for_all or _HIDING_STYLE.search(element.get("style", ""))
    )


def _refuse_attributes(html: str) -> None:
    if (attributes := most_attributes(html)) > MAX_ATTRIBUTES:
        about = f"an element has {attributes} attributes, and at most {MAX_ATTRIBUTES} are read"
        raise TooComplex(about, max_attributes=MAX_ATTRIBUTES)


def _printable(html: str) -> str:
    """Return the page without characters that a tree cannot hold, written as such or by number."""
    return _REFERENCE.sub(_if_printable, _CONTROLS.sub("", html))


def _if_printable(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference["hexadecimal"], reference["decimal"]
    point = int(hexadecimal, 16) if hexadecimal else int(decimal)
    known = point <= 0x10FFFF and not 0xD800 <= point <= 0xDFFF  # noqa: PLR2004  the bounds of Unicode
    return reference[0] if known and not _CONTROLS.match(chr(point)) else ""
