"""How many attributes the elements of a page have, counted before the page is parsed.

The parser compares each attribute of an element with those before it, so that a hundred thousand of
them in one tag take minutes, which nothing can cut short. This count is linear, and never too low.
"""

from __future__ import annotations

import re
from collections import Counter

# Tags and comments as the HTML standard cuts them (section 13.2.5).
_SPACE = r"[\t\n\f\r ]"
_VALUE = r"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)"""
_ATTRIBUTE = (
    rf"(?:{_SPACE}|/)*+[^\t\n\f\r />][^\t\n\f\r />=]*+(?:{_SPACE}*+={_SPACE}*+{_VALUE})?+"  # name = value
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))|[!?/][^>]*+"
    rf"|(?P<name>[a-z][^\t\n\f\r />]*+)(?P<attributes>(?:{_ATTRIBUTE})*+))",
    re.DOTALL | re.IGNORECASE,
)
# What stands between these tags is no markup.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
# There is one element for all tags of such a name.
_UNITED = frozenset({"html", "body"})
_SCRIPT = re.compile(
    rf"(?P<opens><!--(?!-?>))|(?P<closes>-->)|<(?P<end>/?)script(?:{_SPACE}|[/>])", re.IGNORECASE
)


def most_attributes(html: str) -> int:
    """Return how many attributes the fullest element has at most."""
    most, place = 0, 0
    united: Counter[str] = Counter()
    while tag := _TAG.search(html, place):
        name, place = (tag["name"] or "").lower(), tag.end()
        count = sum(1 for _ in _ATTRIBUTES.finditer(tag["attributes"] or ""))
        if name in _UNITED:
            united[name] += count
        most = max(most, count, united[name])
        if name in _RAW:
            place = _end_of_raw(name, html, place)
    return most


def _end_of_raw(name: str, html: str, start: int) -> int:
    if name == "script":
        return _end_of_script(html, start)
    end = re.compile(rf"</{name}(?:{_SPACE}|[/>])", re.IGNORECASE).search(html, start)
    return end.start() if end else len(html)


def _end_of_script(html: str, start: int) -> int:
    """Return where a script ends: a script in a comment in a script has an end of its own."""
    in_comment, in_script = False, False
    for mark in _SCRIPT.finditer(html, start):
        if mark["opens"]:
            in_comment = True
        elif mark["closes"]:
            in_comment = in_script = False
        elif mark["end"]:
            if not in_script:
                return mark.start()
            in_script = False
        else:
            in_script = in_comment
    return len(html)
