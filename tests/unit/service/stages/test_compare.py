from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.disagreement import rivals
from service.domain import Cluster, ConflictSlot, ConflictStatus
from service.language import copies
from service.language.wording import quoted
from service.stages.compare import compare
from tests.unit.service.comparing import FIRST, OTHERWISE, SECOND, disputes, told_beside, values
from tests.unit.service.fakes import articles, story_of

if TYPE_CHECKING:
    from random import Random

    from service.domain import Dispute, DisputedValue
    from service.language.copies import Alignment

CONFLICT, RECONCILABLE = ConflictStatus.CONFLICT, ConflictStatus.POSSIBLY_RECONCILABLE


@pytest.mark.parametrize(
    ("one", "other", "slot", "status", "stated"),
    [
        (
            "The fire in the mill at Leeds killed 12 people on the night shift.",
            "At Leeds, 13 people were killed in the fire at the mill.",
            ConflictSlot.NUMBER,
            CONFLICT,
            {"12", "13"},
        ),
        (
            "The fire in the mill at Leeds killed 12 people on the night shift.",
            "At Leeds, at least 10 people were killed in the fire at the mill.",
            ConflictSlot.NUMBER,
            RECONCILABLE,
            {"12", "at least 10"},
        ),
        (
            "The driver, Anna Berg, 34, was not hurt.",
            "The police spoke with the 36-year-old nurse Anna Berg.",
            ConflictSlot.NUMBER,
            CONFLICT,
            {"34", "36"},
        ),
        (
            "The council paid 12 million dollars for the new bridge in Leeds.",
            "The council of Leeds paid 19 million dollars for the new bridge.",
            ConflictSlot.NUMBER,
            CONFLICT,
            {"12 million dollars", "19 million dollars"},
        ),
        (
            "Envoy Anna Berg landed in Oslo on Tuesday evening for talks.",
            "Early on Wednesday morning, envoy Anna Berg touched down in Oslo.",
            ConflictSlot.TIME,
            RECONCILABLE,
            {"Tuesday evening", "early on Wednesday morning"},
        ),
        (
            "The senator Anna Berg died on Thursday after a long illness, her office said.",
            "Senator Anna Berg died on Tuesday after a long illness, said her party.",
            ConflictSlot.DATE,
            CONFLICT,
            {"Thursday", "Tuesday"},
        ),
        (
            "The League helped found the state in the late 1940s, when Lund was young.",
            "Lund rose to power in 1951 as part of efforts of the League to establish a new government.",
            ConflictSlot.DATE,
            CONFLICT,
            {"late 1940s", "1951"},
        ),
        (
            "Anna Berg founded the company in 1982 with a loan.",
            "It was in 1985 that the nurse Anna Berg founded the firm.",
            ConflictSlot.DATE,
            CONFLICT,
            {"1982", "1985"},
        ),
        (
            "The black car with tinted windows left the scene of the crash at 4:20 a.m.",
            "The car with tinted windows left the scene of the crash at 4:35 a.m.",
            ConflictSlot.TIME,
            CONFLICT,
            {"4:20 a.m.", "4:35 a.m."},
        ),
        (
            "The tanker with oil for the northern towns sank near Bergen after the storm.",
            "The tanker with oil for the northern towns sank near Malmo after the storm.",
            ConflictSlot.PLACE,
            CONFLICT,
            {"Bergen", "Malmo"},
        ),
        (
            "The prize for the best new novel was handed over by critic Anna Berg.",
            "The prize for the best new novel was handed over by critic Jonas Lund.",
            ConflictSlot.PERSON,
            CONFLICT,
            {"Anna Berg", "Jonas Lund"},
        ),
        (
            "The old bridge near the harbour was closed by the council after long talks.",
            "The old bridge near the harbour was not closed by the council after long talks.",
            ConflictSlot.POLARITY,
            CONFLICT,
            {"affirmed", "denied"},
        ),
    ],
)
def test_different_values_of_one_role_are_a_dispute(
    one: str, other: str, slot: ConflictSlot, status: ConflictStatus, stated: set[str]
) -> None:
    (found,) = told_beside(one, other)
    assert (found.slot, found.status, values(found)) == (slot, status, stated)
    assert found.cluster_ids == (FIRST + 1, SECOND + 1)
    assert [value.articles for value in found.values] == [1, 1]
    assert {index for value in found.values for index in value.sentences} == {FIRST, SECOND}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Another event, another place, another thing that is counted.
        (
            "The fire in the mill at Leeds killed 12 people.",
            "The fire in the mill at Leeds injured 13 people.",
        ),
        (
            "The storm in Leeds killed 12 people at the mill.",
            "The storm in Bergen killed 13 people at the port.",
        ),
        (
            "The council bought 12 boats for the port of Leeds.",
            "The council bought 15 nets for the port of Leeds.",
        ),
        # The same in other words.
        ("About 260,000 tons of shells came from Leeds.", "From Leeds came 260,000 tons of shells."),
        (
            "The port of Leeds is 40 miles from the capital.",
            "The port of Leeds is 65 kilometres from the capital.",
        ),
        ("A dozen people were killed in the fire at Leeds.", "The fire at Leeds killed 12 people."),
        # A part, an addition, another time.
        ("The fire at Leeds killed 12 people.", "In the fire at Leeds, another 15 people were killed."),
        ("Envoy Anna Berg arrived in Oslo on Tuesday.", "Envoy Anna Berg last arrived in Oslo on Friday."),
        ("Envoy Anna Berg arrived in Oslo on Tuesday.", "Envoy Jonas Lund arrived in Oslo on Friday."),
        ("Envoy Anna Berg arrived in Oslo on Tuesday.", "Envoy Anna Berg arrived in Oslo in 2019."),
        (
            "This is the first visit of Anna Berg in 24 years.",
            "It is the second visit of Anna Berg, after 2000.",
        ),
        # Two firms of one place, and a firm that was founded again.
        (
            "Founded in Zurich in 1856, Nordbank has long been a pillar of Swiss banking.",
            "Alpbank, headquartered in Zurich, was founded in 1862 and is a pillar of Swiss banking.",
        ),
        (
            "The bank was founded in 1856 and headquartered in Zurich.",
            "Alpbank, a giant headquartered in Zurich and founded in 1862, made headlines.",
        ),
        (
            "Founded in 1799, Nordbank is a global bank of the city.",
            "Established in 2000 by the merger of two banks, Nordbank is a global bank.",
        ),
        # What was said at different times.
        (
            "Police in Leeds said on Tuesday that the mill was safe.",
            "The mill was safe, said Leeds police on Friday.",
        ),
        ("Anna Berg signed the pact in Oslo on Tuesday.", "Anna Berg will sign the pact in Oslo on Friday."),
        # Each side of a dispute that both articles only report.
        (
            "The government says that the mill was sold to the port.",
            "The port denies that it bought the mill.",
        ),
        # What is of a moment, or of a source of one's own.
        (
            "The Nasdaq index of tech firms rose 12 points to 1,647.94 in Oslo.",
            "The Nasdaq index of tech firms rose 19 points to 1,739.87 in Oslo.",
        ),
        (
            "The mill at Leeds was safe, officials said Tuesday.",
            "The mill at Leeds was safe, officials said Friday.",
        ),
        # Other things that are counted, or another order of size.
        ("The firm in Leeds won 12,000 new mobile users.", "The firm in Leeds won 15,000 net cable users."),
        ("The clinic in Leeds saw 11,844 patients.", "The clinic in Leeds saw 88 patients."),
        ("Three officials familiar with the plan spoke.", "Four officials familiar with the plan spoke."),
    ],
)
def test_look_alikes_are_none(one: str, other: str) -> None:
    assert not told_beside(one, other)


