"""``python -m models.recipes.cleaner OUTPUT``: from labelled pages to the file of weights that ships."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from models.recipes.cleaner.figures import cross_validated
from models.recipes.cleaner.fitting import fit
from models.recipes.cleaner.pages import read
from models.recipes.data import DEFAULT_FOLDER, Corpora
from service.language.classifier import WEIGHTS, written


def main() -> None:
    """Fit the classifier of blocks on all pages, write its weights, and print figures of held-out pages."""
    parser = argparse.ArgumentParser(prog="python -m models.recipes.cleaner", description=main.__doc__)
    parser.add_argument("output", type=Path, help="the folder for the file of weights")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="the folder of the data sets")
    arguments = parser.parse_args()
    corpora = Corpora(arguments.data)
    pages = read(corpora)
    arguments.output.mkdir(parents=True, exist_ok=True)
    classifier = replace(fit(pages), data=corpora.digests)
    (arguments.output / WEIGHTS).write_text(written(classifier), "utf-8")
    sys.stdout.write(json.dumps(cross_validated(pages), indent=2) + "\n")


if __name__ == "__main__":
    main()
