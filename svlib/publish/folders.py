"""A report takes the place of the one before it whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from svlib import project
from svlib.errors import Fault, MachineError

_OLD, _NEW = ".previous", ".part"


@contextmanager
def staging(target: Path, rooms: Sequence[str] = ("site", "working")) -> Iterator[Path]:
    """A folder beside `target` to write in, with these rooms; gone afterwards unless it was put in
    place.

    Raises MachineError when nothing can be written there.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}{_NEW}")
    try:
        shutil.rmtree(part, ignore_errors=True)
        for name in ("", *rooms):
            (part / name).mkdir(parents=True)
    except OSError as error:
        raise MachineError(
            Fault(
                project.relative(target.parent),
                f"nothing can be written here ({error.strerror})",
                "Check the permission and the space left on the disk.",
            )
        ) from None
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def swap(part: Path, target: Path) -> None:
    """Put `part` in the place of `target`. Should the second step fail, the old one comes back."""
    old = _old(target)
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    try:
        part.replace(target)
    except BaseException:
        recover(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Bring back the report that a run killed between the two steps of `swap` had set aside."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.replace(target)
    for part in target.parent.glob(f".{target.name}.*{_NEW}"):
        if not _running(part):
            shutil.rmtree(part, ignore_errors=True)


def archive(inputs: Mapping[Path, str]) -> None:
    """Keep a copy of each input under the hash of its bytes; what is there already stays."""
    folder = project.archive()
    for path, digest in inputs.items():
        kept = folder / digest[:2] / digest
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(f"{digest}.{os.getpid()}{_NEW}")
            shutil.copyfile(path, part)
            part.replace(kept)


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}{_OLD}")


def _running(part: Path) -> bool:
    """Whether the process that wrote a staging folder is still there."""
    import psutil

    number = part.name.removesuffix(_NEW).rsplit(".", 1)[-1]
    return number.isdigit() and psutil.pid_exists(int(number))
