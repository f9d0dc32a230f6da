"""``python -m models.recipes.verifier OUTPUT``: from the data sets to what ships."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

from models.convert import merge
from models.manifest import Role
from models.recipes.claims import Use
from models.recipes.data import bucket
from models.recipes.export import export
from models.recipes.runs import SEED, from_command_line
from models.recipes.verifier import pairs
from models.recipes.verifier.figures import figures
from models.recipes.verifier.training import Course, Packs, tokenizer_of, train
from models.store import sha256_of_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.recipes.runs import Run
    from models.recipes.verifier.pairs import Pair

# Of the clusters of the first course, about one in so many is shown again in the second.
_AGAIN = 8
# How often the second course shows a draft.
_TIMES = 2
_FIRST, _SECOND = Course(), Course(learning_rate=1.5e-4, steps=130)


def main() -> None:
    """Train a verifier, unless that is done, and print the figures of its card.

    The first course is of sentences that annotators wrote, the second of drafts that a drafter wrote, with
    some of the first between them.
    """
    run = from_command_line("python -m models.recipes.verifier", "smollm2-135m", main.__doc__)
    clusters = run.clusters_for(Use.LEARNED)
    first = pairs.general(run.corpora) + pairs.news(clusters, SEED)
    again = [cluster for cluster in clusters if not bucket(f"again {cluster.id}", _AGAIN)]
    second = _TIMES * pairs.of_drafts(run.drafts_for(Use.LEARNED)) + pairs.news(again, SEED + 1)
    watched = pairs.news(run.clusters_for(Use.WATCHED), SEED)
    drafts = pairs.of_drafts(run.drafts_for(Use.WATCHED))
    held_out = pairs.held_out(run.corpora) + pairs.of_drafts(run.drafts_for(Use.MEASURED))
    run.record()

    begun = _course(run, _FIRST, first, watched, run.output / "first")
    adapter = _course(run, _SECOND, second, drafts, run.output / "second", begun)
    digest = export(adapter, run.output / "shipped")
    # What is measured is what will be made of the files that ship.
    made = run.output / "made"
    shutil.copytree(run.base, made, dirs_exist_ok=True)
    merge(made, run.output / "shipped", Role.VERIFIER)
    report = figures(run.manifest, made, watched + drafts, held_out) | {
        "sha256": digest,
        "first course": sha256_of_folder(begun),
        "data": run.corpora.digests,
    }
    card = json.dumps(report, indent=2, allow_nan=False) + "\n"
    (run.output / "figures.json").write_text(card, "utf-8")
    sys.stdout.write(card)


def _course(  # noqa: PLR0913, PLR0917  a run, what it learns, how, and where it is kept
    run: Run,
    course: Course,
    learned: Sequence[Pair],
    watched: Sequence[Pair],
    folder: Path,
    before: Path | None = None,
) -> Path:
    """Return the folder of the adapter that a course makes, which is made unless it is there."""
    if not (adapter := folder / "adapter").is_dir():
        tokenizer = tokenizer_of(run.base)
        train(run.base, Packs(learned, tokenizer), Packs(watched, tokenizer), course, folder, before)
    return adapter


if __name__ == "__main__":
    main()
