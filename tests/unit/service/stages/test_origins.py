from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Article, OriginReason, Origins, SummaryOptions
from service.stages.clean import clean
from service.stages.origins import origins
from service.stages.split import split
from tests.unit.service.fakes import TEXTS, articles

WIRE = """OSLO (AP) — Crews from three towns fought the fire at the old paint store until late in the night.
The flames could be seen from the hills on the far side of the bay, where people had gathered to watch.
By the morning nothing was left of the hall but its northern wall and the crane that stands beside it.
"""
UNSIGNED = WIRE.removeprefix("OSLO (AP) — ")
LOCAL = """The harbour office has asked all captains to wait outside until divers have looked at the pier.
Trains to the quay will not run before Thursday, and the market moves to the square of the old town hall.
A paint store burned down, and two boats that lay beside it went under with all that was aboard.
"""
SPEECH = """“Crews from three towns fought the fire at the old paint store until late in the night, and the
flames could be seen from the hills on the far side of the bay, where people had gathered,” he said.
"""
PASSAGE = "\n".join(UNSIGNED.splitlines()[:2])
ALL = [
    WIRE,
    UNSIGNED,
    LOCAL,
    f"{LOCAL}{PASSAGE}\nNobody was hurt, and the owner of the store thanked the town for its help.",
    f"{LOCAL.upper()}{SPEECH}",
    "The store burned.",
    "Home\nMenu",
    "",
]


def found(*sent: Article) -> Origins:
    documents = clean(sent, SummaryOptions(), 100_000)
    return origins(documents, split(documents))


def groups(*sent: Article) -> list[tuple[int, ...]]:
    return [group.sources for group in found(*sent).groups]


def reasons(*sent: Article) -> list[OriginReason]:
    return [link.reason for group in found(*sent).groups for link in group.links]


def test_articles_with_nothing_in_common_are_origins_of_their_own() -> None:
    told = found(*articles(WIRE, LOCAL, "Schools teach chess to all children now."))
    assert [group.sources for group in told.groups] == [(0,), (1,), (2,)]
    assert [group.id for group in told.groups] == [1, 2, 3]
    assert not any(group.links for group in told.groups)
    assert told.count([0, 2, 2]) == 2


@pytest.mark.parametrize("text", [WIRE, SPEECH, "The store burned.", "Home\nMenu", "§"])
def test_the_same_text_under_two_names_is_one_origin(text: str) -> None:
    told = found(*articles(text, LOCAL, text))
    assert [group.sources for group in told.groups] == [(0, 2), (1,)]
    assert [told.of(source) for source in range(3)] == [1, 2, 1]
    (link,) = told.groups[0].links
    assert (link.source, link.other, link.reason) == (0, 2, OriginReason.NEAR_DUPLICATE)
    assert link.share == 1.0


def test_a_copy_with_changes_is_one_origin_and_shows_its_longest_passage() -> None:
    first, _, last = UNSIGNED.splitlines()
    copy = f"{first}\nPeople watched from the hills.\n{last.replace('morning', 'evening')}"
    told = found(*articles(UNSIGNED, copy))
    (link,) = told.groups[0].links
    assert link.reason is OriginReason.NEAR_DUPLICATE
    assert 0.5 <= link.share < 1
    assert link.span
    assert link.other_span
    assert link.span.of(UNSIGNED) == link.other_span.of(copy) == first.rstrip(".")


def test_a_short_article_that_stands_in_a_long_one_is_a_copy() -> None:
    assert reasons(*articles(UNSIGNED, f"{LOCAL}{UNSIGNED}{LOCAL.replace('the', 'this')}")) == [
        OriginReason.NEAR_DUPLICATE
    ]


def test_passages_that_are_not_most_of_either_are_shared() -> None:
    more = "Nobody was hurt. The owner of the store thanked the town, and a fund has been set up for him. "
    told = found(*articles(f"{PASSAGE}\n{more * 2}", f"{LOCAL}{PASSAGE}"))
    (link,) = told.groups[0].links
    assert link.reason is OriginReason.SHARED_PASSAGES
    assert 0.1 <= link.share < 0.5


def test_a_speech_that_both_quote_makes_no_origin() -> None:
    assert groups(*articles(f"{LOCAL}{SPEECH}", f"{SPEECH}The council meets on Friday about it.")) == [
        (0,),
        (1,),
    ]


def test_a_few_words_alike_make_no_origin() -> None:
    line = UNSIGNED.splitlines()[0]
    assert groups(*articles(f"{line}\nDivers look at the pier.", f"{line}\nThe market moves.")) == [
        (0,),
        (1,),
    ]


