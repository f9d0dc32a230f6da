"""The generator and its checks, on copies of the contract."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsweave import messages as pb
from newsweave.v1.newsweave_pb2_grpc import SummarizerServiceServicer
from service.rpc.access import Access
from service.rpc.endpoint import Door
from service.rpc.gate import Gate
from service.rpc.servicer import SERVICE, Servicer, handlers

if TYPE_CHECKING:
    from types import ModuleType

PROTOS = Path(__file__).resolve().parents[2] / "protos"


@pytest.fixture
def generator(tmp_path: Path) -> ModuleType:
    """Return the generator of a copy of the contract."""
    copy = tmp_path / "protos"
    shutil.copytree(PROTOS, copy)
    spec = importlib.util.spec_from_file_location("generate", copy / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def change(generator: ModuleType, old: str, new: str) -> None:
    contract: Path = generator.PROTOS / generator.CONTRACT
    text = contract.read_text()
    assert old in text
    contract.write_text(text.replace(old, new))


def test_the_stubs_are_current_and_the_contract_is_sound(generator: ModuleType, tmp_path: Path) -> None:
    out = tmp_path / "fresh"
    out.mkdir()
    generator.check_stubs(out)
    generator.check_contract(out)


def test_stubs_that_are_not_current_are_noticed(generator: ModuleType, tmp_path: Path) -> None:
    change(generator, "bool used = 5;", "bool used = 5;\n  bool extra = 99;")
    out = tmp_path / "fresh"
    out.mkdir()
    with pytest.raises(generator.Refused, match=r"newsweave_pb2\.py.*make protos"):
        generator.check_stubs(out)


def test_a_new_field_breaks_nobody(generator: ModuleType, tmp_path: Path) -> None:
    change(generator, "bool used = 5;", "bool used = 5;\n  bool extra = 99;")
    generator.check_contract(tmp_path)


def test_a_field_that_is_gone_breaks_callers(generator: ModuleType, tmp_path: Path) -> None:
    change(generator, "bool used = 5;", "")
    with pytest.raises(generator.Refused, match="would break callers"):
        generator.check_contract(tmp_path)


def test_a_name_against_the_rules_is_noticed(generator: ModuleType, tmp_path: Path) -> None:
    change(generator, "bool used = 5;", "bool used = 5;\n  bool badName = 99;")
    with pytest.raises(generator.Refused, match=r"badName[\s\S]*buf lint refused"):
        generator.check_contract(tmp_path)


def test_every_call_of_the_contract_has_a_handler() -> None:
    calls = {method.name for method in pb.DESCRIPTOR.services_by_name["SummarizerService"].methods}
    servicer = Servicer(*[None] * 6)  # type: ignore[arg-type]
    found = handlers(servicer, Door(Access(None), Gate(), 1.0, 1.0))._method_handlers  # type: ignore[attr-defined]
    assert set(found) == {f"/{SERVICE}/{name}" for name in calls}
    assert calls == {name for name in vars(SummarizerServiceServicer) if not name.startswith("_")}
