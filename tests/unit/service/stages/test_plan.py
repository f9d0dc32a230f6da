from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain import Drafting, Plan, Ranked, Style, SummaryOptions, Told
from service.language.words import word_count
from service.stages.cluster import cluster
from service.stages.plan import plan
from service.stages.rank import rank
from tests.unit.service.fakes import SENTENCES, WordEncoder, independent, story_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.similarity import Story

REPEAT = 0.7
PARAGRAPH, BULLETS = Style.PARAGRAPH, Style.BULLETS
FIRE = "The fire at the port hurt twelve men on Monday."
BLAZE = "On Monday a fire at the port hurt twelve men."
CHESS = "Schools across the country teach chess to children."
BRIDGE = "The mayor of Moss opened a bridge over a river."
SONG = "Anna Berg sang an old song on the radio."
STORIES = st.lists(SENTENCES, min_size=1, max_size=4).filter(any)
OPTIONS = st.builds(
    SummaryOptions,
    max_words=st.integers(1, 150),
    max_sentences=st.none() | st.integers(1, 6),
    max_share_per_source=st.none() | st.floats(0.01, 1.0),
    drafting=st.sampled_from(Drafting),
    style=st.sampled_from(Style),
)


def told_of(*told: list[str]) -> tuple[tuple[Ranked, ...], Story]:
    story = story_of(*told)
    return rank(story, cluster(story, 0.45), WordEncoder().encode([]), independent(len(told))), story


def sentences(*told: list[str], before: Sequence[Told] = (), **options: object) -> list[str]:
    ranked, story = told_of(*told)
    chosen = SummaryOptions(**options)  # type: ignore[arg-type]
    return [item.sentence for item in plan(ranked, story, chosen, REPEAT, before).items]


def test_the_length_is_used_and_never_passed() -> None:
    told = [FIRE, CHESS, BRIDGE, SONG]
    assert len(sentences(told, max_words=100)) == 4
    assert len(sentences(told, max_words=20)) == 2
    assert sentences(told, max_words=5) == []


def test_bullets_stand_in_the_order_of_the_choice() -> None:
    told = [[FIRE, CHESS, BRIDGE, SONG], [BLAZE, SONG]]
    paragraph, bullets = (sentences(*told, max_words=100, style=style) for style in (PARAGRAPH, BULLETS))
    chosen = [sentences(*told, max_words=100, max_sentences=count, style=BULLETS) for count in range(1, 5)]
    assert bullets != paragraph
    assert sorted(bullets) == sorted(paragraph)
    assert chosen == [bullets[:count] for count in range(1, 5)]


def test_no_bullet_goes_on_from_another_sentence() -> None:
    more = "The mayor of Moss also opened a school for sailors."
    assert more in sentences([FIRE, more], max_words=100)
    assert sentences([FIRE, more], max_words=100, style=BULLETS) == [FIRE]


def test_sentences_are_counted() -> None:
    assert len(sentences([FIRE, CHESS, BRIDGE, SONG], max_sentences=3)) == 3


def test_no_article_gives_more_than_its_share() -> None:
    long, short = [FIRE, CHESS, BRIDGE], [SONG]
    for share, from_the_long_one in ((1.0, 3), (0.5, 2), (0.01, 1)):
        assert (
            sum(text in long for text in sentences(long, short, max_share_per_source=share))
            == from_the_long_one
        )


def test_a_scrap_beside_a_whole_article_does_not_cut_the_summary_short() -> None:
    assert len(sentences([FIRE, CHESS, BRIDGE], [SONG])) == 4
    assert len(sentences([FIRE, CHESS, BRIDGE], [SONG], max_share_per_source=0.5)) == 3


def test_one_article_alone_gives_all() -> None:
    assert len(sentences([FIRE, CHESS, BRIDGE], max_share_per_source=0.1)) == 3


def test_after_the_first_the_articles_order_holds() -> None:
    told = sentences([CHESS, FIRE, BRIDGE, SONG], [CHESS, SONG], [CHESS, SONG], max_share_per_source=1.0)
    assert told == [CHESS, FIRE, BRIDGE, SONG]


def test_what_is_close_to_a_chosen_one_repeats_it() -> None:
    again = FIRE.replace("twelve", "thirteen")
    assert len({FIRE, again} & set(sentences([FIRE, CHESS], [again, BRIDGE]))) == 1


def test_a_claim_of_several_articles_is_to_be_fused_and_has_more_room() -> None:
    ranked, story = told_of([FIRE, CHESS], [BLAZE, BRIDGE])
    items = plan(ranked, story, SummaryOptions(max_words=60), REPEAT).items
    assert [item.fuse for item in items] == [len(item.ranked.cluster.members) > 1 for item in items]
    assert any(item.fuse for item in items)
    assert all(item.max_words > word_count(item.sentence) for item in items if item.fuse)


@pytest.mark.parametrize(
    ("drafting", "before"), [(Drafting.EXTRACTIVE, ()), (Drafting.ABSTRACTIVE, (Told(99, 0),))]
)
def test_extracts_are_asked_for_or_fill_what_is_left(drafting: Drafting, before: tuple[Told, ...]) -> None:
    ranked, story = told_of([FIRE, CHESS], [BLAZE, BRIDGE])
    items = plan(ranked, story, SummaryOptions(drafting=drafting), REPEAT, before).items
    assert items
    assert not any(item.fuse for item in items)


