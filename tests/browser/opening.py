"""Reports as files in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

# Milliseconds. What is waited for comes at once, but on a machine that does much else.
PATIENCE = 30_000

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Dialog,
        Error,
        Page,
        Request,
    )

    from service.render.html import Report


@dataclass  # without slots: the driver keeps its handlers here
class Opener:
    """Opens reports, and keeps what the browser says of them.

    Attributes:
        browser: The browser.
        path: Where the report is written.
        render: Makes a page of a report.
        complaints: What stood on the console, faults of the script, and dialogs.
        requests: What was asked for beside the page itself.
    """

    browser: Browser
    path: Path
    render: Callable[[Report], str]
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, report: Report, **options: Any) -> Page:  # noqa: ANN401  options of the browser
        """Open a report."""
        return self.html(self.render(report), **options)

    def html(self, page: str, **options: Any) -> Page:  # noqa: ANN401  options of the browser
        """Open a page of HTML."""
        self.path.write_text(page, "utf-8")
        context = self.browser.new_context(**options)
        self.contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.on("console", self._said)
        opened.on("pageerror", self._failed)
        opened.on("dialog", self._asked)
        context.on("request", self._requested)
        opened.goto(self.path.as_uri())
        return opened

    def close(self) -> None:
        """Close what was opened."""
        for context in self.contexts:
            context.close()

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, error: Error) -> None:
        self.complaints.append(f"error: {error}")

    def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        if request.url.split("#")[0] != self.path.as_uri():
            self.requests.append(request)
