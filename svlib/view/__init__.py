"""One quarter opened for a notebook: everything the floors below know about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svlib import parameters as parameter_files
from svlib import sample, store
from svlib.errors import Fault, ParameterError
from svlib.parameters import Parameters
from svlib.view.live import Live, Position
from svlib.view.opened import OpenQuarter
from svlib.view.standing import Standing

__all__ = ["Live", "OpenQuarter", "Position", "Standing", "open_quarter", "resolve", "split"]


def open_quarter(
    parameters: str | Path | Mapping[str, Any], progress: store.Progress = store.quiet
) -> OpenQuarter:
    """Open the quarter a parameter file describes; its store is built when inputs have changed.

    `parameters` is the file's path, from the project root unless absolute; or a mapping with the
    path under `file` and overrides by dotted name: {"file": "...", "areas.local": "LCR"}.
    Raises ParameterError or InputError, each listing every fault found.
    """
    resolved = resolve(parameters)
    settings = split(parameters)[1]
    return OpenQuarter(resolved, store.open_store(resolved, progress), settings)


def resolve(parameters: str | Path | Mapping[str, Any]) -> Parameters:
    """The parameters themselves; the sample council's files are made when they are missing."""
    path, settings = split(parameters)
    resolved = parameter_files.load(path, settings)
    if resolved.slug == "sample":
        if not resolved.synthetic:
            raise ParameterError(
                Fault("synthetic", "the sample council is invented", "Leave `synthetic: true`.")
            )
        sample.ensure()
    return resolved


def split(parameters: str | Path | Mapping[str, Any]) -> tuple[str | Path, dict[str, str]]:
    """The path and the overrides in what a notebook was given."""
    if not isinstance(parameters, Mapping):
        return parameters, {}
    settings = {name: str(value) for name, value in parameters.items() if name != "file"}
    if "file" not in parameters:
        raise ParameterError(
            Fault("parameters", "names no `file`", 'Write {"file": "parameters/...yaml", ...}.')
        )
    return parameters["file"], settings
