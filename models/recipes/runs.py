"""What all trainings share: how they begin, go on where they were stopped, and end."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from transformers import TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from models import manifest as manifests
from models import store
from models.recipes.claims import DRAFTS, WRITTEN, Use, annotated, judged, use_of, written
from models.recipes.data import DEFAULT_FOLDER, Corpora

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, Trainer

    from models.manifest import Manifest
    from models.recipes.claims import Cluster, Drafted

SEED = 0
_WEIGHTS = Path(__file__).resolve().parents[1] / "weights"
_RECORD = "data.json"


class OtherData(Exception):
    """A run was begun with other data than it would go on with."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one training starts from.

    Attributes:
        manifest: Of the model that is trained.
        base: Folder of its files, which were verified.
        output: Folder of checkpoints and results.
        corpora: The data sets.
        clusters: Annotated claims.
        drafted: Judged drafts.
    """

    manifest: Manifest
    base: Path
    output: Path
    corpora: Corpora
    clusters: tuple[Cluster, ...]
    drafted: tuple[Drafted, ...]

    def clusters_for(self, use: Use) -> list[Cluster]:
        """Return the clusters with annotated claims that are for one use."""
        ids = self._annotated
        return [found for found in self.clusters if use_of(found.id, ids) is use]

    def drafts_for(self, use: Use) -> list[Drafted]:
        """Return the judged drafts of the clusters that are for one use."""
        ids = self._annotated
        return [found for found in self.drafted if use_of(found.cluster, ids) is use]

    @property
    def _annotated(self) -> frozenset[str]:
        return frozenset(found.id for found in self.clusters)

    def record(self) -> None:
        """Write down what was read, or make sure that a run goes on with what it was begun with.

        Raises:
            OtherData: It was begun with other data.
        """
        path, read = self.output / _RECORD, dict(sorted(self.corpora.digests.items()))
        self.output.mkdir(parents=True, exist_ok=True)
        if path.is_file() and json.loads(path.read_text("utf-8")) != read:
            message = f"{self.output} was begun with other data; name another folder, or delete it"
            raise OtherData(message)
        path.write_text(json.dumps(read, indent=2) + "\n", "utf-8")


def from_command_line(program: str, model: str, about: str | None) -> Run:
    """Read the arguments that all recipes take.

    Args:
        program: How the recipe is called.
        model: Manifest of the model that it trains by default.
        about: What it does.
    """
    parser = argparse.ArgumentParser(prog=program, description=about)
    parser.add_argument("output", type=Path, help="folder of checkpoints and results")
    parser.add_argument("--model", default=model, help="manifest of the model that is trained")
    parser.add_argument("--weights", type=Path, default=_WEIGHTS, help="where fetched models are kept")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="folder of the data sets")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="claims that were written by reading")
    parser.add_argument("--drafts", type=Path, default=DRAFTS, help="drafts that were judged by reading")
    arguments = parser.parse_args()
    manifest = manifests.load(arguments.model)
    corpora = Corpora(arguments.data)
    return Run(
        manifest,
        store.locate(manifest, arguments.weights).directory,
        arguments.output,
        corpora,
        (*annotated(corpora, "train"), *written(corpora, arguments.written)),
        tuple(judged(corpora, arguments.drafts)),
    )


class Course(Protocol):
    """How a model is trained, as far as all trainings share it."""

    @property
    def epochs(self) -> float:
        """Passes over what is learned."""
        ...

    @property
    def learning_rate(self) -> float:
        """The highest; it falls as a cosine."""
        ...

    @property
    def batch(self) -> int:
        """Examples a step."""
        ...


def arguments_of(checkpoints: Path, course: Course, *, steps: int, **own: Any) -> TrainingArguments:  # noqa: ANN401  what they take
    """Return the arguments of a training, whose trainer takes rows as they are.

    Args:
        checkpoints: Folder to write into.
        course: How it is done.
        steps: From one checkpoint to the next.
        own: What this training wants otherwise.
    """
    return TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=course.epochs,
        learning_rate=course.learning_rate,
        lr_scheduler_type="cosine",
        per_device_train_batch_size=course.batch,
        per_device_eval_batch_size=course.batch,
        remove_unused_columns=False,
        label_names=["labels"],
        use_cpu=not torch.cuda.is_available(),
        seed=SEED,
        data_seed=SEED,
        eval_strategy="steps",
        eval_steps=steps,
        save_steps=steps,
        save_total_limit=2,
        load_best_model_at_end=True,
        logging_steps=20,
        report_to=[],
        dataloader_pin_memory=False,
        **own,
    )


def finish(trainer: Trainer, best: Path, config: PreTrainedConfig | None = None) -> Path:
    """Train, from the last checkpoint if there is one, and write the best weights into a folder.

    The folder has its name only once it is whole.

    Args:
        trainer: Made for the training.
        best: The folder.
        config: Of the model that was made to be trained, to be kept beside the weights.
    """
    checkpoints = str(trainer.args.output_dir)
    begun = Path(checkpoints).is_dir()
    last = get_last_checkpoint(checkpoints) if begun else None  # type: ignore[no-untyped-call]
    trainer.train(resume_from_checkpoint=last)
    unfinished = best.with_name(f".{best.name}")
    trainer.save_model(str(unfinished))
    if config:
        config.save_pretrained(unfinished)
    unfinished.rename(best)
    return best
