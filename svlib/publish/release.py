"""An approved site copied to a folder or web root, with an index of what was published there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from svlib import project
from svlib.errors import DraftError, Fault, InputError, MachineError, ParameterError
from svlib.publish.folders import recover, staging, swap
from svlib.publish.pages import write_index
from svlib.publish.standing import (
    Approval,
    approval_of,
    checked,
    content_hash,
    files,
    marked,
    write_approval,
)

INDEX, PACKAGE = "index.html", "data/datapackage.json"
GENERATOR = "svlib publish"
_LONGEST = 100


def approve(report: Path, post: str, day: str) -> Approval:
    """Record who approves a report, and mark its pages. Raises ParameterError for a post that is
    none, InputError for a site that is not as a run wrote it."""
    name = " ".join(post.split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        found = "is empty" if not name else "is too long or holds signs that cannot be printed"
        raise ParameterError(Fault("--post", found, 'Name a post: --post "Head of Procurement".'))
    contents = checked(report)
    approval = Approval(name, day, content_hash(contents))
    with _writing(report):
        write_approval(report, approval)
        _mark(report, contents, approval)
    return approval


def publish(report: Path, folder: Path, slug: str, quarter: str) -> Path:
    """Copy an approved site into `folder`/<slug>/<quarter> and write the index anew. Raises
    DraftError for a draft and InputError for a site that is not as its run wrote it; what was
    published before then stays."""
    contents = approved(report)
    _check_folder(folder)
    target = folder / slug / quarter
    _check_ours(target, PACKAGE)
    _check_index(folder / INDEX)
    with _writing(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        recover(target)
        with staging(target, ()) as part:
            for name, content in contents.items():
                (part / name).parent.mkdir(parents=True, exist_ok=True)
                (part / name).write_bytes(content)
            swap(part, target)
        write_index(published(folder), folder / INDEX, GENERATOR)
    return target / INDEX


def approved(report: Path) -> dict[str, bytes]:
    """Each file of an approved site, as it stands there. Raises DraftError for a draft, a report
    that changed since it was approved, and a page that says otherwise than approval.json."""
    contents, approval = checked(report), approval_of(report)
    where = project.relative(report)
    if approval is None:
        do = 'Approve it first: svlib approve <quarter file> --post "<post>".'
        raise DraftError(Fault(where, "is a draft: nobody has approved it", do))
    if approval.content != content_hash(contents):
        do = "Look at what changed, then approve it anew: svlib approve."
        raise DraftError(Fault(where, "differs from what was approved, so it is a draft", do))
    found = {name: marked(name, content, approval) for name, content in contents.items()}
    stray = [name for name, path in files(report).items() if path.read_bytes() != found[name]]
    if stray:
        found_there = "does not say of its approval what approval.json says"
        do = "Approve it again, which marks the pages anew: svlib approve."
        raise DraftError([Fault(f"{where}/site/{name}", found_there, do) for name in stray])
    return found


def published(folder: Path) -> list[dict[str, Any]]:
    """What is published in a folder, by authority, latest quarter first: `authority`, `name`,
    `quarter`, `status`, `synthetic`, `href`, `data`."""
    found = []
    for path in sorted(folder.glob(f"*/*/{PACKAGE}")):
        said = _package(path)
        home = path.parents[1].relative_to(folder).as_posix()
        if said and not home.startswith(".") and "/." not in home:
            found.append({
                "authority": said["authority"], "name": said["authorityName"],
                "quarter": said["quarter"], "status": said["status"],
                "synthetic": said["synthetic"], "href": f"{home}/{INDEX}",
                "data": f"{home}/data.html",
            })  # fmt: skip
    found.sort(key=lambda one: one["quarter"], reverse=True)
    return sorted(found, key=lambda one: (one["name"], one["authority"]))


def _package(path: Path) -> Mapping[str, Any]:
    """A datapackage.json of ours; nothing for any other."""
    wanted = {"authority", "authorityName", "quarter", "status", "synthetic"}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and wanted <= set(said) else {}


def _mark(report: Path, contents: Mapping[str, bytes], approval: Approval) -> None:
    """Each page in turn, whole or not at all; one left unmarked is found by `approved`."""
    for name, path in files(report).items():
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(marked(name, contents[name], approval))
        part.replace(path)


def _check_folder(folder: Path) -> None:
    own, here = project.reports().resolve(), folder.resolve()
    if here == own or own in here.parents or here in own.parents:
        found = "holds the reports themselves, drafts and working papers among them"
        raise ParameterError(Fault(str(folder), found, "Name a folder outside the project."))


def _check_ours(target: Path, mark: str) -> None:
    if target.exists() and not _package(target / mark):
        found = "holds something that svlib did not publish"
        raise InputError(Fault(str(target), found, "Move it away, or name another folder."))


def _check_index(path: Path) -> None:
    """The index is written anew each time: never over a page of somebody else's."""
    if path.exists() and f'content="{GENERATOR}"' not in path.read_text("utf-8", "replace"):
        found = "is a page that svlib did not write"
        raise InputError(Fault(str(path), found, "Name another folder, one below it for example."))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MachineError(
            Fault(
                str(folder),
                f"cannot be written ({error.strerror or error})",
                "Check the permission and the space left, and run the command again.",
            )
        ) from None
