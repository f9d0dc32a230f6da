from __future__ import annotations

import pytest

from service import errors
from service.cli.faults import exit_status, tell

VIOLATIONS = (
    errors.Violation("a.txt", "NOT_UTF8", "is not UTF-8"),
    errors.Violation("b", "EMPTY_TEXT", "is empty"),
)
REMOVED = (errors.RemovedText("a", 0, 9, "NOTICE"),)


@pytest.mark.parametrize(
    ("error", "status", "lines"),
    [
        (
            errors.InvalidRequest(VIOLATIONS),
            2,
            ["newsweave: a.txt: is not UTF-8 [NOT_UTF8]", "newsweave: b: is empty [EMPTY_TEXT]"],
        ),
        (
            errors.InvalidRequest((errors.Violation("options.background", "INPUT_TOO_LARGE", "too much"),)),
            2,
            ["newsweave: --since: too much [INPUT_TOO_LARGE]"],
        ),
        (
            errors.NoContent(REMOVED),
            2,
            [
                "newsweave: no article holds a sentence that could be summarized [NO_CONTENT]",
                "newsweave: a: 0-9 removed: NOTICE",
            ],
        ),
        (
            errors.NoContent((), ("b",)),
            2,
            [
                "newsweave: no article holds a sentence that could be summarized [NO_CONTENT]",
                "newsweave: b: no text was found in its HTML",
            ],
        ),
        (errors.SettingsError("workers is 0"), 2, ["newsweave: workers is 0 [INVALID_SETTING]"]),
        (
            errors.ModelNotReady("models are loading", 2.0),
            3,
            ["newsweave: models are loading [MODEL_NOT_READY]", "newsweave: try again in 2 s"],
        ),
        (errors.DeadlineExceeded("too late"), 3, ["newsweave: too late [DEADLINE_EXCEEDED]"]),
        (errors.ModelFilesError("missing \x1b[2J"), 1, ["newsweave: missing �[2J [MODEL_FILES]"]),
    ],
)
def test_an_error_has_a_status_and_words(
    error: errors.NewsweaveError, status: int, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    tell(error)
    captured = capsys.readouterr()
    assert exit_status(error) == status
    assert captured.out == ""
    assert captured.err.splitlines() == lines
