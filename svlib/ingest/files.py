"""What a file is, told from its bytes and not from its name; what is no table is refused."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from svlib import project
from svlib.errors import Fault, InputError

Kind = Literal["text", "workbook", "zip", "json"]

_AGAIN = "Download it again, or ask the publisher for it."
_AS_TABLE = "Ask the publisher for the table as CSV or XLSX."
_MOST_UNPACKED = 1_500_000_000  # bytes; a workbook of 1,000,000 full rows unpacks to about 600 MB
_MOST_RATIO = 250  # unpacked to packed, from 100 MB on; blank formatted cells reach about 60
_MOST_PARTS = 1_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (  # how the first bytes look, what that is, what to do
    (b"%pdf", "is a PDF document", _AS_TABLE),
    (b"<!doctype html", "is a web page, not a table", "Download the file behind the page's link."),
    (b"<html", "is a web page, not a table", "Download the file behind the page's link."),
    (b"{\\rtf", "is a text document (RTF)", _AS_TABLE),
    (b"\x89png", "is a picture", _AS_TABLE),
    (b"\xff\xd8\xff", "is a picture", _AS_TABLE),
    (b"gif8", "is a picture", _AS_TABLE),
    (b"rar!", "is a RAR archive", "Unpack it and put in its files."),
    (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", "Unpack it and put in its files."),
    (b"\x1f\x8b", "is a gzip archive", "Unpack it and put in its file."),
    (b"par1", "is a Parquet file", "Save it as CSV."),
    (b"sqlite format 3", "is a database", "Export the table as CSV."),
)


@dataclass(frozen=True)
class File:
    """The bytes of one file, read once, so that what is hashed is what is parsed. `where` is how
    people are told of it: its path in the project, with the member's name for a part of a zip."""

    where: str
    name: str
    content: bytes
    kind: Kind

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def open_file(path: Path, json: bool = False) -> File:
    """Read a file and tell what it is. Raises InputError when it cannot be read, changes
    while it is read, is empty, or is no table; JSON is refused too unless asked for."""
    where = project.relative(path)
    content = _bytes(path, where)
    if json and content.lstrip(b"\xef\xbb\xbf\t\r\n ")[:1] in (b"{", b"["):
        return File(where, path.name, content, "json")
    return _recognised(where, path.name, content)


def parts(file: File) -> Iterator[File | InputError]:
    """The files inside a zip; for one that is no table, the error that says so."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            name = Path(member.filename).name
            if member.is_dir() or name.startswith((".", "~$")) or "__MACOSX" in member.filename:
                continue
            where = f"{file.where}, {member.filename}"
            try:
                yield _member(archive, member, where, name)
            except InputError as error:
                yield error


def _bytes(path: Path, where: str) -> bytes:
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            content = file.read()
        after = path.stat()
    except FileNotFoundError:
        raise InputError(Fault(where, "there is no such file", "Check the path.")) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            Fault(where, f"cannot be opened ({reason})", "Check that it may be read.")
        ) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError(
            Fault(where, "changed while it was read", "Wait until it is saved, and run again.")
        )
    return content


def _recognised(where: str, name: str, content: bytes) -> File:
    if not content.strip(b"\x00\t\r\n ,;\xef\xbb\xbf\xff\xfe"):
        raise InputError(Fault(where, "is empty", "Ask the publisher for the file again."))
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return File(where, name, content, _kind_of_zip(content, where))
    if content[:8] == _OLE:
        _refuse_locked(content, where)
        return File(where, name, content, "workbook")
    _refuse_others(content, where)
    return File(where, name, content, "text")


def _kind_of_zip(content: bytes, where: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(Fault(where, "is a damaged workbook or zip file", _AGAIN)) from None
    _refuse_bomb(members, len(content), where)
    names = {member.filename for member in members}
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise InputError(Fault(where, "is a document, not a workbook", _AS_TABLE))
    if "content.xml" in names and "mimetype" in names:
        if b"spreadsheet" not in content[:200]:
            raise InputError(Fault(where, "is a document, not a workbook", _AS_TABLE))
        return "workbook"
    return "zip"


def _refuse_bomb(members: list[zipfile.ZipInfo], packed: int, where: str) -> None:
    unpacked = sum(member.file_size for member in members)
    bomb = unpacked > _MOST_UNPACKED or (unpacked > 10**8 and unpacked > _MOST_RATIO * packed)
    if bomb or len(members) > _MOST_PARTS:
        raise InputError(
            Fault(
                where,
                f"would unpack to {unpacked / 1e6:,.0f} MB in {len(members):,} parts from "
                f"{packed / 1e6:,.1f} MB, as no payments file does",
                "Do not open it; ask the publisher for the table as CSV.",
            )
        )


def _refuse_locked(content: bytes, where: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputError(
            Fault(where, "is locked with a password", "Save it without one, or ask for a copy.")
        )
    if "WordDocument".encode("utf-16-le") in content:
        raise InputError(Fault(where, "is a document, not a workbook", _AS_TABLE))


def _refuse_others(content: bytes, where: str) -> None:
    start = content[:4096].lstrip(b"\xef\xbb\xbf\t\r\n ").lower()
    for mark, what, cure in _OTHERS:
        if start.startswith(mark):
            raise InputError(Fault(where, what, cure))
    if b"<html" in start or b"<!doctype html" in start:
        raise InputError(Fault(where, _OTHERS[1][1], _OTHERS[1][2]))
    if start.startswith(b"<"):
        raise InputError(
            Fault(where, "is an XML document", "Open it in a spreadsheet program, save it as XLSX.")
        )
    if start.startswith((b"{", b"[{")):
        raise InputError(
            Fault(where, "is JSON, not a table of payments", "Put it where its kind belongs: "
                  "OCDS releases under sources.contracts.")
        )  # fmt: skip


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, name: str) -> File:
    if member.flag_bits & 1:
        raise InputError(Fault(where, "is locked with a password", "Unpack it first."))
    try:
        content = archive.read(member)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError):
        raise InputError(Fault(where, "is damaged inside the zip file", _AGAIN)) from None
    found = _recognised(where, name, content)
    if found.kind == "zip":
        raise InputError(Fault(where, "is a zip file in a zip file", "Unpack it first."))
    return found
