from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models import errors as model_errors
from models.store import FileCheck
from service import bootstrap
from service.errors import ModelFilesError
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_missing_models_are_listed_and_fail_verification(tmp_path: Path) -> None:
    settings = Settings(weights_dir=tmp_path)
    listed = [model.cells() for model in bootstrap.list_models(settings)]
    assert {cells[0] for cells in listed} >= set(settings.models)
    assert {cells[-2:] for cells in listed} == {("missing", "")}
    with pytest.raises(ModelFilesError, match="has not been fetched"):
        bootstrap.verify_model(settings, "minilm-l6")


def test_an_unknown_manifest_is_told() -> None:
    with pytest.raises(ModelFilesError, match="no manifest is named 'nope'"):
        bootstrap.verify_model(Settings(), "nope")


def test_the_files_of_a_model_are_counted_or_their_faults_told(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [FileCheck("a"), FileCheck("b")]
    monkeypatch.setattr("models.store.verify", lambda _manifest, _folder: checks)
    assert bootstrap.verify_model(Settings(), "minilm-l6") == 2
    checks.append(FileCheck("c", "cannot be read"))
    with pytest.raises(ModelFilesError, match="c cannot be read"):
        bootstrap.verify_model(Settings(), "minilm-l6")


def test_fetching_tells_progress_and_faults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fetch(_manifest: object, folder: Path, report: Callable[[str], None]) -> None:
        report(f"into {folder}")
        message = "no network"
        raise model_errors.ModelFilesMissing(message)

    told: list[str] = []
    monkeypatch.setattr("models.fetch.fetch", fetch)
    with pytest.raises(ModelFilesError, match="no network"):
        bootstrap.fetch_models(Settings(weights_dir=tmp_path), ["minilm-l6"], told.append)
    assert told == [f"into {tmp_path}"]
