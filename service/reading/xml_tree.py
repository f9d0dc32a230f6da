"""XML -> a tree, with nothing fetched, no entity expanded, and all sizes bounded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from service.reading.encoding import decode
from service.reading.found import Unreadable
from service.reading.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

# What may stand before a document: a declaration, comments and instructions.
_PROLOG = r"\ufeff?\s*+(?:<!--.*?-->\s*+|<\?.*?\?>\s*+)*+"
_OWN_DECLARATIONS = re.compile(_PROLOG + r"<!DOCTYPE[^<>\[]*+\[", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""")
# Characters that no XML may have; what makes feeds often lets them stand.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def parse(content: bytes) -> Element:
    """Return the root of a document.

    Raises:
        Unreadable: It is not well-formed, declares entities, is too deep (256), or has too long a part
            (ten million bytes).
    """
    declared = _ENCODING.search(content)
    text = decode(content, declared[1].decode("ascii") if declared else "").text
    if _OWN_DECLARATIONS.match(text):
        raise Unreadable(
            Reason.XML_DECLARES, "declares entities or elements of its own; such XML is not read"
        )
    return _root(_CONTROLS.sub("", _DECLARATION.sub("", text, count=1).removeprefix("\ufeff")))


def _root(text: str) -> Element:
    # Nothing goes out, and no reference to an entity is followed; those that XML itself has are characters.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(Reason.NOT_XML, f"line {error.lineno}: is not well-formed: {error.msg}") from None
    unknown = next(root.iter(etree.Entity), None)
    if unknown is not None:
        about = f"line {unknown.sourceline}: has the entity {unknown.text}, which XML does not know"
        raise Unreadable(Reason.UNKNOWN_ENTITY, about)
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, in small letters."""
    return str(etree.QName(element).localname).lower()


def namespace(element: Element) -> str:
    """Return the namespace of an element, or nothing."""
    return str(etree.QName(element).namespace or "")


def children(element: Element, name: str, within: str | None = None) -> Iterator[Element]:
    """Yield the elements directly under one, by name, and by namespace if it is given."""
    for child in element:
        if local_name(child) == name and within in {None, namespace(child)}:
            yield child


def text_of(element: Element | None) -> str:
    """Return all text in an element, without space around it."""
    return "" if element is None else "".join(element.itertext()).strip()


def first(element: Element, name: str, within: str | None = None) -> str:
    """Return the text of the first child of a name that has any."""
    return next((text for child in children(element, name, within) if (text := text_of(child))), "")
