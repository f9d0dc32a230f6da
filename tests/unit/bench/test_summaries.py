from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.corpora.clusters import Cluster, Corpus, Fact, Text
from bench.quality.figures import figures
from bench.quality.summaries import Measured, chosen, compared, measure, rows
from bench.systems.catalogue import System
from bench.systems.output import Cited, Output, Said

if TYPE_CHECKING:
    from pathlib import Path

ONE = "The council closed the old bridge on Monday after 12 cars were damaged."
TWO = "On Monday the old bridge was closed by the council, and the Mayor of Leeds was pleased."
CLUSTER = Cluster(
    "c",
    (Text("a", ONE), Text("b", TWO)),
    words=25,
    reference=ONE,
    facts=(
        Fact("The council closed the old bridge.", frozenset({"a", "b"})),
        Fact("Ships sank.", frozenset("a")),
    ),
)
WHOLE_A, WHOLE_B = Cited("a", 0, len(ONE), ONE), Cited("b", 0, len(TWO), TWO)


pytestmark = pytest.mark.usefixtures("word_encoder")


def share(said: tuple[Said, ...], name: str) -> float:
    part, whole = figures(CLUSTER, Output(said))[name]
    return part / whole


def test_a_copy_of_the_reference_that_cites_both_has_every_figure_at_its_best() -> None:
    said = (Said(ONE, (WHOLE_A, WHOLE_B), fused=True),)

    for name in ("exact spans", "cited sentences", "cite two articles", "specifics supported", "fused"):
        assert share(said, name) == 1.0
    assert share(said, "distinct-4") == 1.0
    assert share(said, "ROUGE-2") == pytest.approx(100)
    assert share(said, "support, least") == pytest.approx(1.0)
    assert share(said, "coverage") == 1.0


def test_planted_facts_count_once_each() -> None:
    said = (Said(ONE, (WHOLE_A,)),)

    assert share(said, "facts covered") == 1 / 2
    assert share(said, "citation precision") == 1.0
    assert share(said, "citation recall") == 1 / 2
    assert share(said, "joint score") == pytest.approx((2 / 3) / 2)


def test_what_cannot_cite_is_not_judged_by_its_citations() -> None:
    found = figures(CLUSTER, Output((Said(ONE),)))

    assert found["facts covered"] == (1, 2)
    assert found["citation recall"][1] == found["joint score"][1] == 0


def test_a_span_that_is_not_its_quote_is_not_exact() -> None:
    assert share((Said(ONE, (WHOLE_A, Cited("a", 1, 12, ONE[:11]))),), "exact spans") == 1 / 2


def test_specifics_are_looked_for_in_what_is_cited_or_else_everywhere() -> None:
    text = "In Leeds 12 cars were damaged."

    assert share((Said(text, (WHOLE_A,)),), "specifics supported") == 0.0
    assert share((Said(text),), "specifics supported") == 1.0
    assert share((Said("In Leeds 13 cars were damaged."),), "specifics supported") == 0.0


def test_support_is_that_of_the_cited_sentences_alone() -> None:
    assert share((Said(TWO, (WHOLE_A,)),), "support, mean") < share((Said(TWO, (WHOLE_B,)),), "support, mean")


def test_a_sentence_said_twice_is_a_repetition() -> None:
    said = Said(ONE, (WHOLE_A,))

    assert share((said, said), "repeated pairs") == 1
    assert share((said, said), "distinct-4") < 1


def test_nothing_said_has_no_share_of_anything() -> None:
    found = figures(CLUSTER, Output(()))

    assert found["answered"] == (0, 1)
    assert found["exact spans"] == found["repeated pairs"] == found["distinct-4"] == (0, 0)
    assert found["facts covered"] == (0, 2)
    assert "support, mean" not in found


def system(name: str, texts: list[str], clusters: int | None = None) -> System:
    def summarize(cluster: Cluster) -> Output:
        return Output((Said(texts[int(cluster.id)]),))

    return System(name, summarize, "version:1", name, clusters)


CORPUS = Corpus(
    "corpus",
    "reference/25",
    tuple(Cluster(str(number), (Text(f"a{number}", ONE),), 25, ONE) for number in range(3)),
    "digest",
)


def measured(one: System, folder: Path) -> Measured:
    return measure(one, CORPUS, chosen(one, CORPUS, None), lambda _: None, folder)


def test_a_row_holds_the_mean_and_what_it_depends_on(tmp_path: Path) -> None:
    row = measured(system("copy", [ONE, ONE, "No."]), tmp_path).row()

    assert row.items == 3
    assert row.figures["ROUGE-1"].value == pytest.approx(200 / 3)
    assert "exact spans" not in row.figures  # it cites nothing
    assert {"corpus:corpus", "items:3", "data:digest", "system:copy"} <= set(row.signature.split("|"))


def test_systems_are_compared_on_the_clusters_of_both(tmp_path: Path) -> None:
    own = measured(system("own", [ONE, "No.", ONE]), tmp_path)
    peer = measured(system("peer", ["No.", "No.", ONE], clusters=2), tmp_path)
    (row,) = compared([own, peer])

    assert (row.system, row.items) == ("peer", 2)
    above = row.figures["ROUGE-1"]
    assert (above.value, above.low, above.high) == pytest.approx((50, 0, 100))


def test_a_first_cluster_without_an_answer_hides_no_figure(tmp_path: Path) -> None:
    def silent_once(cluster: Cluster) -> Output:
        return Output(
            (Said(ONE, (Cited(cluster.articles[0].id, 0, 3, ONE[:3]),)),) if cluster.id != "0" else ()
        )

    own = measured(System("own", silent_once, "version:1", "silent"), tmp_path)
    (row,) = compared([own, measured(system("peer", [ONE, ONE, ONE]), tmp_path)])

    assert row.figures["support, mean"].value < 0.5
    assert row.figures["answered"].value == pytest.approx(-1 / 3)
    assert "cite two articles" not in row.figures  # the peer cannot cite


def test_the_service_stands_on_the_few_clusters_of_a_slow_peer_as_well(tmp_path: Path) -> None:
    own = measured(system("own", [ONE, "No.", ONE]), tmp_path)
    slow = measured(system("slow", [ONE, ONE, ONE], clusters=2), tmp_path)
    found = {row.system: row for row in rows([own, slow])}

    assert found["own, first 2"].items == 2
    assert found["own, first 2"].figures["ROUGE-1"].value == pytest.approx(50)


def test_refused_drafts_are_counted_by_reason(tmp_path: Path) -> None:
    def refusing(cluster: Cluster) -> Output:
        return Output((Said(ONE),), ("number, retried", "number, extracted") if cluster.id == "1" else ())

    row = measured(System("own", refusing, "version:1", "refusing"), tmp_path).row()

    assert row.figures["refused as number"].value == pytest.approx(2 / 3)
    assert "refused as name" not in row.figures


@pytest.mark.parametrize(("most", "limit", "clusters"), [(None, None, 3), (2, None, 2), (2, 1, 1)])
def test_the_smaller_limit_holds(most: int | None, limit: int | None, clusters: int) -> None:
    assert len(chosen(system("s", [], most), CORPUS, limit)) == clusters
