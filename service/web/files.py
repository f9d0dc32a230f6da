"""The files of the page, and the policy that lets nothing else run."""

from __future__ import annotations

from functools import cache
from importlib import resources

from service.render.page import template

_STYLES = ("form.css", "outcome.css")
_SCRIPTS = ("call.js", "articles.js", "drop.js", "words.js", "outcome.js", "try.js")


@cache
def page() -> str:
    """Return the page. It is the same for everybody, and holds nothing of the server."""
    return _text("templates", "try.html")


@cache
def style() -> str:
    """Return its style sheet, on top of that of the report."""
    report = resources.files("service.render.page") / "styles"
    common = [(report / name).read_text("utf-8") for name in ("colours.css", "page.css")]
    return "\n".join((*common, *(_text("styles", name) for name in _STYLES)))


@cache
def script() -> str:
    """Return its script."""
    return "\n".join(_text("scripts", name) for name in _SCRIPTS)


def policy() -> str:
    """Return the Content-Security-Policy.

    The report is shown in a frame, from an address that the page makes. Such a frame is under the policy
    of its page beside its own: so the style and the script of the report are named here by their digests.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'self' '{template.digest(template.style())}'",
            f"script-src 'self' '{template.digest(template.script())}'",
            "connect-src 'self'",
            "frame-src blob:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _text(folder: str, name: str) -> str:
    return (resources.files("service.web") / folder / name).read_text("utf-8")


# What every answer tells the browser. Nothing is kept by it: tokens and articles are nobody else's.
HEADERS = tuple(
    (name.encode(), value.encode())
    for name, value in (
        ("content-security-policy", policy()),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    )
)
