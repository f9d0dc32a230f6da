from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.recipes.cleaner.__main__ import main
from models.recipes.cleaner.figures import THRESHOLDS, cross_validated
from models.recipes.cleaner.fitting import fit
from models.recipes.cleaner.pages import FOLDS, TRAFILATURA, ZYTE, read
from models.recipes.data import DEFAULT_FOLDER, Corpora
from service.language.classifier import WEIGHTS, trained
from service.language.classifier import read as read_weights

if TYPE_CHECKING:
    from pathlib import Path

PROSE = [
    "The fire broke out at the port on Monday evening, and twelve men were hurt.",
    "The mayor of the city said that the port would be closed for a week.",
    "A ship that had been tied to the pier was lost in the fire, the police said.",
    "Crews from the city looked for the men who had been on the pier.",
]
MENU = ["Home", "World", "Sports", "Travel", "Weather", "Sign in"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [*([0, line] for line in MENU), *([1, line] for line in PROSE), [-1, "The Gazette"]]
    zyte = [{"id": f"page {number}", "lines": lines} for number in range(3 * FOLDS)]
    pieces = {"url": "a", "lines": [*MENU, *PROSE], "with": [PROSE[0][:30]], "without": [MENU[5]]}
    for name, records in ((ZYTE, zyte), (TRAFILATURA, [pieces])):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True)
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    return tmp_path


def test_pages_are_read_with_crops_and_labels(folder: Path) -> None:
    whole, around, alone, lead, *_, pieces = read(Corpora(folder / "data"))

    assert whole.labels.tolist() == [0] * 6 + [1] * 4 + [-1]
    assert (whole.is_whole, alone.is_whole, whole.fold) == (True, False, alone.fold)
    assert around.texts == (*MENU[2:], *PROSE, "The Gazette")
    assert (alone.texts, lead.texts) == (tuple(PROSE), tuple(PROSE[:3]))
    assert whole.weights.sum() == pytest.approx(100)
    assert whole.weights[-1] == 0
    assert pieces.labels.tolist() == [-1] * 5 + [0, 1, -1, -1, -1]


def test_a_fit_tells_articles_from_menus_that_it_has_not_seen(folder: Path) -> None:
    figures = cross_validated(read(Corpora(folder / "data")))

    assert set(figures) == {str(threshold) for threshold in THRESHOLDS}
    assert figures["0.5"] == {"precision": 1.0, "recall": 1.0, "F1": 1.0}


def test_the_recipe_writes_what_the_service_reads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["cleaner", str(folder / "out"), "--data", str(folder / "data")]
    monkeypatch.setattr(sys, "argv", arguments)
    main()

    text = (folder / "out" / WEIGHTS).read_text("utf-8")
    assert read_weights(text).names == trained().names
    assert f'"{ZYTE}" = ' in text
    assert json.loads(capsys.readouterr().out)["0.5"]["F1"] == 1.0


def test_the_recipe_makes_what_ships() -> None:
    corpora = Corpora()
    if not all((DEFAULT_FOLDER / name).is_file() for name in (ZYTE, TRAFILATURA)):
        pytest.skip(f"the labelled pages are not in {DEFAULT_FOLDER}")
    made = fit(read(corpora))

    assert made.names == trained().names
    np.testing.assert_allclose(made.weights, trained().weights, rtol=0.01, atol=0.01)
    assert made.intercept == pytest.approx(trained().intercept, abs=0.02)
    assert made.threshold == trained().threshold
