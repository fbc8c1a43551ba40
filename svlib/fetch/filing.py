"""A file that has arrived: tested, put in place whole, and written down beside it."""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from svlib import project
from svlib.errors import Fault, InputError, MachineError
from svlib.fetch import transfer
from svlib.fetch.sources import Edition, Source
from svlib.fetch.transfer import Sent

_START = 4096  # bytes that tell a web page from a table


class State(Enum):
    """How a file stands to the checksum written beside it."""

    ABSENT = "not here"
    AS_RECORDED = "as recorded"
    CHANGED = "not as recorded: its checksum differs"
    UNRECORDED = "not recorded: it was put there by hand"


def state(path: Path) -> tuple[State, str]:
    """How the file stands to NAME.sha256, and its own SHA-256; reads all of the file."""
    if not path.is_file():
        return State.ABSENT, ""
    digest, recorded = _sha256(path), _recorded_sha256(path)
    if not recorded:
        return State.UNRECORDED, digest
    return State.AS_RECORDED if digest == recorded else State.CHANGED, digest


def known(path: Path) -> Sent:
    """What the publisher's server said of the file that is here; nothing when filed by hand."""
    record = provenance(path)
    return Sent(record.get("size"), record.get("etag", ""), record.get("last_modified", ""))


def provenance(path: Path) -> dict[str, Any]:
    """NAME.provenance.json, or nothing."""
    try:
        record = json.loads(_beside(path, ".provenance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def put_in_place(edition: Edition, sent: Sent) -> Path:
    """Test what was downloaded and make it the file, with its checksum and provenance.

    Raises InputError when it is not what it should be, and removes it: there is nothing to go on
    with. The file that was there before stays until the new one is whole.
    """
    try:
        check(edition.part, edition.source)
    except InputError:
        transfer.forget(edition.part)
        raise
    return _placed(edition, sent, how="downloaded")


def file_by_hand(path: Path, edition: Edition) -> Path:
    """Test a file that came by browser and file a copy of it in the same way."""
    check(path, edition.source)
    with _writing(edition.path):
        edition.path.parent.mkdir(parents=True, exist_ok=True)
        transfer.forget(edition.part)
        shutil.copyfile(path, edition.part)
    return _placed(edition, Sent(), how="by hand")


def check(path: Path, source: Source) -> None:
    """Raises InputError when a file is broken, or is another one than the source says."""
    suffix = Path(source.file).suffix.lower()
    tests = {".zip": _check_zip, ".csv": _check_csv, ".geojson": _check_geojson}
    found = tests[suffix](path, source.holds)
    if found:
        raise InputError(Fault(path.name.removesuffix(".part"), found, source.by_hand()))


def _check_zip(path: Path, holds: str) -> str:
    """Every byte of every member is unpacked once, block by block, and its CRC compared."""
    if not zipfile.is_zipfile(path):
        return f"is not a whole zip file{_like_a_page(path)}"
    try:
        with zipfile.ZipFile(path) as packed:
            broken = packed.testzip()
            names = packed.namelist()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        return f"cannot be unpacked ({error})"
    if broken:
        return f"{broken} in it is damaged"
    return "" if fnmatch.filter(names, holds) else f"holds no {holds}, but {', '.join(names[:3])}"


def _check_csv(path: Path, holds: str) -> str:
    with path.open("rb") as file:
        first = file.read(_START).decode("utf-8-sig", errors="replace").partition("\n")[0]
    if holds in first:
        return ""
    return f"has no column '{holds}' in its first line{_like_a_page(path)}"


def _check_geojson(path: Path, holds: str) -> str:
    try:
        content = json.loads(path.read_bytes())
        features = content["features"]
        lacking = [one for one in features if holds not in one["properties"]]
    except (ValueError, TypeError, KeyError):
        return f"is not a list of features in GeoJSON{_like_a_page(path)}"
    if content.get("exceededTransferLimit") or content.get("properties", {}).get(
        "exceededTransferLimit"
    ):
        return "has only some of the areas: the server sends no more at a time"
    return f"has areas without {holds}, or none" if lacking or not features else ""


def _like_a_page(path: Path) -> str:
    """A proxy or a login page in place of the file is common enough to be named."""
    with path.open("rb") as file:
        start = file.read(_START).lstrip().lower()
    return ": it begins like a web page" if start.startswith((b"<!doctype html", b"<html")) else ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _placed(edition: Edition, sent: Sent, how: str) -> Path:
    path, part = edition.path, edition.part
    digest, size = _sha256(part), part.stat().st_size
    record = {
        "id": edition.source.id,
        "what": edition.source.what,
        "publisher": edition.source.publisher,
        "licence": edition.source.licence,
        "page": edition.source.page,
        "address": edition.address if how == "downloaded" else "",
        "how": how,
        "obtained": datetime.now(UTC).isoformat(timespec="seconds"),
        "file": edition.file,
        "size": size,
        "sha256": digest,
        "etag": sent.etag,
        "last_modified": sent.last_modified,
    }
    with _writing(path):
        _beside(path, ".sha256").unlink(missing_ok=True)  # no old checksum beside a new file
        _beside(path, ".provenance.json").unlink(missing_ok=True)
        part.replace(path)
        transfer.forget(part)
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        _write(_beside(path, ".provenance.json"), text)
        _write(_beside(path, ".sha256"), f"{digest}  {edition.file}\n")
    return path


def _recorded_sha256(path: Path) -> str:
    try:
        return _beside(path, ".sha256").read_text(encoding="utf-8").partition(" ")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise MachineError(
            Fault(
                project.relative(path),
                "the disk is full" if full else f"cannot be put in place ({error.strerror})",
                "Make room and run it again."
                if full
                else "Close what has it open, and check that you may write there.",
            )
        ) from None
