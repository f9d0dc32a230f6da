"""``python -m models.recipes.drafter OUTPUT``: from the data sets to the adapter."""

from __future__ import annotations

import dataclasses
import json
import sys

from transformers import AutoTokenizer

from models.manifest import Prompt
from models.prompt import PromptEncoder
from models.recipes.data import bucket
from models.recipes.drafter.examples import of_claims
from models.recipes.drafter.training import Course, Examples, train
from models.recipes.export import export
from models.recipes.runs import SEED, from_command_line

# Short, since a prompt is most of what a draft costs; a trained model needs no example.
PROMPT = Prompt(system="Merge.", user="{sources}", source_line="- {text}")
# One of so many clusters tells when to stop.
_WATCHED = 20


def main() -> None:
    """Train the adapter of a drafter, unless that is done, and print what it was made of."""
    run = from_command_line("python -m models.recipes.drafter", "smollm2-135m", main.__doc__)
    tokenizer = AutoTokenizer.from_pretrained(run.base, local_files_only=True)
    prompt = PromptEncoder(tokenizer, dataclasses.replace(run.manifest, prompt=PROMPT))
    watched = of_claims((found for found in run.clusters if not bucket(found.id, _WATCHED)), SEED)
    learned = of_claims((found for found in run.clusters if bucket(found.id, _WATCHED)), SEED)
    run.record()
    adapter = run.output / "adapter"
    if not adapter.is_dir():
        lesson = Examples(learned, prompt, tokenizer)
        train(run.base, lesson, Examples(watched, prompt, tokenizer), Course(), run.output)
    report = {
        "sha256": export(adapter, run.output / "shipped"),
        "examples": len(learned),
        "watched": len(watched),
        "prompt": dataclasses.asdict(PROMPT),
        "data": run.corpora.digests,
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
