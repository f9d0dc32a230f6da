"""``docs/reading.md`` tells of all that is read and said of it, and its examples are as it says."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from google.protobuf import json_format

from newsweave.v1 import newsweave_pb2 as pb
from service.cli import digest, faults, output, summarize
from service.reading import feeds, formats
from service.reading.found import Limits
from service.reading.pile import read
from service.reading.reasons import Reason
from service.reading.records import FIELDS
from service.render.json import render_digest

PAGE = (Path(__file__).parents[3] / "docs" / "reading.md").read_text("utf-8")
ARTICLES, DIGEST = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_of_json_is_read_as_the_page_says(tmp_path: Path) -> None:
    file = tmp_path / "pile.json"
    file.write_text(ARTICLES, "utf-8")
    reading = read([str(file)])
    first, second = reading.articles
    assert (first.id, first.title, first.publisher) == ("gazette-17", "Bridge closed", "The Gazette")
    assert first.published_at.ToDatetime(UTC) == datetime(2024, 6, 19, 8, tzinfo=UTC)
    assert (second.id, second.uri) == ("pile-2", "https://herald.example/rain")
    assert reading.remarks == ()


def test_the_example_of_a_digest_is_its_json_form() -> None:
    example = json.loads(DIGEST)
    stories = [json_format.ParseDict(story, pb.Story()) for story in example["stories"]]
    completed = json_format.ParseDict(example["completed"], pb.DigestCompleted())
    assert json.loads(render_digest(stories, completed)) == example


@pytest.mark.parametrize("name", [*Reason, *FIELDS, *formats.ENDINGS])
def test_the_page_knows_every_reason_field_and_ending(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_page_knows_no_reason_that_is_not_there() -> None:
    told = PAGE.partition("## What is told")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([A-Z][A-Z_0-9]+)`", told)) == set(Reason)


def test_the_page_knows_the_limits() -> None:
    limits, mebibyte = Limits(), 2**20
    for told in (
        f"A file may have {limits.file_bytes // mebibyte} MiB",
        f"a page in an archive {limits.page_bytes // mebibyte} MiB",
        f"an archive {limits.archive_bytes // mebibyte // 1024} GiB",
        f"lines of {limits.line_bytes // mebibyte} MiB",
        f"{limits.articles:,} articles",
        f"{limits.characters // mebibyte} Mi characters",
        f"more than {limits.faults:,} faults",
        f"only if it has {feeds.LEAST_WORDS} words",
    ):
        assert told in " ".join(PAGE.split())


@pytest.mark.parametrize("form", [form.value for form in output.Format])
def test_the_page_knows_the_forms(form: str) -> None:
    assert form in PAGE.partition("## Forms")[2]


def test_the_page_and_the_command_know_the_same_exit_statuses() -> None:
    table = PAGE.partition("## Exit status")[2]
    told = {int(status) for status in re.findall(r"^\| (\d) \|", table, re.MULTILINE)}
    of_digest = {int(status) for status in re.findall(r"\b(\d) ", digest.EXIT_STATUS)}
    of_summarize = {int(status) for status in re.findall(r"\b(\d) ", summarize.EXIT_STATUS)}
    assert told == of_digest == {0, faults.FAILED, faults.REFUSED, faults.NOT_NOW, faults.INCOMPLETE}
    assert of_summarize == told - {faults.INCOMPLETE}
