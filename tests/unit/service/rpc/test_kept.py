from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsweave.v1 import newsweave_pb2 as pb
from service.domain import Article, Job, SummaryOptions
from service.errors import InvalidRequest
from service.rpc.kept import kept_in

if TYPE_CHECKING:
    from pathlib import Path

JOB = Job((Article("a", "It rained."),))
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def summary(text: str = "It rained.", score: float = 0.1) -> pb.Summary:
    citation = pb.Citation(article_id="a", quote=text, span=pb.Span(start=0, end=len(text)), score=score)
    return pb.Summary(sentences=[pb.SummarySentence(text=text, citations=[citation])])


def never(_: Job) -> pb.Summary:
    raise AssertionError


def keep(path: Path, *jobs: Job) -> None:
    with kept_in(path, "me") as kept:
        for job in jobs:
            kept.summary(job, lambda job: summary(job.articles[0].text))


@given(text=st.text(st.characters(exclude_categories=["Cs"])), score=FLOATS)
def test_what_is_kept_is_to_the_last_bit_what_was_made(
    tmp_path_factory: pytest.TempPathFactory, text: str, score: float
) -> None:
    path, made = tmp_path_factory.mktemp("kept") / "stories.jsonl", summary(text, score)
    with kept_in(path, "me") as kept:
        assert kept.summary(JOB, lambda _: made) == made
    with kept_in(path, "me") as kept:
        assert kept.summary(JOB, never) == made


@pytest.mark.parametrize(
    "other",
    [
        Job((Article("a", "It snowed."),)),
        Job((Article("b", "It rained."),)),
        Job(JOB.articles, SummaryOptions(max_words=10)),
        Job(JOB.articles * 2),
    ],
)
def test_another_job_is_made(tmp_path: Path, other: Job) -> None:
    path = tmp_path / "stories.jsonl"
    keep(path, JOB)
    with kept_in(path, "me") as kept:
        assert kept.summary(other, lambda _: summary("new")) == summary("new")


def test_what_was_made_with_other_models_or_settings_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    keep(path, JOB)
    with kept_in(path, "you") as kept:
        assert kept.summary(JOB, lambda _: summary("new")) == summary("new")
    with kept_in(path, "me") as kept:
        assert kept.summary(JOB, never) == summary()


def test_each_is_in_the_file_as_soon_as_it_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    with kept_in(path, "me") as kept:
        kept.summary(JOB, lambda _: summary())
        assert json.loads(path.read_text("utf-8"))["summary"]["sentences"][0]["text"] == "It rained."


def test_what_a_drafter_did_not_write_is_made_anew(tmp_path: Path) -> None:
    path, poor, whole = tmp_path / "stories.jsonl", summary(), summary("It poured.")
    poor.dropped.append(pb.DroppedDraft(reason=pb.DROP_REASON_NOT_WRITTEN))
    with kept_in(path, "me") as kept:
        assert kept.summary(JOB, lambda _: poor) == poor
    with kept_in(path, "me") as kept:
        assert kept.summary(JOB, lambda _: whole) == whole


def test_what_fails_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    with kept_in(path, "me") as kept, pytest.raises(AssertionError):
        kept.summary(JOB, never)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("cut", [1, 2, 20])
def test_a_line_in_whose_middle_the_run_ended_is_cut_off_and_made_again(tmp_path: Path, cut: int) -> None:
    path, second = tmp_path / "stories.jsonl", Job((Article("b", "It snowed."),))
    keep(path, JOB, second)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    keep(path, JOB, second)
    assert path.read_bytes() == whole


def test_threads_keep_whole_lines(tmp_path: Path) -> None:
    path, jobs = tmp_path / "stories.jsonl", [Job((Article(str(n), "It rained. " * n),)) for n in range(40)]
    with kept_in(path, "me") as kept, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda job: kept.summary(job, lambda job: summary(job.articles[0].text)), jobs))
    keys = [json.loads(line)["key"] for line in path.read_text("utf-8").splitlines()]
    assert len(keys) == len(set(keys)) == 40


def refused(path: Path) -> str:
    with pytest.raises(InvalidRequest) as told, kept_in(path, "me"):
        pass
    return told.value.reason


def test_a_file_that_another_run_uses_is_refused_until_that_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    with kept_in(path, "me"):
        assert refused(path) == "KEPT_FILE_IN_USE"
    keep(path, JOB)


@pytest.mark.parametrize(
    "text",
    [
        "It rained.\n",
        "{}\n",
        "[]\n",
        '{"key": "k", "summary": {"nothing": 1}}\n',
        f"{'[' * 10**5}{']' * 10**5}\n",
    ],
    ids=["text", "no key", "a list", "another summary", "endless lists"],
)
def test_a_file_that_holds_something_else_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "article.txt"
    path.write_text(text, "utf-8")
    assert refused(path) == "KEPT_FILE_OF_ANOTHER_KIND"
    assert path.read_text("utf-8") == text


def test_a_text_without_an_end_of_line_is_left_alone_too(tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text("It rained.", "utf-8")
    assert refused(path) == "KEPT_FILE_OF_ANOTHER_KIND"
    assert path.read_text("utf-8") == "It rained."


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "KEPT_FILE_UNUSABLE"
    (tmp_path / "file").touch()
    assert refused(tmp_path / "file" / "stories.jsonl") == "KEPT_FILE_UNUSABLE"
