"""Whether a report is a draft or approved: what its pages say, and the hash that approval is of.

A page says it in one element, and datapackage.json in one property. The hash of the site is taken
with that left out, so that approving marks the pages anew without another run.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from svlib import project
from svlib.errors import Fault, InputError
from svlib.quarter import day_label

SITE_LIST, APPROVAL = "working/site.json", "approval.json"
_UNMARKED = '<p class="standing"></p>'
_ON_A_PAGE = re.compile(r'<p class="standing(?: draft)?">[^<]*</p>')
_IN_A_PACKAGE = re.compile(r'"status": "(?:[^"\\]|\\.)*"')
_DRAFT = "DRAFT: not approved for publication."


@dataclass(frozen=True)
class Approval:
    """Who approved, when, and the hash of what was approved."""

    post: str
    date: str
    content: str

    def __str__(self) -> str:
        day = day_label(date.fromisoformat(self.date))
        return f"Approved for publication by the {self.post} on {day}."


@dataclass(frozen=True)
class Site:
    """The files a run wrote, each with the hash of its content, and the hash of them all."""

    files: dict[str, str]

    @property
    def content(self) -> str:
        lines = "".join(f"{digest} {name}\n" for name, digest in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


def seal(part: Path, target: Path) -> None:
    """List the files of a new site with their hashes, and mark its pages: approved when the report
    that stands in `target` was and every figure, word and byte is the same; else draft."""
    site = Site(
        {name: _digest(unmarked(name, path.read_bytes())) for name, path in files(part).items()}
    )
    listed = json.dumps(asdict(site) | {"content": site.content}, indent=1)
    (part / SITE_LIST).write_text(f"{listed}\n", encoding="utf-8", newline="\n")
    before = approval_of(target)
    stays = before if before is not None and before.content == site.content else None
    if stays is not None:
        write_approval(part, stays)
    for name, path in files(part).items():
        path.write_bytes(marked(name, unmarked(name, path.read_bytes()), stays))


def files(report: Path) -> dict[str, Path]:
    """Path within site/, with forward slashes, to each file there."""
    site = report / "site"
    return {
        path.relative_to(site).as_posix(): path
        for path in sorted(site.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }


def approval_of(report: Path) -> Approval | None:
    """The approval that stands beside a site; None without one that can be read."""
    found = _json(report / APPROVAL)
    wanted = {"post", "date", "content"}
    return Approval(**{name: str(found[name]) for name in wanted}) if wanted <= set(found) else None


def write_approval(report: Path, approval: Approval) -> None:
    """Write approval.json, whole or not at all."""
    part = report / f".{APPROVAL}.part"
    text = json.dumps(asdict(approval), indent=1, ensure_ascii=False)
    part.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    part.replace(report / APPROVAL)


def checked(report: Path) -> dict[str, bytes]:
    """The content of each file of a site, without its standing, once it is known that the files are
    those the run wrote. Raises InputError with every file that is unknown, gone or changed."""
    listed = _json(report / SITE_LIST).get("files")
    if not isinstance(listed, dict) or not (report / "site").is_dir():
        raise InputError(
            Fault(project.relative(report), "holds no finished report", "Run the quarter first.")
        )
    found, faults = {}, []
    again = "Run the quarter again; only what a run wrote may be published."
    for name, path in files(report).items():
        where = project.relative(report / "site") + f"/{name}"
        if name not in listed or path.is_symlink():
            faults.append(Fault(where, "is none of the report's files", "Take it out."))
            continue
        found[name] = unmarked(name, path.read_bytes())
        if _digest(found[name]) != listed[name]:
            faults.append(Fault(where, "was changed since the run that wrote it", again))
    for name in sorted(set(listed) - set(files(report))):
        where = project.relative(report / "site") + f"/{name}"
        faults.append(Fault(where, "is missing", again))
    if faults:
        raise InputError(faults)
    return found


def content_hash(contents: dict[str, bytes]) -> str:
    """The hash that approval is of."""
    return Site({name: _digest(content) for name, content in contents.items()}).content


def unmarked(name: str, content: bytes) -> bytes:
    """A file of the site without its standing."""
    return _replaced(name, content, "", _UNMARKED)


def marked(name: str, content: bytes, approval: Approval | None) -> bytes:
    """A file of the site that says draft, or who approved it."""
    said = _DRAFT if approval is None else str(approval)
    kind = "standing draft" if approval is None else "standing"
    return _replaced(name, content, said, f'<p class="{kind}">{escape(said)}</p>')


def _replaced(name: str, content: bytes, said: str, element: str) -> bytes:
    """The first place only: what comes from files stands behind it."""
    if name.endswith(".html"):
        pattern, new = _ON_A_PAGE, element
    elif name == "data/datapackage.json":
        pattern, new = _IN_A_PACKAGE, f'"status": {json.dumps(said, ensure_ascii=False)}'
    else:
        return content
    return pattern.sub(lambda _: new, content.decode("utf-8"), count=1).encode("utf-8")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(path: Path) -> dict[str, Any]:
    """What a file of ours says; nothing when it is not there or cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
