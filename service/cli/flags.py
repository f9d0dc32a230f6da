"""Flags of a command, made from the fields of Settings, so that none is written down twice."""

from __future__ import annotations

import inspect
import os
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from service.settings import Settings, flag, variable

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field


def with_settings(run: Callable[[Settings], None]) -> Callable[..., None]:
    """Return a command that has a flag for every setting, and calls ``run`` with the settings.

    Every flag is taken as text, because :class:`Settings` reads texts and tells all faults at once.

    Raises:
        SettingsError: When the command is called: a value is not what its setting needs.
    """

    def command(**texts: str | None) -> None:
        given = {name: text for name, text in texts.items() if text is not None}
        run(Settings.from_environment(os.environ, given))

    parameters = [_parameter(item) for item in fields(Settings)]
    command.__doc__ = run.__doc__
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command


def _parameter(item: Field[Any]) -> inspect.Parameter:
    kind = get_type_hints(Settings)[item.name].__name__.upper()
    about = f"{item.metadata['about']} (variable {variable(item.name)}, default {item.default})"
    option = typer.Option(flag(item.name), help=about, metavar=kind, show_default=False)
    return inspect.Parameter(
        item.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
    )
