"""What can go wrong with models and their files, as one tree.

    ModelFilesError
    ├── ManifestError          the manifest does not say what it must
    ├── ModelFilesMissing      the files are not here, and why
    └── ModelFilesDamaged      the files are here and are not what the manifest names

Every message names the model and the remedy, in words for an operator.
"""

from __future__ import annotations


class ModelFilesError(Exception):
    """The root of the tree."""


class ManifestError(ModelFilesError):
    """A manifest is missing, unreadable, or breaks a rule."""


class ModelFilesMissing(ModelFilesError):
    """The files of a model have not been fetched, or could not be."""


class ModelFilesDamaged(ModelFilesError):
    """The files of a model are not what they should be, or are of a kind that is never loaded."""
