"""``python -m models.recipes.drafter OUTPUT``: from the data sets to the adapter."""

from __future__ import annotations

import dataclasses
import json
import sys

from transformers import AutoTokenizer

from models.manifest import Prompt
from models.prompt import PromptEncoder
from models.recipes.claims import Use
from models.recipes.drafter import preferences
from models.recipes.drafter.examples import of_claims
from models.recipes.drafter.preferences import Choices, prefer, preferred
from models.recipes.drafter.training import Course, Examples, train
from models.recipes.export import export
from models.recipes.runs import SEED, from_command_line
from models.store import sha256_of_folder

# Short, since a prompt is most of what a draft costs; a trained model needs no example.
PROMPT = Prompt(system="Merge.", user="{sources}", source_line="- {text}")


def main() -> None:
    """Train the adapter of a drafter, unless that is done, and print what it was made of.

    It learns first from sentences that annotators wrote, then from what readers said of its own drafts.
    """
    run = from_command_line("python -m models.recipes.drafter", "smollm2-135m", main.__doc__)
    tokenizer = AutoTokenizer.from_pretrained(run.base, local_files_only=True)
    prompt = PromptEncoder(tokenizer, dataclasses.replace(run.manifest, prompt=PROMPT))
    examples = [of_claims(run.clusters_for(use), SEED) for use in (Use.LEARNED, Use.WATCHED)]
    choices = [preferences.choices(run.drafts_for(use), SEED) for use in Use]
    run.record()

    first, second = run.output / "first", run.output / "second"
    if not (first / "adapter").is_dir():
        learned, watched = (Examples(found, prompt, tokenizer) for found in examples)
        train(run.base, learned, watched, Course(), first)
    lesson, tested, held_out = (Choices(found, prompt, tokenizer) for found in choices)
    if not (second / "adapter").is_dir():
        prefer(run.base, first / "adapter", lesson, tested, preferences.Course(), second)
    report = {
        "sha256": export(second / "adapter", run.output / "shipped"),
        "examples": [len(found) for found in examples],
        "choices": [len(found) for found in choices],
        "right draft likelier": [
            preferred(run.base, folder / "adapter", held_out) for folder in (first, second)
        ],
        "first course": sha256_of_folder(first / "adapter"),
        "prompt": dataclasses.asdict(PROMPT),
        "data": run.corpora.digests,
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
