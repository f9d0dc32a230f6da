from __future__ import annotations

from collections import Counter

from models.recipes.claims import Use, use_of

NAMES = [f"cluster{number}" for number in range(500)]


def test_a_cluster_is_for_the_same_use_on_every_machine() -> None:
    assert use_of("cluster0", ()) is Use.LEARNED
    assert use_of("cluster1", ()) is Use.MEASURED
    assert use_of("cluster5", ()) is Use.WATCHED


def test_most_clusters_are_learned_from_and_some_are_only_measured() -> None:
    found = Counter(use_of(name, ()) for name in NAMES)
    assert found[Use.LEARNED] > found[Use.WATCHED] + found[Use.MEASURED]
    assert found[Use.MEASURED] > len(NAMES) // 10


def test_what_has_annotated_claims_is_not_measured_on() -> None:
    assert {use_of(name, NAMES) for name in NAMES} == {Use.LEARNED, Use.WATCHED}
