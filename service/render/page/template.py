"""The template of the report, its style and its script, and the policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from service.render.page import words
from service.render.safe import harmless

if TYPE_CHECKING:
    from jinja2 import Template

_PACKAGE = "service.render.page"
_STYLES = ("colours.css", "page.css", "story.css", "sources.css", "reader.css", "print.css")
_SCRIPTS = ("story.js", "hint.js", "reader.js", "keys.js")


def _harmless(value: object) -> object:
    """Make every text that the template writes harmless; it is escaped after that."""
    return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def template() -> Template:
    """Return the template of the report; all that it writes is made harmless and escaped."""
    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = lambda number, table: words.told(getattr(words, table), number)
    environment.filters["json"] = partial(htmlsafe_json_dumps, ensure_ascii=False, separators=(",", ":"))
    environment.filters["capped"] = words.capped
    environment.filters["day"] = words.day
    environment.filters["counted"] = words.counted
    environment.globals.update(style=style(), script=script(), policy=policy())
    return environment.get_template("report.html")


@cache
def style() -> Markup:
    """Return the style sheet of the page."""
    return _joined("styles", _STYLES)


@cache
def script() -> Markup:
    """Return the script of the page."""
    return _joined("scripts", _SCRIPTS)


def policy() -> str:
    """Return the Content-Security-Policy: this style and this script, and nothing from anywhere.

    The icon is an empty ``data:`` address, so that a browser does not ask the server of the page for one.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{digest(style())}'",
            f"script-src '{digest(script())}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _joined(folder: str, names: tuple[str, ...]) -> Markup:
    files = resources.files(_PACKAGE) / folder
    text = "\n".join((files / name).read_text("utf-8") for name in names)
    return Markup(text)  # noqa: S704  a file of this package


def digest(text: str) -> str:
    """Return the hash of an inline element (Content Security Policy Level 3, section 6.7.3.3)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
