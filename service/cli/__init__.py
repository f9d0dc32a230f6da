"""The command ``newsweave``. Nothing here loads a model; the composition root does, when it is asked to."""

from service.cli.app import app

__all__ = ["app"]
