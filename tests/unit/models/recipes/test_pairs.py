from __future__ import annotations

from models.recipes.claims import Claim, Cluster, Draft, Drafted, Wrong
from models.recipes.plain import plain
from models.recipes.verifier.pairs import DRAFTED, Label, Pair, news, of_drafts

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
    "one", (), (BRIDGE, MAYOR), (("The council closed the bridge.", "The council opened the road."),)
)


def made(kind: str) -> list[Pair]:
    return [pair for pair in news([CLUSTER], seed=0) if pair.origin == f"news {kind}"]


def test_right_sentences_follow_from_members_and_context() -> None:
    first, second = made("right")
    assert first.label is second.label is Label.ENTAILED
    assert all(text in first.premise for text in (*BRIDGE.members, *BRIDGE.context))
    assert second.hypothesis == MAYOR.right[0]


def test_wrong_sentences_are_ruled_out_or_left_open() -> None:
    (swapped,), (weakened,) = made("wrong: role_swap"), made("wrong: modality")
    assert (swapped.label, weakened.label) == (Label.CONTRADICTED, Label.NEUTRAL)


def test_right_sentences_weigh_as_much_as_wrong_ones() -> None:
    claim = Claim(BRIDGE.members, (), ("A.", "B."), BRIDGE.wrong * 5)
    found = news([Cluster("one", (), (claim,), ())], seed=0)
    weights = [
        sum(pair.weight for pair in found if (pair.label is Label.ENTAILED) is right)
        for right in (True, False)
    ]
    assert weights == [5, 5]


def test_pairs_of_a_claim_have_one_premise() -> None:
    claim = Claim(BRIDGE.members, ("A.", "B.", "C."), ("A.", "B."), BRIDGE.wrong * 5)
    assert len({pair.premise for pair in news([Cluster("one", (), (claim,), ())], seed=0)}) == 1


def test_another_claim_does_not_follow_unless_a_sentence_of_the_premise_states_it() -> None:
    assert {pair.hypothesis for pair in made("other claim")} == {BRIDGE.right[0], MAYOR.right[0]}
    leaning = Claim(BRIDGE.members, MAYOR.members, BRIDGE.right, ())
    found = news([Cluster("one", (), (leaning, MAYOR), ())], seed=0)
    assert [pair.hypothesis for pair in found if pair.origin == "news other claim"] == [BRIDGE.right[0]]


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert news([CLUSTER], seed=3) == news([CLUSTER], seed=3)


def test_drafts_follow_only_if_they_were_judged_right() -> None:
    drafts = tuple(Draft(f"{verdict}.", verdict) for verdict in ("right", "role", "broken"))
    found = of_drafts([Drafted("one", BRIDGE.members, drafts)])

    assert {pair.premise for pair in found} == {" ".join(BRIDGE.members)}
    assert [pair.label for pair in found] == [Label.ENTAILED, Label.NEUTRAL, Label.NEUTRAL]
    assert [pair.origin for pair in found] == [DRAFTED.right, "draft wrong: role", "draft wrong: broken"]
    assert [pair.weight for pair in found] == [1.5, 0.75, 0.75]


def test_tokens_of_old_corpora_become_plain_text() -> None:
    assert plain("`` It is n't so , '' he said ( twice ) .") == '"It isn\'t so," he said (twice).'
