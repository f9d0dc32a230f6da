"""What is deployed is what the code is: names of settings, ports, paths, and times that fit together."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from service.settings import ENVIRONMENT_PREFIX, Settings, variable

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
UNIT = (DEPLOY / "newsweave.service").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
PROMETHEUS = yaml.safe_load((DEPLOY / "prometheus.yml").read_text("utf-8"))
SET = dict(re.findall(rf"({ENVIRONMENT_PREFIX}\w+)=(\S+)", DOCKERFILE))


@pytest.mark.parametrize("text", [DOCKERFILE, UNIT], ids=["Dockerfile", "unit"])
def test_every_variable_is_a_setting_with_a_value_that_it_takes(text: str) -> None:
    given = dict(re.findall(rf"({ENVIRONMENT_PREFIX}\w+)=(\S+)", text))
    assert given
    assert set(given) <= {variable(item.name) for item in fields(Settings)}
    # Plaintext is for whoever runs the image to allow.
    Settings.from_environment(given | COMPOSE["services"]["newsweave"]["environment"])


def test_the_image_holds_what_it_copies_and_runs_as_nobody_in_particular() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert sources
    for source in sources:
        assert list(ROOT.glob(source))
        assert f"!{source.partition('/')[0]}" in ignored
    users = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert all(int(user) > 0 and int(group) > 0 for user, group in users)


def test_the_weights_are_a_layer_before_the_code() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert 0 < last.index("COPY --from=weights") < last.index("COPY --from=build")
    assert SET["NEWSWEAVE_WEIGHTS_DIR"] in last


def test_the_weights_are_made_of_the_models_alone() -> None:
    stages = {stage.split("\n")[0].rpartition(" ")[2]: stage for stage in DOCKERFILE.split("\nFROM ")[1:]}
    copied = {name: re.findall(r"^COPY (.+) \S+$", stage, re.MULTILINE) for name, stage in stages.items()}
    assert stages["weights"].startswith("dependencies ")
    assert copied["weights"] == ["models/*.py", "models/manifests", "models/adapters"]
    assert copied["dependencies"] == ["--from=requirements /requirements.txt"]
    assert copied["requirements"] == ["pyproject.toml"]
    assert re.findall(r'MODELS="(.+)"', stages["weights"]) == [" ".join(Settings().models)]


def test_health_and_metrics_are_asked_for_where_they_are_told() -> None:
    port = SET["NEWSWEAVE_METRICS_ADDRESS"].rpartition(":")[2]
    assert f"127.0.0.1:{port}/livez" in DOCKERFILE
    (scraped,) = PROMETHEUS["scrape_configs"]
    assert scraped["static_configs"] == [{"targets": [f"newsweave:{port}"]}]
    assert set(PROMETHEUS["rule_files"]) == {"alerts.yml"}


def test_every_port_is_published_on_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service["ports"]]
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert SET["NEWSWEAVE_ADDRESS"].rpartition(":")[2] in COMPOSE["services"]["newsweave"]["ports"][0]


def test_every_file_that_is_mounted_is_here() -> None:
    mounts = [mount for service in COMPOSE["services"].values() for mount in service.get("volumes", ())]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith(".")]
    assert files
    for file in files:
        assert (DEPLOY / file).exists()


def test_there_is_time_to_drain() -> None:
    grace = Settings().grace_seconds
    allowed = COMPOSE["services"]["newsweave"]["stop_grace_period"]
    assert int(allowed.removesuffix("s")) > grace
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)[0]) > grace
