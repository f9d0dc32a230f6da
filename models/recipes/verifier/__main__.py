"""``python -m models.recipes.verifier OUTPUT``: from the data sets to what ships."""

from __future__ import annotations

import json
import shutil
import sys

from models.convert import merge
from models.recipes.claims import judged
from models.recipes.data import bucket
from models.recipes.export import export
from models.recipes.runs import SEED, from_command_line
from models.recipes.verifier import pairs
from models.recipes.verifier.figures import figures
from models.recipes.verifier.training import Course, Packs, tokenizer_of, train

# One of so many clusters tells how far it has come, and is what the model is calibrated on.
_WATCHED = 24


def main() -> None:
    """Train a verifier, unless that is done, and print the figures of its card."""
    run = from_command_line("python -m models.recipes.verifier", "smollm2-135m", main.__doc__)
    watched = pairs.news((found for found in run.clusters if not bucket(found.id, _WATCHED)), SEED)
    learned = pairs.general(run.corpora)
    learned += pairs.news((found for found in run.clusters if bucket(found.id, _WATCHED)), SEED)
    held_out, drafts = pairs.held_out(run.corpora), judged(run.corpora, run.drafts)
    run.record()
    adapter = run.output / "adapter"
    if not adapter.is_dir():
        tokenizer = tokenizer_of(run.base)
        train(run.base, Packs(learned, tokenizer), Packs(watched, tokenizer), Course(), run.output)
    digest = export(adapter, run.output / "shipped")
    # What is measured is what will be made of the files that ship.
    made = run.output / "made"
    shutil.copytree(run.base, made, dirs_exist_ok=True)
    merge(made, run.output / "shipped")
    report = figures(run.manifest, made, watched, held_out, drafts) | {
        "sha256": digest,
        "data": run.corpora.digests,
    }
    card = json.dumps(report, indent=2, allow_nan=False) + "\n"
    (run.output / "figures.json").write_text(card, "utf-8")
    sys.stdout.write(card)


if __name__ == "__main__":
    main()
