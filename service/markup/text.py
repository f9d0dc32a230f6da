"""The text of a page, without its furniture: one paragraph, heading or item of a list a line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from trafilatura import bare_extraction
from trafilatura.settings import Document

from service.markup.tree import Unreadable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# It logs what it reads, and article text is not for logs.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)


def text_of(root: HtmlElement) -> str:
    """Return the article on a page, or an empty text if none is found.

    In doubt more is kept: what is no article leaves later, with a report. Comments and tables are left
    out; a table that holds paragraphs is taken for layout, and they stay.

    Raises:
        Unreadable: The extractor failed on it.
    """
    text = _lines(root, precise=False)
    if text and "\n" not in text:
        # A very short article was read by the last resort, which runs paragraphs and cells together.
        again = _lines(root, precise=True)
        return again if "\n" in again else text
    return text


def _lines(root: HtmlElement, *, precise: bool) -> str:
    try:
        found = bare_extraction(
            root,
            favor_precision=precise,
            favor_recall=not precise,
            include_comments=False,
            include_tables=False,
            deduplicate=False,  # it would remember what it saw on other pages
        )
    except Exception as error:  # the extractor promises nothing about pages that nobody has seen
        about = "it cannot be read; send its text"
        raise Unreadable(about) from error
    lines = found.text.splitlines() if isinstance(found, Document) and found.text else []
    return "\n".join(line.strip() for line in lines if line.strip())