def test_what_was_told_or_tried_is_not_planned_again() -> None:
    ranked, story = told_of([FIRE, CHESS, BRIDGE])
    before = [Told(1, 9), Told(2, 0)]
    assert [item.cluster_id for item in plan(ranked, story, SummaryOptions(), REPEAT, before).items] == [3]


def test_the_last_words_are_not_spent_on_trifles() -> None:
    trifle = "Some people were there to see."
    told = [FIRE, *["It rained."] * 9, trifle], [FIRE], [FIRE]
    for words, wanted in ((150, [trifle]), (110, [])):
        assert sentences(*told, before=[Told(1, 100)], max_words=words, max_share_per_source=1.0) == wanted


def test_a_claim_of_which_no_sentence_stands_alone_is_not_planned() -> None:
    assert sentences(["He hurt twelve men at the port on Monday."]) == []


def check(
    made: Plan, before: Sequence[Told], story: Story, options: SummaryOptions, ranked: Sequence[Ranked]
) -> None:
    """Assert what holds of every plan that is not empty."""
    used = [claim for claim in before if claim.words]
    assert (
        sum(claim.words for claim in before) + sum(item.max_words for item in made.items) <= options.max_words
    )
    assert len(used) + len(made.items) <= (options.max_sentences or math.inf)
    assert all(word_count(item.sentence) <= item.max_words for item in made.items)
    ids = [claim.cluster_id for claim in before] + [item.cluster_id for item in made.items]
    assert len(set(ids)) == len(ids)
    claims = {item.cluster.id: item for item in ranked}
    chosen = [item.ranked.representative for item in made.items]
    told = [claims[claim.cluster_id] for claim in used] + [item.ranked for item in made.items]
    alone = Counter(
        story.sentences[item.cluster.members[0]].source for item in told if item.cluster.articles == 1
    )
    held = Counter(sentence.source for sentence in story.sentences)
    for source, count in alone.items() if len(held) > 1 else ():
        share = options.max_share_per_source or max(0.5, held[source] / held.total())
        assert count <= max(1, math.ceil(share * len(told)))
    for left, right in itertools.combinations([index for index in chosen if index is not None], 2):
        if story.facts[left].negated == story.facts[right].negated:
            assert story.between([left, right])[0, 1] < REPEAT
            assert np.dot(story.encoded.vectors[left], story.encoded.vectors[right]) < REPEAT


@given(STORIES, OPTIONS)
def test_every_plan_keeps_every_budget(told: list[list[str]], options: SummaryOptions) -> None:
    ranked, story = told_of(*told)
    made = plan(ranked, story, options, REPEAT)
    assume(made.items)
    check(made, (), story, options, ranked)


@given(STORIES, OPTIONS, st.data())
def test_planning_on_keeps_every_budget_until_nothing_is_left(
    told: list[list[str]], options: SummaryOptions, data: st.DataObject
) -> None:
    ranked, story = told_of(*told)
    before: list[Told] = []
    while (made := plan(ranked, story, options, REPEAT, before)).items:
        check(made, before, story, options, ranked)
        before += [Told(item.cluster_id, data.draw(st.integers(0, item.max_words))) for item in made.items]
    assert len(before) <= len(ranked)


def test_copies_of_one_text_fill_the_summary_as_one_copy_does() -> None:
    text = [FIRE, CHESS, BRIDGE, SONG]
    extractive = Drafting.EXTRACTIVE
    assert sentences(text, text, text, drafting=extractive) == sentences(text, drafting=extractive)


def test_a_claim_is_extracted_where_there_is_no_room_to_fuse_it() -> None:
    ranked, story = told_of([FIRE], [BLAZE])
    (item,) = plan(ranked, story, SummaryOptions(max_words=10), REPEAT).items
    assert not item.fuse
    (item,) = plan(ranked, story, SummaryOptions(max_words=30), REPEAT).items
    assert item.fuse


def test_a_denial_is_told_beside_what_it_denies() -> None:
    denial = FIRE.replace("hurt", "never hurt")
    assert {FIRE, denial} <= set(sentences([FIRE, CHESS], [denial, BRIDGE], max_share_per_source=1.0))


def test_planning_ends_when_what_was_told_rests_on_one_article() -> None:
    ranked, story = told_of([FIRE, SONG, BRIDGE], [CHESS])
    told = [
        Told(item.cluster.id, 8) for item in ranked if story.sentences[item.cluster.members[0]].source == 0
    ]
    assert len(plan(ranked, story, SummaryOptions(), REPEAT, told).items) <= 1


def test_the_work_grows_with_the_summary_and_not_with_the_candidates() -> None:
    """However many candidates an article has, only caps that can change the choice are tried."""
    songs = [f"Anna Berg sang song number {number} on the radio." for number in range(60)]
    ranked, story = told_of(songs, [CHESS])
    tried = 0

    def check() -> None:
        nonlocal tried
        tried += 1

    plan(ranked, replace(story, check=check), SummaryOptions(max_share_per_source=0.01), 2.0)
    assert 1 < tried < 30
