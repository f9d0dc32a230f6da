"""What a plain installation brings is enough for the service and the models."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What begins with the interpreter, and what gRPC and transformers use if it happens to be there.
_OPTIONAL = {"setuptools", "pip", "coverage", "pytest-cov", "grpcio-tools", "pillow"}
_IMPORT = """
import importlib, json, pkgutil, sys
import models, newsweave, service
apart = ("models.recipes", "service.web.", "service.engine.ray")
for package in (service, newsweave, models):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith(apart) and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def brought(name: str) -> set[str]:
    """Return a distribution and what it brings, without extras: not every installer knows these by name."""
    found, left = set[str](), [name]
    while left:
        one = canonicalize_name(left.pop())
        if one in found:
            continue
        found.add(one)
        try:
            needed = [Requirement(text) for text in metadata.requires(one) or []]
        except metadata.PackageNotFoundError:
            continue
        left += [item.name for item in needed if not item.marker or item.marker.evaluate({"extra": ""})]
    return found


def test_all_that_is_imported_is_brought_by_a_plain_installation() -> None:
    told = subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True, text=True)
    owners = metadata.packages_distributions()
    imported = {
        canonicalize_name(owner) for module in json.loads(told.stdout) for owner in owners.get(module, ())
    }
    assert "transformers" in imported
    assert imported - brought("newsweave") - _OPTIONAL == set()
