"""Where the project is, and what stands where in it."""

from __future__ import annotations

import os
from pathlib import Path

from svlib.errors import Fault, InputError, MachineError


def root() -> Path:
    """The project: SVLIB_HOME, or the nearest folder upwards that holds parameters/ and data/.

    Raises MachineError when there is neither.
    """
    home = os.environ.get("SVLIB_HOME")
    if home:
        return Path(home).resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / "parameters").is_dir() and (folder / "data").is_dir():
            return folder
    raise MachineError(
        Fault(
            str(here),
            "no parameters/ and data/ folders here or above",
            "Change to the project's folder, or set SVLIB_HOME to it.",
        )
    )


def resolve(path: str | Path) -> Path:
    """A path as given when absolute; otherwise from the project root, never the working folder."""
    path = Path(path).expanduser()
    return path if path.is_absolute() else root() / path


def relative(path: Path) -> str:
    """For people and manifests: from the project root with forward slashes where it lies inside."""
    try:
        return path.resolve().relative_to(root()).as_posix()
    except ValueError:
        return path.as_posix()


def listed(folder: Path) -> Path:
    """The folder itself, once it is known that its files may be listed; InputError otherwise."""
    try:
        next(os.scandir(folder), None)
    except OSError as error:
        raise InputError(
            Fault(
                relative(folder),
                f"cannot be listed ({error.strerror})",
                "Check that it may be read.",
            )
        ) from None
    return folder


def reference(name: str) -> Path:
    """A table in data/reference/."""
    return root() / "data" / "reference" / name


def store() -> Path:
    return root() / "data" / "store"


def archive() -> Path:
    return root() / "data" / "archive"


def reports() -> Path:
    return root() / "reports"