def test_two_values_that_one_article_has_are_of_two_things() -> None:
    first = "The fire in the mill at Leeds killed 12 people."
    second = "The fire in the port of Leeds killed 15 people."
    assert told_beside(first, second)
    assert not disputes([first, second, *OTHERWISE[0]], [second, *OTHERWISE[1]])
    assert not disputes([first, *OTHERWISE[0]], [second, first, *OTHERWISE[1]])


@pytest.mark.parametrize(
    "both",
    [
        "The fire in the mill at Leeds first killed 8 people, and officials later spoke of 12.",
        "The fire in the mill at Leeds killed 8 people. The toll later rose to 12 in Leeds.",
    ],
)
def test_an_article_of_both_sides_of_a_toll_takes_no_side(both: str) -> None:
    twelve = "At Leeds, 12 people were killed in the fire at the mill."
    eight, *later = both.replace(". The", ".|The").split("|")
    assert not disputes([eight, *later, *OTHERWISE[0]], [twelve, *OTHERWISE[1]])


def test_the_number_of_another_event_is_no_other_side() -> None:
    (found,) = told_beside(
        "The fire in the mill at Leeds killed 8 people and injured 12 people.",
        "At Leeds, 12 people were killed in the fire at the mill.",
    )
    assert values(found) == {"8", "12"}


def test_a_value_is_told_with_all_its_articles_and_the_most_stated_first() -> None:
    twelve, thirteen = "The fire at Leeds killed 12 people.", "The fire at Leeds killed 13 people."
    (found,) = told_beside(thirteen, twelve, twelve.replace("12", "twelve"))
    assert [(value.value, value.articles) for value in found.values] == [("12", 2), ("13", 1)]
    assert [value.sentences for value in found.values] == [(SECOND, 2 * SECOND), (FIRST,)]
    assert found.explanation == "The articles differ on the number of dead: 12 or 13."


