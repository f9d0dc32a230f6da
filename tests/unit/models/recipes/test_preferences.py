from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

from models import manifest as manifests
from models.prompt import PromptEncoder
from models.recipes.claims import Draft, Drafted
from models.recipes.drafter.__main__ import PROMPT
from models.recipes.drafter.preferences import (
    Choices,
    Course,
    choices,
    collate_choices,
    log_likelihoods,
    loss_of,
    prefer,
)
from tests.unit.models.conftest import byte_tokenizer, tiny_causal

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = ("The council closed the bridge.", "The bridge was shut by the council.")
CLAIM = Drafted(
    "one",
    SOURCES,
    (
        Draft("The council closed the bridge.", "right"),
        Draft("The council shut the bridge.", "right"),
        Draft("The bridge closed the council.", "role"),
        Draft("The council closed the", "broken"),
        Draft("The council closed and shut it.", "broken"),
    ),
)


def test_every_choice_is_of_a_right_draft_and_another_of_the_same_sources() -> None:
    found = choices([CLAIM], seed=0)
    right = {draft.text for draft in CLAIM.drafts if draft.right}

    assert len(found) == 3
    assert all(item.better.sources == item.worse.sources == SOURCES for item in found)
    assert all(item.better.target in right and item.worse.target not in right for item in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("right", [True, False])
def test_a_claim_without_both_gives_no_choice(*, right: bool) -> None:
    drafts = tuple(draft for draft in CLAIM.drafts if draft.right is right)
    assert not choices([Drafted("one", SOURCES, drafts)], seed=0)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A tiny model, and beside it an adapter that changes nothing yet."""
    model = tiny_causal(len(byte_tokenizer(chat=True)))
    model.save_pretrained(tmp_path / "base")
    byte_tokenizer(chat=True).save_pretrained(tmp_path / "base")
    settings = LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    get_peft_model(model, settings).save_pretrained(str(tmp_path / "adapter"))
    return tmp_path / "base"


@pytest.fixture
def lesson(tmp_path: Path) -> Choices:
    path = tmp_path / "tiny.toml"
    path.write_text(
        """
        role = "drafter"
        architecture = "causal"
        id = "tests/tiny"
        licence = "MIT"
        [source]
        kind = "huggingface"
        repository = "tests/tiny"
        revision = "0000000000000000000000000000000000000000"
        files = ["*.json"]
        [prompt]
        system = "s"
        user = "{sources}"
        source_line = "{text}"
        [limits]
        max_input_tokens = 300
        max_output_tokens = 12
        """,
        "utf-8",
    )
    tokenizer = byte_tokenizer(chat=True)
    manifest = dataclasses.replace(manifests.load(str(path)), prompt=PROMPT)
    return Choices(choices([CLAIM], seed=0), PromptEncoder(tokenizer, manifest), tokenizer)


def adapted(base: Path, adapter: Path) -> PeftModel:
    model = AutoModelForCausalLM.from_pretrained(base)
    return PeftModel.from_pretrained(model, str(adapter)).eval()


def test_a_likelihood_is_that_of_the_answer_alone(base: Path, lesson: Choices) -> None:
    model = adapted(base, base.parent / "adapter")
    lesson.look_up(model, batch=2)
    rows = [lesson[0][side] for side in ("better", "worse")]
    with torch.inference_mode():
        found = log_likelihoods(model, collate_choices([lesson[0]]))
        for row, told in zip(rows, found, strict=True):
            each = model(torch.tensor([row["input_ids"]])).logits[0].log_softmax(dim=-1)
            answer = row["labels"]
            start = len(row["input_ids"]) - len(answer) - 1
            alone = sum(float(each[start + step, token]) for step, token in enumerate(answer))
            assert float(told) == pytest.approx(alone, abs=1e-2)


def test_the_loss_is_that_of_the_papers() -> None:
    course = Course(strictness=0.5, likelihood=0.1)
    likelihoods = torch.tensor([-4.0, -10.0, -6.0, -5.0])  # better, worse, better, worse
    margins, tokens = torch.tensor([2.0, -3.0]), torch.tensor([4, 3])
    # The first gained 6 - 2 on its rival, the second -1 + 3.
    preference = (math.log1p(math.exp(-0.5 * 4)) + math.log1p(math.exp(-0.5 * 2))) / 2
    likelihood = (4 / 4 + 6 / 3) / 2

    assert float(loss_of(likelihoods, margins, tokens, course)) == pytest.approx(
        preference + 0.1 * likelihood
    )


def test_what_has_learned_nothing_has_gained_nothing() -> None:
    course = Course(strictness=0.5, likelihood=0.0)
    likelihoods = torch.tensor([-4.0, -10.0])
    loss = loss_of(likelihoods, torch.tensor([6.0]), torch.tensor([4]), course)
    assert float(loss) == pytest.approx(math.log(2))


def margins(model: PeftModel, lesson: Choices) -> list[float]:
    lesson.look_up(model, batch=4)
    return [lesson[number]["margin"] for number in range(len(lesson))]


@pytest.mark.filterwarnings("default")
def test_the_better_draft_gains_on_the_worse(base: Path, lesson: Choices, tmp_path: Path) -> None:
    before = margins(adapted(base, tmp_path / "adapter"), lesson)
    course = Course(epochs=30, learning_rate=1e-2)
    best = prefer(base, tmp_path / "adapter", lesson, lesson, course, tmp_path / "out")
    after = margins(adapted(base, best), lesson)

    assert all(later > earlier for later, earlier in zip(after, before, strict=True))