def test_an_agency_and_who_prints_it_are_one_origin() -> None:
    other = (
        "BERGEN (AP) — Divers look at the pier before ships may dock, the captains of the harbour were told."
    )
    told = found(*articles(WIRE, LOCAL, other))
    assert [group.sources for group in told.groups] == [(0, 2), (1,)]
    (link,) = told.groups[0].links
    assert link.reason is OriginReason.ATTRIBUTION
    assert link.span
    assert link.other_span
    assert (link.span.of(WIRE), link.other_span.of(other)) == ("OSLO (AP) —", "BERGEN (AP) —")
    assert groups(*articles(WIRE, other.replace("AP", "AFP"))) == [(0,), (1,)]


def test_who_says_whose_story_it_is_has_its_origin() -> None:
    gazette = Article("g", LOCAL, publisher="The Gazette")
    taken = Article("t", "A paint store burned in the port on Monday, the Gazette reported.")
    (link,) = found(gazette, taken).groups[0].links
    assert (link.reason, link.span) == (OriginReason.ATTRIBUTION, None)
    assert link.other_span
    assert link.other_span.of(taken.text) == "the Gazette reported"
    late = Article("t", f"{PASSAGE}\nThe store was insured, the Gazette reported.")
    assert groups(gazette, late) == [(0,), (1,)]


def test_what_stands_around_an_article_makes_no_origin() -> None:
    teaser = "\nRead also:\n• MOSCOW (Reuters) - Kremlin says talks go on\n"
    assert groups(*articles(f"{UNSIGNED}{teaser}", f"{LOCAL}{teaser}")) == [(0,), (1,)]
    pictures = articles(f"{UNSIGNED}Smoke over the port. (AP)", f"{LOCAL}People look at the pier. (AP)")
    assert groups(*pictures) == [(0,), (1,)]


def test_a_publisher_that_is_named_like_others_is_not_credited() -> None:
    own = Article("p", UNSIGNED, publisher="Police")
    assert groups(own, Article("x", f"According to Police in Moss, a store burned.\n{LOCAL}")) == [(0,), (1,)]


def test_one_publisher_is_one_origin_and_no_publisher_is_none() -> None:
    sent = [Article("a", WIRE, publisher="The Gazette"), Article("b", LOCAL, publisher="gazette")]
    assert reasons(*sent) == [OriginReason.SAME_PUBLISHER]
    assert groups(*articles(UNSIGNED, LOCAL)) == [(0,), (1,)]


def test_a_round_up_of_several_papers_does_not_make_them_one() -> None:
    def passage(paper: int) -> str:
        return " ".join(f"There was the man{paper}s{number} at the gate." for number in range(9))

    def article(*papers: int) -> str:
        own = " ".join(f"They saw the town{papers[0]}s{number} on a map." for number in range(60))
        return "\n".join([*map(passage, papers), own])

    chain = articles(article(1), article(2, 1), article(3, 2), article(4, 3))
    assert sorted(map(len, groups(*chain))) == [2, 2]
    joined = {
        frozenset(frozenset(order[source].id for source in group) for group in groups(*order))
        for order in itertools.permutations(chain)
    }
    assert len(joined) == 1
    copies = articles(article(1), article(2, 1), article(3, 1), article(4, 1))
    assert groups(*copies) == [(0, 1, 2, 3)]


def test_a_strong_link_is_told_rather_than_a_weak_one() -> None:
    sent = [Article(name, UNSIGNED, publisher="Gazette") for name in "abc"]
    assert reasons(*sent) == [OriginReason.NEAR_DUPLICATE] * 2


@given(st.lists(st.sampled_from(ALL) | TEXTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_every_article_has_one_origin_whatever_their_order(texts: list[str], shuffle: object) -> None:
    sent = [
        Article(str(number), text, publisher=["", "Gazette", "Herald"][number % 3])
        for number, text in enumerate(texts)
    ]
    order = list(sent)
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    told = found(*sent)
    assert sorted(source for group in told.groups for source in group.sources) == list(range(len(sent)))
    assert [group.id for group in told.groups] == list(range(1, len(told.groups) + 1))
    assert [group.sources[0] for group in told.groups] == sorted(group.sources[0] for group in told.groups)
    by_name = [{sent[source].id for source in group.sources} for group in told.groups]
    again = [{order[source].id for source in group.sources} for group in found(*order).groups]
    assert sorted(by_name, key=min) == sorted(again, key=min)
    for left, right in itertools.combinations(range(len(texts)), 2):
        assert texts[left] != texts[right] or told.of(left) == told.of(right)
    for link in itertools.chain.from_iterable(group.links for group in told.groups):
        assert link.source < link.other
        assert 0 <= link.share <= 1
        assert not link.span or link.span.of(sent[link.source].text)
        assert not link.other_span or link.other_span.of(sent[link.other].text)


def test_many_articles_take_no_more_than_their_pairs() -> None:
    told = found(*articles(*(f"{UNSIGNED}{LOCAL}The {number} end of it." for number in range(50))))
    assert len(told.groups) == 1
    assert len(told.groups[0].links) == 49
