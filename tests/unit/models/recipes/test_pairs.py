from __future__ import annotations

import pytest

from models.recipes.claims import Claim, Cluster, Wrong
from models.recipes.plain import plain
from models.recipes.verifier.pairs import SAME_CLAIM, Label, Pair, apart, news, swap_names

BRIDGE = Claim(
    members=("The council closed the bridge.", "The bridge was shut by the council."),
    context=("Leeds has one bridge.",),
    right=("The council of Leeds closed its bridge.",),
    wrong=(Wrong("The bridge closed the council.", "role_swap", contradicted=True),),
)
MAYOR = Claim(
    ("Ann Cole resigned.",),
    (),
    ("Ann Cole stepped down.",),
    (Wrong("Ann Cole may resign.", "modality", contradicted=False),),
)
CLUSTER = Cluster(
    "one", (BRIDGE, MAYOR), (("The council closed the bridge.", "The council opened the road."),)
)


def made(kind: str) -> list[Pair]:
    return [pair for pair in news([CLUSTER], seed=0) if pair.origin == f"news {kind}"]


def test_right_sentences_follow_from_members_and_context() -> None:
    first, second = made("right")
    assert first.label is second.label is Label.ENTAILED
    assert all(text in first.premise for text in (*BRIDGE.members, *BRIDGE.context))
    assert second.hypothesis == MAYOR.right[0]


def test_wrong_sentences_are_ruled_out_or_left_open() -> None:
    (swapped,), (weakened,) = made("role_swap"), made("modality")
    assert (swapped.label, weakened.label) == (Label.CONTRADICTED, Label.NEUTRAL)


def test_members_of_one_claim_are_the_same_and_look_alikes_are_not() -> None:
    (same,), (alike,) = made("same claim"), made("look-alike")
    assert same.label is Label.ENTAILED
    assert {same.premise.removeprefix(f"{SAME_CLAIM} "), same.hypothesis} == set(BRIDGE.members)
    assert alike.label is Label.NEUTRAL
    assert alike.premise.startswith(SAME_CLAIM)


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert news([CLUSTER], seed=3) == news([CLUSTER], seed=3)


def test_no_premise_is_learned_and_watched() -> None:
    found = [Pair(f"premise {number % 99}", "", Label.NEUTRAL, "test") for number in range(300)]
    learned, watched = apart(found)

    assert watched
    assert sorted((*learned, *watched), key=str) == sorted(found, key=str)
    assert not {pair.premise for pair in learned} & {pair.premise for pair in watched}


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("Officials say Russia may help North Korea.", "Officials say North Korea may help Russia."),
        ("The leaders of Russia and North Korea met.", ""),  # the same, either way
        ("A man met his friend.", ""),
    ],
)
def test_names_change_places(text: str, swapped: str) -> None:
    assert swap_names(text) == swapped


def test_tokens_of_old_corpora_become_plain_text() -> None:
    assert plain("`` It is n't so , '' he said ( twice ) .") == '"It isn\'t so," he said (twice).'
