"""``python -m models.recipes.verifier``: from the data sets to the weights, resuming where it stopped."""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from models.recipes.claims import WRITTEN
from models.recipes.data import DEFAULT_FOLDER, Corpora
from models.recipes.export import export
from models.recipes.verifier import pairs
from models.recipes.verifier.figures import figures
from models.recipes.verifier.training import Course, train

_SEED = 0
_COURSES = (
    Course("general", epochs=1, learning_rate=1e-4, batch=32),
    Course("news", epochs=2, learning_rate=7e-5, batch=24),
)


def main() -> None:
    """Train, unless that is done, and print the figures of the model card."""
    parser = argparse.ArgumentParser(prog="python -m models.recipes.verifier", description=main.__doc__)
    parser.add_argument("base", type=Path, help="folder of the sentence encoder, as it was fetched")
    parser.add_argument("output", type=Path, help="folder of checkpoints and results")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="folder of the data sets")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="claims that were written by reading")
    arguments = parser.parse_args()
    corpora = Corpora(arguments.data)
    learned, watched = pairs.clusters(corpora, arguments.written)
    lessons = (
        pairs.apart(pairs.general(corpora)),
        (pairs.news(learned, _SEED), pairs.news(watched, _SEED)),
    )
    start = arguments.base
    for course, (lesson, exam) in zip(_COURSES, lessons, strict=True):
        best = arguments.output / f"{course.name}-best"
        if not best.is_dir():
            random.Random(_SEED).shuffle(lesson)  # noqa: S311  no secret
            train(start, lesson, exam, course, arguments.output)
        start = best
    report = figures(start, pairs.held_out(corpora)) | {
        "data": corpora.digests,
        "tensors": export(start, arguments.base, arguments.output / "adapter"),
    }
    card = json.dumps(report, indent=2) + "\n"
    (arguments.output / "figures.json").write_text(card, "utf-8")
    sys.stdout.write(card)


if __name__ == "__main__":
    main()
