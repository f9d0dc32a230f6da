"""Article text in Markdown: every character stands for itself."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from service.render.safe import printable

# What is markup wherever it stands, or may be at the end of a heading; also of tables, struck text, formulas.
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~$^#])")
# What is markup at the beginning of a line: of lists and rules; "1." and "1)".
_OPENING = re.compile(r"^([+=:-])|^(\d{1,9})([.)])")
# How addresses begin that some readers of Markdown make links of; a link must be one of ours.
_BARE = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_LINKED = {"http", "https"}
# All that may stand in an address but what could end it here.
_SAFE = "%/:=&?~#+!$,;@"


def literal(text: str) -> str:
    """Return text on one line, escaped so that it can be neither Markdown nor HTML."""
    escaped = _MARKUP.sub(r"\\\1", printable(text).strip())
    return _OPENING.sub(_opened, _BARE.sub(r"\\", escaped))


def _opened(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def linked(text: str, uri: str) -> str:
    """Return text as a link if ``uri`` is one of http or https, or else the text with the uri behind it."""
    if _can_be_linked(uri):
        return f"[{literal(text)}]({quote(uri, safe=_SAFE)})"
    return " · ".join(literal(part) for part in dict.fromkeys((text, uri)) if part)


def _can_be_linked(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme.lower() in _LINKED and bool(parts.netloc) and not re.search(r"[\s\x00-\x1f]", uri)
