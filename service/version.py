"""The version of the service, as it was installed."""

from importlib import metadata

VERSION = metadata.version("newsweave")
