"""Promises that only the real models can break."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from newsweave.v1 import newsweave_pb2 as pb
from service import bootstrap, loading
from service.domain import Job, Summary, SummaryOptions
from service.engine.local import LocalEngine
from service.pipeline import summarize
from service.settings import Settings
from tests.unit.service.fakes import articles
from tests.unit.service.fire import NEWS, PROVENANCE

OTHER = articles(
    "The council of Leeds closed the old bridge on Friday after cracks were found.\nCars go another way.",
    "Cracks were found in the old bridge of Leeds, and the council closed it on Friday.\nIt is old.",
)


@pytest.mark.weights
def test_a_summary_is_the_same_whoever_else_is_served() -> None:
    settings = Settings()
    models = loading.load(settings)
    engine = LocalEngine(lambda _: models)
    engine.start().result()

    def summary_of(job: Job) -> Summary:
        *_, last = summarize(job, engine.bind(lambda: None), settings, PROVENANCE)
        assert isinstance(last, Summary)
        return last

    jobs = [Job(NEWS, SummaryOptions(max_words=60)), Job(OTHER, SummaryOptions(max_words=40))]
    try:
        alone = [summary_of(job) for job in jobs]
        with ThreadPoolExecutor(4) as pool:
            crowded = list(pool.map(summary_of, [*jobs, *jobs]))
    finally:
        engine.stop()
    assert crowded == [*alone, *alone]
    assert all(summary.sentences for summary in alone)
    assert any(summary.usage.drafts for summary in alone)


@pytest.mark.weights
def test_every_citation_of_the_real_models_is_exact() -> None:
    request = pb.StreamSummarizeRequest(
        articles=[pb.Article(id=article.id, text=article.text) for article in OTHER],
        options=pb.SummaryOptions(max_words=40),
    )
    *_, last = bootstrap.stream(Settings(), request)
    assert last.WhichOneof("event") == "completed"
    assert last.completed.sentences
    for sentence in last.completed.sentences:
        for citation in sentence.citations:
            text = next(article.text for article in OTHER if article.id == citation.article_id)
            assert text[citation.span.start : citation.span.end] == citation.quote
