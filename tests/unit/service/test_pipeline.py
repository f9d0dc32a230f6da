from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service import writing
from service.domain import (
    Article,
    CautionCode,
    CitationRole,
    Conflict,
    ConflictSlot,
    ConflictStatus,
    Drafting,
    DropOutcome,
    DropReason,
    Job,
    Overflow,
    Progress,
    RemovalReason,
    SentenceMode,
    SourceReport,
    Stage,
    Summary,
    SummaryOptions,
    SummarySentence,
)
from service.errors import Cancelled, InvalidRequest, NoContent
from service.language.words import word_count
from service.ports import Models
from service.settings import Settings
from tests.unit.service.fakes import Script, WordEncoder, articles, models
from tests.unit.service.fire import FIRST, FUSED, GERMAN, LIES, NEWS, PROVENANCE, SECOND, THIRD, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.domain import Event, Vectors
    from service.ports import DraftRequest


@dataclass
class Patience:
    """Lets so many steps pass, and then nobody waits any more."""

    steps: int

    def __call__(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            message = "nobody waits"
            raise Cancelled(message)


@dataclass
class Watched:
    """Both models, which are stopped when nobody waits."""

    check: Patience

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.check()
        return WordEncoder().encode(texts)

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        self.check()
        return [""] * len(requests)


class Vague(WordEncoder):
    """Takes all single texts for much the same."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > 1:
            return super().encode(texts)
        own, first = super().encode([texts[0], FIRST])
        return np.asarray((own + 1.6 * first)[None, :] / np.linalg.norm(own + 1.6 * first), dtype=np.float32)


def watched(patience: Patience, *, by_model: bool) -> Models:
    model = Watched(patience if by_model else Patience(1_000_000))
    return Models(model, model, patience)


def summary(*texts: str, lines: tuple[str, ...] = (), **options: object) -> Summary:
    sent = articles(*texts) if texts else NEWS
    last = run(Job(sent, SummaryOptions(**options)), models(*lines))[-1]  # type: ignore[arg-type]
    assert isinstance(last, Summary)
    return last


def test_events_come_in_the_order_of_the_stages() -> None:
    events = run(Job(NEWS), models(FUSED))
    assert [event.article for event in events[:3] if isinstance(event, SourceReport)] == list(NEWS)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert [stage for stage, _ in itertools.groupby(stages)][:4] == list(Stage)
    for before, after in itertools.pairwise(events):
        if isinstance(before, SummarySentence):
            assert isinstance(after, Progress)
            assert after.stage is Stage.DRAFT


def test_progress_counts_up_to_what_was_planned() -> None:
    told = [event for event in run(Job(NEWS)) if isinstance(event, Progress) and event.stage is Stage.DRAFT]
    assert [event.done for event in told] == list(range(1, told[0].total + 1))


def test_what_articles_share_is_fused_and_cited_from_all_of_them() -> None:
    (sentence, *_) = summary(lines=(FUSED,)).sentences
    assert (sentence.text, sentence.mode) == (FUSED, SentenceMode.FUSED)
    assert [citation.article_id for citation in sentence.citations] == ["a0", "a1", "a2"]
    assert sentence.supporting_articles == 3


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_replaced_by_the_source_and_reported(lie: str) -> None:
    told = summary(lines=(lie, lie))
    assert lie not in [sentence.text for sentence in told.sentences]
    assert told.sentences[0].mode is SentenceMode.EXTRACTED
    assert [(draft.text, draft.outcome) for draft in told.dropped[:2]] == [
        (lie, DropOutcome.RETRIED),
        (lie, DropOutcome.EXTRACTED),
    ]


def test_a_list_of_other_stories_is_no_second_source() -> None:
    (sentence,) = (found for found in summary().sentences if "two old ships" in found.text)
    assert [citation.article_id for citation in sentence.citations] == ["a0"]
    assert sentence.supporting_articles == 1


def test_an_extractive_summary_asks_no_model_to_write() -> None:
    told = summary(lines=(FUSED,), drafting=Drafting.EXTRACTIVE)
    assert told.usage.drafts == 0
    assert {sentence.mode for sentence in told.sentences} == {SentenceMode.EXTRACTED}


def test_claims_that_turn_out_to_be_repetitions_are_left_out_and_told() -> None:
    using = Models(Vague(), Script(), lambda: None)
    told = run(Job(NEWS[:2], SummaryOptions(drafting=Drafting.EXTRACTIVE)), using)[-1]
    assert isinstance(told, Summary)
    assert len(told.sentences) == 1
    assert len(told.dropped) > 1
    for draft in told.dropped:
        assert (draft.reason, draft.outcome) == (DropReason.REDUNDANT, DropOutcome.DROPPED)
        assert draft.detail == told.sentences[0].text


def test_words_that_were_not_needed_are_spent_on_more_claims() -> None:
    events = run(Job(NEWS, SummaryOptions(max_words=60)), models(FUSED))
    plans = [event.total for event in events if isinstance(event, Progress) and event.stage is Stage.PLAN]
    assert len(plans) > 1
    assert sum(isinstance(event, SummarySentence) for event in events) > plans[0]


def test_a_sentence_may_have_the_words_that_those_before_it_left() -> None:
    short, long = FUSED, FUSED.replace("men.", "of the men at the port.")
    rooms = []
    for text in (short, long):
        script = Script((text,))
        run(Job(NEWS, SummaryOptions(max_words=60)), Models(WordEncoder(), script, lambda: None))
        rooms.append([request.max_words for request in script.requests])
    assert rooms[0][0] == rooms[1][0]
    assert rooms[0][1] - rooms[1][1] == word_count(long) - word_count(short)


class Copyist:
    """Says the last sentence that it is shown, up to one word more than it may."""

    def draft(self, requests: Sequence[DraftRequest]) -> list[str]:
        return [" ".join(request.sources[-1].split()[: request.max_words + 1]) for request in requests]


@pytest.mark.parametrize("words", [20, 40, 60, 200])
def test_claims_drafted_together_are_those_drafted_one_by_one(
    monkeypatch: pytest.MonkeyPatch, words: int
) -> None:
    def told() -> list[Event]:
        return run(Job(NEWS, SummaryOptions(max_words=words)), Models(WordEncoder(), Copyist(), lambda: None))

    together = told()
    monkeypatch.setattr(writing, "_DRAFTED_TOGETHER", 1)
    one_by_one = told()
    assert together[:-1] == one_by_one[:-1]
    assert len(together) == len(one_by_one)


def test_what_is_used_is_counted() -> None:
    told = summary(lines=(FUSED,), max_words=60, max_sentences=3)
    usage = told.usage
    assert (usage.words_allowed, usage.sentences_allowed, usage.sentences) == (60, 3, len(told.sentences))
    assert usage.words == sum(word_count(sentence.text) for sentence in told.sentences)
    assert usage.source_sentences == 11
    assert told.provenance == PROVENANCE


def test_clusters_are_told_on_request_and_say_which_were_used() -> None:
    assert summary().clusters == ()
    told = summary(include_clusters=True)
    assert {report.id for report in told.clusters if report.used} == {
        item.cluster_id for item in told.sentences
    }
    assert max(report.supporting_articles for report in told.clusters) == 3


def test_articles_about_something_else_too_long_or_empty_are_told() -> None:
    song = "Tennis fans cheered Wimbledon winners despite cold weather.\n" * 2
    sent = articles(FIRST, SECOND, "Home\nNews", song)
    job = Job((*sent, Article("long", THIRD * 20)), SummaryOptions(overflow=Overflow.TRUNCATE))
    told = run(job, settings=Settings(max_article_characters=200))[-1]
    assert isinstance(told, Summary)
    codes = {(caution.code, caution.article_id) for caution in told.warnings}
    assert codes >= {
        (CautionCode.NO_CONTENT, "a2"),
        (CautionCode.UNRELATED_ARTICLE, "a3"),
        (CautionCode.TRUNCATED, "long"),
        (CautionCode.SHORT, ""),
    }


def test_nothing_left_is_refused_with_what_was_removed_and_why() -> None:
    with pytest.raises(NoContent) as caught:
        run(Job(articles("Home\nNews", "© 2024 The Gazette")))
    assert {(item.article_id, item.reason) for item in caught.value.removed} == {
        ("a0", RemovalReason.NAVIGATION.name),
        ("a1", RemovalReason.NOTICE.name),
    }
    assert [(item.start, item.end) for item in caught.value.removed] == [(0, 4), (5, 9), (0, 18)]


def test_articles_that_are_all_in_another_language_are_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        run(Job(articles(GERMAN, GERMAN)))
    assert [(item.field, item.reason) for item in caught.value.violations] == [
        ("articles[0].text", "UNSUPPORTED_LANGUAGE"),
        ("articles[1].text", "UNSUPPORTED_LANGUAGE"),
    ]


def test_work_ends_wherever_it_turns_out_that_nobody_waits() -> None:
    for by_model in (True, False):
        patience = Patience(1_000_000)
        run(Job(NEWS), watched(patience, by_model=by_model))
        steps = 1_000_000 - patience.steps
        assert steps > 1
        for step in range(steps):
            with pytest.raises(Cancelled):
                run(Job(NEWS), watched(Patience(step), by_model=by_model))


def test_where_articles_disagree_the_summary_says_so_and_counts_no_agreement() -> None:
    otherwise = FIRST.replace("hurt 12 men", "hurt 14 men").replace("a week", "a month")
    found = summary(FIRST, SECOND, otherwise)
    (conflict,) = [item for item in found.conflicts if {value.value for value in item.values} == {"12", "14"}]
    assert (conflict.slot, conflict.status) == (ConflictSlot.NUMBER, ConflictStatus.CONFLICT)
    assert [(value.value, value.articles) for value in conflict.values] == [("12", 2), ("14", 1)]
    (sentence,) = [item for item in found.sentences if conflict.id in item.conflict_ids]
    against = [item for item in sentence.citations if item.role is CitationRole.CONTRADICTS]
    assert [item.source for item in against] == [2]
    assert sentence.supporting_articles == 2


def test_conflicts_are_told_before_the_sentences() -> None:
    kinds = [type(event) for event in run(Job(articles(FIRST, FIRST.replace("12", "14"))))]
    assert kinds.index(SourceReport) < kinds.index(Conflict) < kinds.index(SummarySentence)
    assert not summary(FIRST, FIRST).conflicts


def test_an_article_under_two_names_confirms_nothing_anywhere() -> None:
    told = summary(FIRST, FIRST, include_clusters=True)
    assert told.sentences
    assert all(sentence.supporting_articles == 2 for sentence in told.sentences)
    assert {sentence.independent_origins for sentence in told.sentences} == {1}
    assert {report.independent_origins for report in told.clusters} == {1}
    assert {source.origin for source in told.sources} == {1}
    assert [group.sources for group in told.origins.groups] == [(0, 1)]


def test_a_copy_is_no_second_origin_beside_an_independent_article() -> None:
    told = summary(FIRST, SECOND, FIRST, lines=(FUSED,))
    assert (told.sentences[0].supporting_articles, told.sentences[0].independent_origins) == (3, 2)
    assert [source.origin for source in told.sources] == [1, 2, 1]


def test_of_articles_on_two_events_one_is_summarized_and_both_are_told() -> None:
    tennis = [
        "Tennis fans cheered Wimbledon winners on Sunday.\nRain spoiled Wimbledon qualifying matches again.",
        "Wimbledon tennis fans cheered again on Sunday.\nRain had spoiled qualifying matches at Wimbledon.",
    ]
    told = summary(tennis[0], FIRST, SECOND, tennis[1], THIRD)
    (warning,) = (found for found in told.warnings if found.code is CautionCode.MULTIPLE_EVENTS)
    assert warning.groups == (("a1", "a2", "a4"), ("a0", "a3"))
    assert {citation.source for sentence in told.sentences for citation in sentence.citations} <= {1, 2, 4}
    assert [source.sentences_off_topic for source in told.sources][0:4:3] == [2, 2]
    assert not any(found.code is CautionCode.MULTIPLE_EVENTS for found in summary().warnings)
