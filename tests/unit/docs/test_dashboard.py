"""Every metric that a dashboard or an alert asks for is one that the server shows, with those labels."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import promql_parser
import pytest
import yaml

from service.ports import EngineFigures
from service.telemetry import instruments as named
from tests.unit.service.telemetry.seen import seeing

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
DASHBOARD = json.loads((ROOT / "docs" / "operations" / "dashboard.json").read_text("utf-8"))
ALERTS = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))
WATCH = (ROOT / "docs" / "operations" / "watch.md").read_text("utf-8")
# What Prometheus and Grafana add.
SCRAPED = {"up"}
LABELS = {"instance", "job", "le"}
SUFFIX = re.compile(r"_(bucket|sum|count)$")


@pytest.fixture(scope="module")
def shown() -> set[str]:
    """Return every name that the server shows once each metric was used."""
    with seeing() as seen:
        made = seen.telemetry._instruments
        for instrument in [item for name, item in vars(made).items() if not name.startswith("_")]:
            (instrument.record if hasattr(instrument, "record") else instrument.add)(1)
        made.observe_engine(lambda: EngineFigures(0, 0))
        made.observe_process(lambda: True, lambda: 0)
        return {name for name, _ in seen.samples()}


def expressions() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"].replace("$__rate_interval", "5m")
    for group in ALERTS["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


@pytest.mark.parametrize("expression", list(expressions()))
def test_an_expression_asks_for_what_is_shown(expression: str, shown: set[str]) -> None:
    selectors = _selectors(expression)
    assert selectors
    for selector in selectors:
        assert selector.name in shown | SCRAPED
        assert {matcher.name for matcher in selector.matchers.matchers} <= _labels() | LABELS
    assert _grouped(expression) <= _labels() | LABELS


def test_every_metric_is_on_the_dashboard(shown: set[str]) -> None:
    asked = {selector.name or "" for text in expressions() for selector in _selectors(text)}
    families = {SUFFIX.sub("", name) for name in asked}
    assert {SUFFIX.sub("", name) for name in shown} - families == {
        "target_info",
        "newsweave_model_batch_padding",
    }


def test_the_page_names_every_alert_and_exactly_the_metrics_that_are_shown(shown: set[str]) -> None:
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            assert f"`{rule['alert']}`" in WATCH
    told = set(re.findall(r"`((?:newsweave|rpc|process)_\w+)", WATCH)) - _labels()
    assert told == {SUFFIX.sub("", name) for name in shown} - {"target_info"}


def test_the_parser_would_notice_another_name(shown: set[str]) -> None:
    (selector,) = _selectors("sum by (uri) (rate(newsweave_no_such_total[5m]))")
    assert selector.name not in shown
    assert _grouped("sum by (uri) (up)") == {"uri"}


def _labels() -> set[str]:
    values = [value for name, value in vars(named).items() if name.isupper() and isinstance(value, str)]
    return {value.replace(".", "_") for value in values}


def _parts(expression: Any) -> Iterator[Any]:  # noqa: ANN401  the parser has no common type
    """Yield an expression and all that it is made of."""
    yield expression
    parts = [getattr(expression, name, None) for name in ("expr", "lhs", "rhs", "vector_selector")]
    for part in (*parts, *getattr(expression, "args", ())):
        if part is not None:
            yield from _parts(part)


def _selectors(text: str) -> list[promql_parser.VectorSelector]:
    return [
        part for part in _parts(promql_parser.parse(text)) if isinstance(part, promql_parser.VectorSelector)
    ]


def _grouped(text: str) -> set[str]:
    """Return the labels that an expression groups by."""
    modifiers = [getattr(part, "modifier", None) for part in _parts(promql_parser.parse(text))]
    return {label for modifier in modifiers if modifier for label in getattr(modifier, "labels", ())}
