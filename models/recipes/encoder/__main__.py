"""``python -m models.recipes.encoder OUTPUT``: from annotated claims to the adapter."""

from __future__ import annotations

import json
import shutil
import sys

from transformers import AutoTokenizer

from models.convert import merge
from models.encoder import Encoder
from models.manifest import Role
from models.recipes.claims import Use, annotated
from models.recipes.encoder.figures import figures
from models.recipes.encoder.stories import story_of
from models.recipes.encoder.training import Course, Stories, train
from models.recipes.export import export
from models.recipes.runs import from_command_line
from models.store import ModelCard, ModelFiles


def main() -> None:
    """Train the adapter of an encoder, unless that is done, and print the figures of its card."""
    run = from_command_line("python -m models.recipes.encoder", "minilm-l6", main.__doc__)
    learned = [story_of(cluster, merged=True) for cluster in run.clusters_for(Use.LEARNED)]
    watched = [story_of(cluster) for cluster in run.clusters_for(Use.WATCHED)]
    held_out = [story_of(cluster) for cluster in annotated(run.corpora, "dev")]
    run.record()

    adapter = run.output / "adapter"
    if not adapter.is_dir():
        tokenizer = AutoTokenizer.from_pretrained(run.base, local_files_only=True)
        train(run.base, Stories(learned, tokenizer), Stories(watched, tokenizer), Course(), run.output)
    digest = export(adapter, run.output / "shipped")
    # What is measured is what will be made of the files that ship.
    made = run.output / "made"
    shutil.copytree(run.base, made, dirs_exist_ok=True)
    merge(made, run.output / "shipped", Role.ENCODER)
    card = ModelCard(Role.ENCODER, "trained", "", "")
    before, after = (Encoder(ModelFiles(run.manifest, folder, card)) for folder in (run.base, made))
    report = {
        "sha256": digest,
        "stories": [len(learned), len(watched)],
        "base": figures(before, held_out),
        "trained": figures(after, held_out),
        "data": run.corpora.digests,
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
