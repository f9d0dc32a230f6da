"""Text files and pages of HTML: one article each. HTML stays what it is; the service takes its text out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsweave.v1.newsweave_pb2 import Article
from service.reading.admission import admitted
from service.reading.encoding import decode
from service.reading.found import Remark, Unreadable
from service.reading.reasons import Reason
from service.rpc.article_rules import is_page

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from service.reading.found import Found

# Where browsers look for a declaration, and a little further.
_BEGINNING = 4_096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARED = re.compile(
    rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)|<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)


def read_text(content: bytes, name: str, place: str) -> Iterator[Found]:
    """Yield the article that a text file is, every character as it stands.

    Raises:
        Unreadable: It is a page, no text at all, or in no encoding that is known.
    """
    text = decode(content).text
    if (place_of_nul := text.find("\0")) >= 0:
        raise Unreadable(Reason.NOT_UTF8, f"is no text: character {place_of_nul} is NUL (U+0000)")
    if is_page(text):
        raise Unreadable(Reason.HTML_AS_TEXT, "is a page of HTML, and its name must end with .html")
    yield from admitted(Article(id=name, text=text), place, name)


def read_page(content: bytes, name: str, place: str) -> Iterator[Found]:
    """Yield the article that a page is.

    Raises:
        Unreadable: It is not UTF-8, nor in the encoding that it declares.
    """
    html = yield from decoded_page(content, "", place)
    yield from admitted(Article(id=name, html=html), place, name)


def decoded_page(content: bytes, declared: str, place: str) -> Generator[Remark, None, str]:
    """Return the HTML of a page; a note is yielded if what it declares is wrong.

    Args:
        content: The page.
        declared: The encoding that stands in the header of HTTP, which wins over the page's own word.
        place: Where it stands.

    Raises:
        Unreadable: It is not UTF-8, nor in the encoding that is declared.
    """
    found = decode(content, declared or _declared_by_itself(content))
    if found.wrongly_declared:
        about = f"declares {found.wrongly_declared}, and is UTF-8: read as UTF-8"
        yield Remark(place, Reason.WRONG_DECLARATION, about, lost=False)
    return found.text


def _declared_by_itself(content: bytes) -> str:
    found = _DECLARED.search(_COMMENT.sub(b"", content[:_BEGINNING]))
    return (found[1] or found[2]).decode("ascii", "replace") if found else ""
