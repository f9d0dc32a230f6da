from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from newsweave.v1 import newsweave_pb2 as pb
from service.cli.earlier import background
from service.errors import InvalidRequest
from service.render import json

if TYPE_CHECKING:
    from pathlib import Path


def _summary(*texts: str, known: str = "") -> pb.Summary:
    return pb.Summary(
        sentences=[pb.SummarySentence(text=text) for text in texts],
        known=[pb.KnownSentence(text=known)] if known else [],
    )


def test_what_a_digest_told_is_one_text_a_story_with_what_it_left_out_as_known(tmp_path: Path) -> None:
    stories = [
        pb.Story(id=1, summary=_summary("It rained.", "It was cold.", known="It is winter.")),
        pb.Story(id=2, error={"code": 9}),
    ]
    file = tmp_path / "monday.json"
    file.write_text(json.render_digest(stories, pb.DigestCompleted(story_ids=[1, 2])), "utf-8")
    assert background([file]) == ["It rained.\nIt was cold.\nIt is winter."]


def test_a_summary_and_a_text_are_known_too(tmp_path: Path) -> None:
    summary, text = tmp_path / "a.json", tmp_path / "b.txt"
    summary.write_text(json.render(pb.SummarizeResponse(summary=_summary("It rained."))), "utf-8")
    text.write_text("\ufeffIt snowed.", "utf-8")
    assert background([summary, text]) == ["It rained.", "It snowed."]


def test_fields_of_a_later_version_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "later.json"
    file.write_text('{"summary": {"sentences": [{"text": "It rained.", "mood": 3}], "mood": {}}}', "utf-8")
    assert background([file]) == ["It rained."]


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.json", b"{", "it is not JSON: Expecting property name enclosed in double quotes in line 1"),
        ("a.json", b"[1]", "it is neither a digest nor a summary"),
        ("a.json", b'{"text": "An article."}', "it is neither a digest nor a summary"),
        ("a.json", b'{"stories": [3]}', "it is neither a digest nor a summary"),
        ("a.json", b'{"stories": 3}', "it is neither a digest nor a summary"),
        ("a.json", b'{"summary": {"sentences": "x"}}', "Failed to parse"),
        ("a.json", b"\xff", "it is not UTF-8"),
        ("a.txt", b"\xff", "it is not UTF-8"),
        ("b.txt", None, "No such file or directory"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_file(
    tmp_path: Path, name: str, raw: bytes | None, told: str
) -> None:
    file = tmp_path / name
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(InvalidRequest) as error:
        background([file, tmp_path / "missing.json"])
    first, second = error.value.violations
    assert (first.field, first.reason) == (str(file), "UNREADABLE")
    assert told in first.description
    assert second.field.endswith("missing.json")
