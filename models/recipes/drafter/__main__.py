"""``python -m models.recipes.drafter``: from the data sets to the adapter, resuming where it stopped."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from transformers import AutoTokenizer

from models import manifest as manifests
from models.manifest import Prompt
from models.prompt import PromptEncoder
from models.recipes.claims import WRITTEN, annotated, written
from models.recipes.data import DEFAULT_FOLDER, Corpora, bucket
from models.recipes.drafter.examples import of_claims, of_others
from models.recipes.drafter.training import Course, Examples, train

if TYPE_CHECKING:
    from models.recipes.claims import Cluster

# Short, since a prompt is most of what a draft costs; a trained model needs no example.
PROMPT = Prompt(system="Merge.", user="{sources}", source_line="- {text}")
_SEED = 0


def main() -> None:
    """Train the adapter of a drafter."""
    parser = argparse.ArgumentParser(prog="python -m models.recipes.drafter", description=main.__doc__)
    parser.add_argument("manifest", help="of the model that is adapted")
    parser.add_argument("base", type=Path, help="its folder, as it was fetched")
    parser.add_argument("output", type=Path, help="folder of checkpoints and of the adapter")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="folder of the data sets")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="claims that were written by reading")
    arguments = parser.parse_args()
    corpora = Corpora(arguments.data)
    tokenizer = AutoTokenizer.from_pretrained(arguments.base, local_files_only=True)
    prompt = PromptEncoder(tokenizer, dataclasses.replace(manifests.load(arguments.manifest), prompt=PROMPT))
    clusters = [*annotated(corpora, "train"), *written(corpora, arguments.written)]
    learned = [*of_claims(filter(_is_learned, clusters), _SEED), *of_others(corpora)]
    watched = of_claims((cluster for cluster in clusters if not _is_learned(cluster)), _SEED)
    train(
        arguments.base,
        Examples(learned, prompt, tokenizer),
        Examples(watched, prompt, tokenizer),
        Course(),
        arguments.output,
    )


def _is_learned(cluster: Cluster) -> bool:
    """Keep one cluster of twenty aside to tell when to stop."""
    return bucket(cluster.id, 20) > 0


if __name__ == "__main__":
    main()
