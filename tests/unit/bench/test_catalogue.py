from __future__ import annotations

import re

import grpc
import pytest

from bench.corpora.clusters import Cluster, Text
from bench.systems import catalogue
from bench.systems.catalogue import digest
from bench.systems.output import Output
from newsweave import CallError

CLUSTER = Cluster("c", (Text("a", "Text."),), 25)


def test_a_digest_covers_code_and_manifests_but_not_what_people_see() -> None:
    paths = {path.as_posix() for path in catalogue._sources("service", "models")}

    assert any(path.endswith("models/manifests/smollm2-135m.toml") for path in paths)
    assert any(path.endswith("service/rpc/convert.py") for path in paths)
    assert not any("service/render" in path or "service/cli" in path for path in paths)


def test_other_code_has_another_digest() -> None:
    assert digest("service/language") != digest("service/stages")
    assert digest("service/language") == digest("service/language")


@pytest.mark.parametrize("code", [grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT])
def test_a_final_refusal_is_an_empty_answer(code: grpc.StatusCode) -> None:
    def refuse(_: Cluster) -> Output:
        raise CallError(code, "nothing was left")

    assert catalogue._answering(refuse)(CLUSTER) == Output(())


def test_a_refusal_that_may_pass_is_not_taken_for_an_answer() -> None:
    def refuse(_: Cluster) -> Output:
        raise CallError(grpc.StatusCode.UNAVAILABLE, "draining")

    with pytest.raises(CallError):
        catalogue._answering(refuse)(CLUSTER)


def test_that_peers_depend_on_all_code_that_prepares_their_articles() -> None:
    named = {path.relative_to(catalogue._ROOT).as_posix() for path in catalogue._sources(*catalogue._INPUT)}
    asked = {"service/stages/clean.py", "service/stages/split.py"}
    while asked:
        path = asked.pop()
        assert path in named
        modules = re.findall(r"^from (service\.(?:language|stages)[\w.]*) import", _text(path), re.MULTILINE)
        modules += [
            f"service.language.{name}"
            for name in re.findall(r"^from service\.language import (\w+)$", _text(path), re.MULTILINE)
        ]
        asked |= {f"{module.replace('.', '/')}.py" for module in modules if module != "service.language"}


def _text(path: str) -> str:
    return (catalogue._ROOT / path).read_text("utf-8")