def test_a_vaguer_time_stands_beside_those_that_differ() -> None:
    (found,) = told_beside(
        "Anna Berg landed in Oslo on Tuesday evening.",
        "On Wednesday morning, Anna Berg touched down in Oslo.",
        "Anna Berg arrived in Oslo very late at night.",
    )
    assert values(found) == {"Tuesday evening", "Wednesday morning", "late at night"}
    assert found.explanation.endswith("; all can be right.")


def test_two_values_that_can_be_right_are_both() -> None:
    (found,) = told_beside(
        "The fire in the mill at Leeds killed 12 people.", "At Leeds, the fire killed at least 10 people."
    )
    assert found.explanation.endswith("; both can be right.")


def test_it_is_told_what_is_affirmed_or_denied() -> None:
    told = "The old bridge near the harbour was {}closed by the council after long talks."
    (found,) = told_beside(told.format("not "), told.format(""))
    assert found.explanation == (
        "The articles differ on whether this is so, “The old bridge near the harbour was closed by the"
        " council after long talks”: affirmed or denied."
    )


def test_a_long_sentence_is_quoted_in_part() -> None:
    assert quoted(" ".join(["word"] * 31)).endswith("word …”")
    assert quoted(" ".join(["word"] * 30)).endswith(" word”")


def counts(*numbers: int) -> str:
    return f"The mills of Leeds counted {' and then '.join(map(str, numbers))} before the day was over."


@pytest.mark.parametrize(("values", "most"), [(6, 1), (40, 0)])
def test_two_sentences_are_aligned_once_however_many_values_they_have(
    values: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    aligned: list[tuple[str, str]] = []

    def align(left: str, right: str) -> Alignment:
        aligned.append((left, right))
        return copies.align(left, right)

    monkeypatch.setattr(rivals, "align", align)
    told_beside(counts(*range(20, 20 + values)), counts(*range(70, 70 + values)))
    assert len(aligned) == most


def test_who_waits_is_asked_about_between_any_two_sentences() -> None:
    texts = [counts(order, order + 50) for order in range(20, 26)]
    asked: list[str] = []
    told = [[text, *OTHERWISE[order % 2]] for order, text in enumerate(texts)]
    story = replace(story_of(*told), check=lambda: asked.append("check"))
    clusters = [Cluster(index + 1, (index,), (1.0,), 1) for index in range(len(story.sentences))]
    compare(story, clusters, articles(*texts))
    pairs = len(texts) * (len(texts) - 1) // 2
    assert len(asked) >= pairs


LINES = st.sampled_from(
    [
        "The fire at Leeds killed 12 people.",
        "The fire at Leeds killed 13 people.",
        "At least 10 people were killed in the fire at Leeds.",
        "Anna Berg landed in Oslo on Tuesday evening.",
        "Anna Berg touched down in Oslo on Wednesday morning.",
        "Anna Berg arrived in Oslo late at night.",
        "Anna Berg, 34, spoke.",
        "Anna Berg, 36, spoke.",
        "The old bridge near the harbour was closed by the council after long talks.",
        "The old bridge near the harbour was not closed by the council after long talks.",
        *OTHERWISE[0],
        *OTHERWISE[1],
    ]
)
TOLD = st.lists(st.lists(LINES, min_size=1, max_size=4), min_size=1, max_size=4)


@given(TOLD)
def test_values_of_a_dispute_are_of_different_articles(told: list[list[str]]) -> None:
    story = story_of(*told)
    for order, dispute in enumerate(disputes(*told), start=1):
        assert dispute.id == order
        sources = [{story.sentences[index].source for index in value.sentences} for value in dispute.values]
        assert [value.articles for value in dispute.values] == [len(found) for found in sources]
        assert len(set().union(*sources)) == sum(map(len, sources))


def _articles(value: DisputedValue) -> int:
    return value.articles


@given(TOLD, st.randoms(use_true_random=False))
def test_the_order_of_articles_changes_nothing_but_numbers(told: list[list[str]], random: Random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    def shown(found: tuple[Dispute, ...]) -> list[object]:
        return sorted(
            (
                (
                    item.slot.name,
                    item.status.name,
                    item.explanation,
                    [value.articles for value in item.values],
                )
                for item in found
            ),
            key=repr,
        )

    assert shown(disputes(*told)) == shown(disputes(*shuffled))


@given(st.lists(LINES, min_size=1, max_size=5), st.integers(1, 3))
def test_copies_of_an_article_never_disagree(told: list[str], copies: int) -> None:
    assert not disputes(*[told] * copies)
