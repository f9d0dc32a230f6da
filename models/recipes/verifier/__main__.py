"""``python -m models.recipes.verifier OUTPUT``: from the data sets to what ships."""

from __future__ import annotations

import json
import random
import shutil
import sys

from models.convert import lay_over
from models.recipes.data import bucket
from models.recipes.export import export
from models.recipes.runs import SEED, from_command_line
from models.recipes.verifier import pairs
from models.recipes.verifier.figures import figures
from models.recipes.verifier.training import Course, best_of, train

_COURSES = (
    Course("general", epochs=1, learning_rate=1e-4, batch=32),
    Course("news", epochs=2, learning_rate=7e-5, batch=24),
)
# One of so many clusters tells when to stop, and is what the model is calibrated on.
_WATCHED = 12


def main() -> None:
    """Train a verifier, unless that is done, and print the figures of its card."""
    run = from_command_line("python -m models.recipes.verifier", "minilm-l6", main.__doc__)
    watched = pairs.news((found for found in run.clusters if not bucket(found.id, _WATCHED)), SEED)
    learned = pairs.news((found for found in run.clusters if bucket(found.id, _WATCHED)), SEED)
    lessons = (pairs.apart(pairs.general(run.corpora)), (learned, watched))
    held_out = pairs.held_out(run.corpora)
    run.record()
    start = run.base
    for course, (lesson, exam) in zip(_COURSES, lessons, strict=True):
        if not best_of(course, run.output).is_dir():
            random.Random(SEED).shuffle(lesson)  # noqa: S311  no secret
            train(start, lesson, exam, course, run.output)
        start = best_of(course, run.output)
    digest = export(start, run.base, run.output / "adapter")
    # What is measured is what will be made of the files that ship.
    made = run.output / "made"
    shutil.copytree(run.base, made, dirs_exist_ok=True)
    lay_over(made, run.output / "adapter")
    report = figures(run.manifest, made, watched, held_out) | {"sha256": digest, "data": run.corpora.digests}
    card = json.dumps(report, indent=2, allow_nan=False) + "\n"
    (run.output / "figures.json").write_text(card, "utf-8")
    sys.stdout.write(card)


if __name__ == "__main__":
    main()
