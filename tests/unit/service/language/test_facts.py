from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.language.facts import facts, negated, quotations

ALIKE = [
    ("The fire hurt 12 men.", "The fire hurt twelve men."),
    ("The fire hurt 12 men.", "The fire hurt men."),
    ("The fire hurt 12 men.", "The fire hurt 12 men in 2 hours."),
    ("It began on Monday.", "It began."),
    ("Then Anna accused Bela.", "Then Anna blamed Bela."),
    ("He denied it.", "He did not do it."),
    ("He signed the treaty, but did not speak.", "He signed the treaty."),
    ("The fire, which may spread, hurt 12 men.", "The fire hurt 12 men."),
    ("The fire hurt 12 men and sank 3 boats.", "The fire hurt 12 men and cost $5 million."),
    ("The fire hurt about 12 men.", "The fire hurt 11 men."),
    ("It began at 3 a.m. in 2024.", "It began in 2024, 5 miles away."),
    ("In court Holm beat Quist.", "In court Quist was beaten by Holm."),
    ("Prices rose, then fell, to 5 percent.", "Prices rose to 5 percent."),
    ("In Moscow Vladimir Putin spoke.", "In Moscow Putin spoke."),
    ("Half of the bill of 2024 passed.", "Half of the bill passed on the fourth try."),
    ("Dozens fled in the 1990s.", "In the 1990s dozens fled a third of the land."),
    ("He spoke for an hour last week.", "He spoke against the plan first."),
]
UNLIKE = [
    ("The fire hurt 12 men.", "The fire hurt 13 men."),
    ("It began on Monday.", "It began on Tuesday."),
    ("The plan was approved.", "The plan was not approved."),
    ("Then Russia helped Poland.", "Then Russia may help Poland."),
    ("It began in 1961.", "It began in 2000."),
    ("It cost $5 million.", "It cost $7 million."),
    ("The fire killed 12.", "The fire killed 13 men."),
    ("The talks began on Monday.", "The talks did not begin on Monday."),
    ("The talks began on Monday.", "The talks may have begun on Monday."),
    ("The war is over.", "The war is not over."),
    ("The dam held.", "The dam failed to hold."),
    ("It will sell 3,000 doses.", "It is expected to sell 3,000 doses."),
    ("Prices rose to 5 percent.", "Prices fell to 5 percent."),
    ("He voted for the bill.", "He voted against the bill."),
    ("It cost $5 million.", "It cost €5 million."),
    ("The third suspect was arrested.", "The fourth suspect was arrested."),
    ("Dozens were stranded.", "Hundreds were stranded."),
    ("Half of the ships sank.", "A third of the ships sank."),
    ("The law of the 1990s stands.", "The law of the 1980s stands."),
    ("In court Quist beat Holm.", "In court Quist was beaten by Holm."),
    ("A judge sentenced Reed to jail.", "A judge sentenced Moss to jail."),
    ("The drug protects patients.", "The drug hardly protects patients."),
    ("Then Russia may help North Korea.", "Then North Korea may help Russia."),
]


@pytest.mark.parametrize(("left", "right"), ALIKE)
def test_sentences_agree_if_one_says_no_less_than_the_other(left: str, right: str) -> None:
    assert not facts(left).disagree(facts(right))
    assert not facts(right).disagree(facts(left))


@pytest.mark.parametrize(("left", "right"), UNLIKE)
def test_sentences_disagree_on_a_number_a_date_a_negation_or_a_role(left: str, right: str) -> None:
    assert facts(left).disagree(facts(right))
    assert facts(right).disagree(facts(left))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The fire was not arson.", "The fire began in a store."),
        ("The fire began in a store.", "The fire was not arson and began in a store."),
        ("The fire began in a store.", "The fire may have begun in a store."),
        *UNLIKE,
    ],
)
def test_what_denies_or_doubts_anything_cannot_be_read_in_what_does_not(written: str, read: str) -> None:
    assert facts(written).contradict(facts(read))
    assert facts(read).contradict(facts(written))


def test_a_sentence_that_relates_two_names_both_ways_disagrees_with_neither() -> None:
    both = facts("Then Anna accused Bela and then Bela accused Anna.")
    assert not both.disagree(facts("Then Anna accused Bela."))
    assert not facts("Then Bela accused Anna.").disagree(both)


_WORDS = st.sampled_from(
    [
        "Russia",
        "Poland",
        "Anna",
        "Berg",
        "helped",
        "beat",
        "by",
        "was",
        "may",
        "not",
        "if",
        "12",
        "13",
        "men",
        "boats",
        "$5",
        "€5",
        "million",
        "Monday",
        "Friday",
        "third",
        "rose",
        "fell",
        "began",
        "the",
        "a",
        ",",
        "and",
        "dozens",
        "1990s",
        "2024",
    ]
)
_TEXTS = st.lists(_WORDS, max_size=14).map(" ".join)


@given(_TEXTS, _TEXTS)
def test_to_disagree_is_mutual_and_never_with_oneself(left: str, right: str) -> None:
    assert facts(left).disagree(facts(right)) == facts(right).disagree(facts(left))
    assert not facts(left).disagree(facts(left))
    assert facts(left).states_all_of(facts(left))


@pytest.mark.parametrize(
    ("whole", "part", "holds"),
    [
        ("On Monday 12 men and 3 boats sank.", "On Monday 3 boats sank.", True),
        ("On Monday 12 men sank.", "On Monday 3 boats sank.", False),
        ("Then 3 boats sank.", "On Monday 3 boats sank.", False),
        ("Then boats sank.", "Dozens of boats sank.", True),
    ],
)
def test_a_sentence_states_all_of_another_if_it_has_its_numbers_and_dates(
    whole: str, part: str, *, holds: bool
) -> None:
    assert facts(whole).states_all_of(facts(part)) is holds


@pytest.mark.parametrize(
    "text",
    [
        "He did not go.",
        "He didn’t go.",
        "NOBODY went.",
        "They cannot go.",
        "She denied it.",
        "He refuses to go.",
        "The vote failed to pass.",
        "A deal is unlikely.",
    ],
)
def test_negations_and_verbs_of_denial_negate(text: str) -> None:
    assert negated(text)


@pytest.mark.parametrize("text", ["He went.", "A notable denizen of Notting Hill.", "The engine failed.", ""])
def test_other_words_do_not(text: str) -> None:
    assert not negated(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “yes we can” and “go”.", ["yes we can", "go"]),
        ('He said "yes".', ["yes"]),
        ("He said ‘it’s fine’ twice.", ["it’s fine"]),
        ("He said 'very well' twice.", ["very well"]),
        ("Il a dit «oui» ici.", ["oui"]),
        ("The dogs' bowl and the cats' bed weren't there.", []),
        ("An “open quotation", []),
    ],
)
def test_quotations_are_what_stands_between_their_marks(text: str, found: list[str]) -> None:
    assert quotations(text) == found
