from __future__ import annotations

import re

import pytest

from bench.corpora.seeds import ArticleCluster, Expectations
from bench.measures.spans import cut
from bench.smoke import judge
from bench.smoke.figures import Figure, Outcome
from newsweave.v1 import newsweave_pb2 as pb

TEXT = "Ana “flew” to Oslo 🛬 in May. She came back."
CLUSTER = ArticleCluster(
    "trip",
    {"a": TEXT, "b": "Ana flew to Oslo."},
    Expectations({"flight": re.compile("flew"), "return": re.compile("came back")}, (re.compile("cookie"),)),
)


def _summary(text: str, quote: str = TEXT[:28], words: int = 0) -> pb.Summary:
    citation = pb.Citation(article_id="a", span=pb.Span(start=0, end=28), quote=quote)
    sentence = pb.SummarySentence(text=text, citations=[citation])
    return pb.Summary(sentences=[sentence], usage=pb.Usage(words=words or len(text.split())))


def _failed(figures: list[Figure]) -> list[str]:
    return [figure.name for figure in figures if figure.outcome is Outcome.FAILED]


@pytest.mark.parametrize(
    ("encoding", "start", "end"),
    [
        (pb.OFFSET_ENCODING_CODE_POINTS, 19, 20),
        (pb.OFFSET_ENCODING_UTF8_BYTES, 23, 27),
        (pb.OFFSET_ENCODING_UTF16_UNITS, 19, 21),
    ],
)
def test_a_span_is_cut_in_its_own_unit(encoding: pb.OffsetEncoding.ValueType, start: int, end: int) -> None:
    assert cut(TEXT, pb.Span(start=start, end=end), encoding) == "🛬"
    assert cut(TEXT, pb.Span(start=start + 1, end=end), encoding) != "🛬"


def test_a_good_summary_breaks_no_promise() -> None:
    summary = _summary("Ana flew to Oslo 🛬 in May.")
    assert _failed(judge.promises(summary, CLUSTER)) == []
    assert judge.spans("points", summary, CLUSTER, pb.OFFSET_ENCODING_CODE_POINTS).outcome is Outcome.REACHED


@pytest.mark.parametrize(
    ("summary", "broken"),
    [
        (pb.Summary(), "sentences with a citation"),
        (_summary("Ana flew with a cookie."), "forbidden patterns"),
        (_summary("Ana flew to Rome."), "numbers, dates, names not in the cited spans"),
        (_summary("Ana flew.", words=7), "words within the budget"),
        (_summary("so " * 201), "words within the budget"),
    ],
)
def test_each_broken_promise_is_seen(summary: pb.Summary, broken: str) -> None:
    assert _failed(judge.promises(summary, CLUSTER)) == [broken]


@pytest.mark.parametrize("summary", [_summary("Ana flew.", quote="Ana"), pb.Summary()])
def test_a_wrong_quote_is_seen_and_so_is_none(summary: pb.Summary) -> None:
    figure = judge.spans("points", summary, CLUSTER, pb.OFFSET_ENCODING_CODE_POINTS)
    assert figure.outcome is Outcome.FAILED


def test_qualities_tell_what_is_missing() -> None:
    facts = judge.qualities(_summary("Ana flew."), CLUSTER)[0]
    assert (facts.value, facts.detail, facts.outcome) == ("1", "missing: return", Outcome.FAILED)


def test_one_repetition_is_below_target_and_two_fail() -> None:
    assert judge.repetitions([]).outcome is Outcome.REACHED
    assert judge.repetitions([("a", "b")]).outcome is Outcome.MISSED
    assert judge.repetitions([("a", "b" * 80), ("c", "d")]).outcome is Outcome.FAILED
