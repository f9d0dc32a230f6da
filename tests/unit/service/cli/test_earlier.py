from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from newsweave.v1 import newsweave_pb2 as pb
from service.cli.earlier import background
from service.errors import InvalidRequest
from service.render import json

if TYPE_CHECKING:
    from pathlib import Path

# 2025-06-18T21:40:00Z, the midnight before it, and a day later.
EVENING, MIDNIGHT, DAY = 1_750_282_800, 1_750_204_800, 86_400
NEITHER = "it is neither a digest nor a summary"


def _summary(*texts: str, known: str = "") -> pb.Summary:
    return pb.Summary(
        sentences=[pb.SummarySentence(text=text) for text in texts],
        known=[pb.KnownSentence(text=known)] if known else [],
    )


def test_what_a_digest_told_is_known_with_what_it_left_out_as_known(tmp_path: Path) -> None:
    stories = [
        pb.Story(id=1, summary=_summary("It rained.", "It was cold.", known="It is winter.")),
        pb.Story(id=2, error={"code": 9}),
        pb.Story(id=3, summary=_summary("It rained.", "It\nsnowed.")),
    ]
    file = tmp_path / "monday.json"
    file.write_text(json.render_digest(stories, pb.DigestCompleted(story_ids=[1, 2, 3])), "utf-8")
    told = "It rained.\nIt was cold.\nIt is winter.\nIt snowed."
    assert background([file]) == pb.SummaryOptions(background=[told])
    assert background([file, file]) == background([file]), "no sentence is known twice"


def test_a_summary_and_a_text_are_known_too(tmp_path: Path) -> None:
    summary, text = tmp_path / "a.json", tmp_path / "b.txt"
    summary.write_text(json.render(pb.SummarizeResponse(summary=_summary("It rained."))), "utf-8")
    text.write_text("\ufeffIt snowed.", "utf-8")
    assert background([summary, text]) == pb.SummaryOptions(background=["It rained.\nIt snowed."])
    assert background([]) == pb.SummaryOptions()


def test_each_sentence_is_known_as_of_the_day_of_its_articles(tmp_path: Path) -> None:
    seconds = {"a": EVENING, "b": EVENING + DAY, "c": EVENING - 3_600}
    cited = {"Of one day.": "ac", "Of the next.": "b", "Of two days.": "ab", "Of no day.": "d"}
    summary = pb.Summary(
        sentences=[
            pb.SummarySentence(text=text, citations=[pb.Citation(article_id=name) for name in names])
            for text, names in cited.items()
        ],
        known=[pb.KnownSentence(text="Known.", citation=pb.Citation(article_id="b"))],
        sources=[
            *(
                pb.SourceReport(article_id=name, published_at=Timestamp(seconds=at))
                for name, at in seconds.items()
            ),
            pb.SourceReport(article_id="d"),
        ],
    )
    file = tmp_path / "monday.json"
    file.write_text(json.render(pb.SummarizeResponse(summary=summary)), "utf-8")
    told = background([file])
    assert dict(
        zip(told.background, (time.seconds for time in told.background_published_at), strict=True)
    ) == {
        "Of one day.": MIDNIGHT,
        "Of the next.\nKnown.": MIDNIGHT + DAY,
        "Of two days.\nOf no day.": 0,
    }
    assert Timestamp() in told.background_published_at


def test_what_was_quoted_or_told_in_the_timeline_is_known_of_the_day_of_its_article(tmp_path: Path) -> None:
    supports = pb.Citation(article_id="a", quote="It rained\n for days.")
    against = pb.Citation(article_id="b", quote="It snowed.", role=pb.CITATION_ROLE_CONTRADICTS)
    summary = pb.Summary(
        sentences=[pb.SummarySentence(text="It poured.", citations=[supports, against])],
        timeline=[pb.TimelineEntry(text="It began.", citation=pb.Citation(article_id="b"))],
        sources=[
            pb.SourceReport(
                article_id=name, published_at=Timestamp(seconds=MIDNIGHT + 3_600), utc_offset_minutes=offset
            )
            for name, offset in (("a", 0), ("b", -120))
        ],
    )
    file = tmp_path / "monday.json"
    file.write_text(json.render(pb.SummarizeResponse(summary=summary)), "utf-8")
    told = background([file])
    days = [time.seconds for time in told.background_published_at]
    assert dict(zip(told.background, days, strict=True)) == {
        "It poured.\nIt rained for days.": MIDNIGHT,
        "It began.": MIDNIGHT - DAY,
    }


def test_fields_of_a_later_version_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "later.json"
    file.write_text('{"summary": {"sentences": [{"text": "It rained.", "mood": 3}], "mood": {}}}', "utf-8")
    assert list(background([file]).background) == ["It rained."]


def test_a_digest_of_nothing_and_a_summary_with_nothing_new_tell_nothing(tmp_path: Path) -> None:
    file = tmp_path / "nothing.json"
    for text in ('{"stories": []}', '{"summary": {"sources": [{"articleId": "a"}]}}'):
        file.write_text(text, "utf-8")
        assert background([file]) == pb.SummaryOptions()


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.json", b"{", "it is not JSON: Expecting property name enclosed in double quotes in line 1"),
        ("a.json", b"[1]", NEITHER),
        ("a.json", b'{"text": "An article."}', NEITHER),
        ("a.json", b'{"stories": [3]}', f"{NEITHER}: number 1 of its stories has no summary"),
        ("a.json", b'{"stories": 3}', NEITHER),
        ("a.json", b'{"summary": "hello"}', NEITHER),
        ("a.json", b'{"summary": null}', NEITHER),
        ("a.json", b'{"summary": {}}', NEITHER),
        ("a.json", b'{"summary": {"text": "hello"}}', NEITHER),
        ("a.json", b'{"stories": [{"error": {}}, {"summary": null}]}', "number 2 of its stories"),
        ("a.json", b'{"stories": [{"summary": null, "error": {}}]}', NEITHER),
        ("a.json", b'{"stories": [{"id": 1}]}', NEITHER),
        ("a.json", b'{"stories": [{"error": "x"}]}', NEITHER),
        ("a.json", b'{"summary": {"sentences": "x"}}', "Failed to parse"),
        ("a.json", b'{"summary": {"sentences": [{"text": " "}]}}', "a sentence of a summary has no text"),
        ("a.json", b'{"summary": {"known": [{}]}}', "a sentence of a summary has no text"),
        ("a.json", b"[" * 200_000, "it is nested too deeply to be a digest or a summary"),
        ("a.json", b'{"a":' * 200_000, "it is nested too deeply to be a digest or a summary"),
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
    assert (first.field, first.reason) == (f"--since {file}", "UNREADABLE")
    assert told in first.description
    assert second.field.endswith("missing.json")
