"""One frozen, validated :class:`Settings`. Flags and environment variables are made from it.

The field ``max_articles`` is the flag ``--max-articles`` and the variable ``NEWSWEAVE_MAX_ARTICLES``.
A flag wins over a variable, a variable over the default.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from service import consistency
from service.addresses import is_here
from service.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from dataclasses import Field

_CHECKOUT = Path(__file__).resolve().parent.parent
_BYTES_A_CHARACTER = 4
_WEIGHTS = _CHECKOUT / "models" / "weights"
_KINDS = {bool: "true or false", str: "text", int: "a whole number", float: "a number", Path: "a path"}
_TRUTHS = {"true": True, "false": False}
ENVIRONMENT_PREFIX = "NEWSWEAVE_"
T = TypeVar("T")


def _setting(
    default: T,
    about: str,
    *,
    least: float | None = None,
    most: float | None = None,
    shapes_summary: bool = False,
) -> T:
    """Declare a setting: its default, what it means, its range, and whether it changes summaries."""
    return field(
        default=default,
        metadata={"about": about, "least": least, "most": most, "shapes_summary": shapes_summary},
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator can set.

    Raises:
        SettingsError: A value is outside its range; the message names all that are.
    """

    address: str = _setting("127.0.0.1:50051", "Host and port to listen on; port 0 takes a free one.")
    allow_plaintext: bool = _setting(
        False,  # noqa: FBT003  the value of a field
        "Whether other machines may be served, and a drafter elsewhere be asked, without TLS.",
    )
    tls_certificate: str = _setting("", "PEM file of the server's certificate and its chain; empty: no TLS.")
    tls_key: str = _setting("", "PEM file of the key of that certificate, not encrypted.")
    tls_client_ca: str = _setting(
        "", "PEM file of the authorities whose certificates every client must show; empty: none is asked for."
    )
    callers: str = _setting(
        "", "TOML file of the callers that are let in, with hashes of their tokens; empty: all are."
    )
    reflection: bool = _setting(
        True,  # noqa: FBT003  the value of a field
        "Whether the server tells the contract by reflection.",
    )
    web: str = _setting(
        "", "Host and port of a page to try the service in a browser; empty: none. Over TLS if calls are."
    )
    weights_dir: Path = _setting(_WEIGHTS, "Where fetched weights are kept.")  # noqa: RUF009  the value is frozen
    encoder: str = _setting(
        "newsweave-encoder-1", "Manifest of the encoder: a name or a path.", shapes_summary=True
    )
    drafter: str = _setting(
        "newsweave-drafter-2", "Manifest of the drafter: a name or a path.", shapes_summary=True
    )
    verifier: str = _setting(
        "",
        "Manifest of an entailment model that judges what was written; empty: none.",
        shapes_summary=True,
    )
    reduced_precision: bool = _setting(
        True,  # noqa: FBT003  the value of a field
        "Whether weights are used in half the bits where this machine is faster so.",
        shapes_summary=True,
    )
    drafter_url: str = _setting(
        "",
        "OpenAI-compatible endpoint that drafts, such as http://127.0.0.1:8000/v1; empty: none.",
        shapes_summary=True,
    )
    drafter_model: str = _setting("", "Model that the endpoint is asked for.", shapes_summary=True)
    drafter_prompt: str = _setting(
        "",
        "Manifest whose prompt the endpoint is asked with; empty: an instruction for any chat model.",
        shapes_summary=True,
    )
    drafter_key_file: str = _setting(
        "", "File that holds the key of the endpoint, and nothing else; empty: none is shown."
    )
    drafter_timeout_seconds: float = _setting(
        20.0,
        "How long the endpoint may take for one draft; then a sentence of an article takes its place.",
        least=0.1,
        most=600,
    )
    drafter_concurrency: int = _setting(
        16, "Drafts that the endpoint is asked for at the same time.", least=1, most=1024
    )
    threads: int = _setting(
        0, "Threads of one model operation; 0 takes all cores.", least=0, most=1024, shapes_summary=True
    )
    engine: str = _setting(
        "local", "Where the models run: local, on this machine, or ray, in replicas on a cluster of Ray."
    )
    ray_address: str = _setting(
        "", "Host and port of the head of a cluster that this machine is part of; empty: one is begun here."
    )
    min_replicas: int = _setting(1, "Fewest replicas on a cluster of Ray.", least=1, most=10_000)
    max_replicas: int = _setting(1, "Most replicas on a cluster of Ray.", least=1, most=10_000)
    max_replica_tokens: int = _setting(
        2_000, "Tokens that may wait at a replica before there is another.", least=1, most=10_000_000
    )
    workers: int = _setting(8, "Requests that are worked on at the same time.", least=1, most=1024)
    max_queued_requests: int = _setting(
        64, "Accepted calls whose work has not begun; more are refused.", least=1, most=100_000
    )
    max_queued_tokens: int = _setting(
        1_000_000,
        "What all accepted calls may still cost, in tokens to be read; one to be written counts as twenty.",
        least=1_000,
        most=1_000_000_000,
    )
    default_deadline_seconds: float = _setting(
        120.0, "Time of a call whose caller sets no deadline.", least=0.1, most=86_400
    )
    max_stall_seconds: float = _setting(
        30.0,
        "How long the reader of a stream may take nothing; then the call is ended.",
        least=0.1,
        most=3600,
    )
    model_stall_seconds: float = _setting(
        60.0,
        "How long a model may take for one step, or for half of it say nothing; then it is begun anew.",
        least=1,
        most=3600,
    )
    grace_seconds: float = _setting(
        30.0, "How long accepted requests may go on after SIGTERM.", least=0, most=3600
    )

    metrics_address: str = _setting(
        "127.0.0.1:9464", "Host and port of /metrics, /livez and /readyz over plain HTTP; empty: none."
    )
    otlp_endpoint: str = _setting(
        "",
        "OTLP collector of metrics and traces, by gRPC, such as http://localhost:4317; empty: none.",
    )

    max_connections: int = _setting(
        1_000, "Connections at the same time; more are closed at once.", least=1, most=100_000
    )
    max_articles: int = _setting(50, "Articles in one cluster.", least=1, most=10_000)
    max_article_characters: int = _setting(
        200_000, "Characters in one article.", least=100, most=10_000_000, shapes_summary=True
    )
    max_request_characters: int = _setting(
        1_000_000, "Characters in all articles of one call together.", least=100, most=50_000_000
    )
    max_html_characters: int = _setting(
        1_000_000,
        "Characters in one page of HTML; its text may have those of an article.",
        least=100,
        most=50_000_000,
    )
    max_request_html_characters: int = _setting(
        5_000_000, "Characters in all pages of HTML of one call together.", least=100, most=200_000_000
    )
    max_digest_articles: int = _setting(1_000, "Articles in one digest.", least=1, most=5_000)
    max_digest_characters: int = _setting(
        5_000_000, "Characters in all articles of one digest together.", least=100, most=50_000_000
    )
    max_digest_html_characters: int = _setting(
        20_000_000, "Characters in all pages of HTML of one digest together.", least=100, most=200_000_000
    )
    max_background_texts: int = _setting(
        1_000, "Texts in the background of one cluster.", least=1, most=100_000
    )
    max_background_characters: int = _setting(
        200_000, "Characters in all background of one call together.", least=100, most=10_000_000
    )
    max_digest_background_characters: int = _setting(
        5_000_000, "Characters in the background of one digest.", least=100, most=50_000_000
    )
    max_query_characters: int = _setting(1_000, "Characters in a focus query.", least=1, most=100_000)
    max_batch_items: int = _setting(64, "Clusters in one batch.", least=1, most=10_000)
    max_summary_words: int = _setting(
        1_000, "Words that a caller may ask for.", least=20, most=10_000, shapes_summary=True
    )

    default_words: int = _setting(
        200, "Words of a summary if the caller does not say.", least=10, most=10_000, shapes_summary=True
    )
    same_claim_similarity: float = _setting(
        0.48,
        "Similarity from which two sentences may state the same thing.",
        least=0,
        most=1,
        shapes_summary=True,
    )
    support_similarity: float = _setting(
        0.40, "Support from which a source sentence is cited.", least=0, most=1, shapes_summary=True
    )
    repeat_similarity: float = _setting(
        0.60,
        "Similarity from which two sentences of a summary are a repetition.",
        least=0,
        most=1,
        shapes_summary=True,
    )

    answer_relevance: float = _setting(
        0.32,
        "Relevance from which a sentence may answer the focus query of a request.",
        least=0,
        most=1,
        shapes_summary=True,
    )

    def __post_init__(self) -> None:
        """Check every range, and what settings demand of each other."""
        faults = [_range_fault(item, getattr(self, item.name)) for item in fields(self)]
        _refuse([*faults, *consistency.faults(self)])

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], flags: Mapping[str, str] | None = None
    ) -> Settings:
        """Make settings of environment variables and flags.

        Args:
            environment: Variables; those that are no setting are ignored.
            flags: Texts by field name, for the flags that were given.

        Raises:
            SettingsError: A text is not of the setting's kind, or a value is outside its range; the
                message names all that are.
        """
        kinds = get_type_hints(cls)
        values: dict[str, Any] = {}
        faults: list[str] = []
        for name, (origin, text) in _given(environment, flags or {}).items():
            try:
                values[name] = _read(kinds[name], text)
            except ValueError:
                faults.append(f"{origin} is {text!r}, and must be {_KINDS[kinds[name]]}")
        if faults:
            _refuse(faults + _faults_of(cls, values))
        return cls(**values)

    @property
    def max_message_bytes(self) -> int:
        """Bytes in one message: twice what the longest request needs, so that our limit speaks first."""
        texts = max(self.max_request_characters, self.max_digest_characters)
        pages = max(self.max_request_html_characters, self.max_digest_html_characters)
        known = max(self.max_background_characters, self.max_digest_background_characters)
        return 2 * _BYTES_A_CHARACTER * (texts + pages + known)

    @property
    def max_cluster_bytes(self) -> int:
        """Bytes in a message of one cluster, by the same rule: digests may have more."""
        articles = self.max_request_characters + self.max_request_html_characters
        return 2 * _BYTES_A_CHARACTER * (articles + self.max_background_characters)

    @property
    def is_public(self) -> bool:
        """Whether other machines may reach the address."""
        return not is_here(self.address.rpartition(":")[0])

    @property
    def web_is_public(self) -> bool:
        """Whether other machines may reach the page."""
        return bool(self.web) and not is_here(self.web.rpartition(":")[0])

    @property
    def models(self) -> tuple[str, ...]:
        """Manifests of the models that are loaded."""
        drafter = "" if self.drafter_url else self.drafter
        return tuple(name for name in (self.encoder, drafter, self.verifier) if name)

    @property
    def sha256(self) -> str:
        """Digest of every setting that can change a summary."""
        shaping = [item.name for item in fields(self) if item.metadata["shapes_summary"]]
        values = {name: str(getattr(self, name)) for name in shaping}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _read(kind: Any, text: str) -> Any:  # noqa: ANN401  the kind of a field, and a value of it
    """Return a text as a value of a kind. Raises ValueError."""
    if kind is not bool:
        return kind(text)
    if text.lower() not in _TRUTHS:
        raise ValueError(text)
    return _TRUTHS[text.lower()]


def _faults_of(kind: type[Settings], values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the values that could be read."""
    try:
        kind(**values)
    except SettingsError as error:
        return [str(error)]
    return []


def flag(name: str) -> str:
    """Return the command-line flag of a setting: ``max_articles`` is ``--max-articles``."""
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable of a setting: ``max_articles`` is ``NEWSWEAVE_MAX_ARTICLES``."""
    return ENVIRONMENT_PREFIX + name.upper()


def _given(environment: Mapping[str, str], flags: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return where each given setting comes from, and its text. A flag wins over a variable."""
    names = [item.name for item in fields(Settings)]
    given = {
        name: (variable(name), environment[variable(name)]) for name in names if variable(name) in environment
    }
    return given | {name: (flag(name), flags[name]) for name in names if name in flags}


def _refuse(faults: list[str]) -> None:
    told = [fault for fault in faults if fault]
    if told:
        raise SettingsError("; ".join(told))


def _range_fault(item: Field[Any], value: float) -> str:
    least, most = item.metadata["least"], item.metadata["most"]
    if least is None or least <= value <= most:
        return ""
    return f"{item.name} is {value}, and must be from {least} to {most}"
