"""A document of any of the kinds councils keep, as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from svlib import project
from svlib.documents.paragraphs import Paragraph, of_lines, of_pages
from svlib.errors import Fault, InputError

_SCANNED = 60  # characters a page; a page of print has thousands
_SAVE = "Ask for a copy with text in it (saved from the program it was written in)."
_LOCKED, _UNLOCK = "is locked with a password", "Save it without one."
_ANEW = "Open it and save it anew, or ask for it again."
_DAMAGED = {
    "pdf": "is a damaged PDF",
    "docx": "is no DOCX, or a damaged one",
    "html": "is a damaged HTML page",
    "text": "is a damaged text",
}
_OLE = b"\xd0\xcf\x11\xe0"  # old Word files, and new ones behind a password
_LOCKED_PART = "EncryptedPackage".encode("utf-16-le")


def read(path: Path) -> list[Paragraph]:
    """The paragraphs of one document, in order. Kinds are told by what a file holds, not by its
    name. Raises InputError for one that cannot be read: locked, scanned, damaged, empty, of
    another kind."""
    where = project.relative(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            Fault(where, f"cannot be read ({error.strerror})", "Check that it is there.")
        ) from None
    if not content.strip():
        raise InputError(Fault(where, "is empty", "Ask for it again."))
    kind = _kind(content, path, where)
    try:
        found = KINDS[kind](content, path.name, where)
    except InputError:
        raise
    except Exception as error:  # parsers raise whatever they meet; the other files are still read
        damaged = Fault(where, f"{_DAMAGED[kind]} ({type(error).__name__})", _ANEW)
        raise InputError(damaged) from error
    if not found:
        raise InputError(Fault(where, "holds no text", _SAVE))
    return found


def table(paragraphs: Iterable[Paragraph]) -> pd.DataFrame:
    """One row a paragraph: file, page, clause, heading, text."""
    rows = [
        (one.file, one.page, one.clause, one.heading, one.text) for one in paragraphs
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["file", "page", "clause", "heading", "text"], dtype=object)


def _kind(content: bytes, path: Path, where: str) -> str:
    if content[:1024].lstrip().startswith(b"%PDF"):
        return "pdf"
    if content[:2] == b"PK":
        return "docx"
    if content[:4] == _OLE:
        if _LOCKED_PART in content:
            raise InputError(Fault(where, _LOCKED, _UNLOCK))
        raise InputError(Fault(where, "is an old Word file", "Save it as DOCX or PDF."))
    head = content[:4096].lower()
    if b"<html" in head or b"<!doctype html" in head:
        return "html"
    if b"\0" in content[:4096]:
        raise InputError(
            Fault(where, "is no document of a known kind", "PDF, DOCX, HTML and text are read.")
        )
    return "text"


def _pdf(content: bytes, name: str, where: str) -> list[Paragraph]:
    import io

    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    try:
        reader = PdfReader(io.BytesIO(content))
        opened = not reader.is_encrypted or bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):  # a lock that cannot even be tried
        opened = False
    if not opened:
        raise InputError(Fault(where, _LOCKED, _UNLOCK))
    pages = [page.extract_text() or "" for page in reader.pages]
    if sum(len(text.strip()) for text in pages) < _SCANNED * max(1, len(pages)):
        raise InputError(
            Fault(where, f"is a scan: its {len(pages)} pages are pictures without text", _SAVE)
        )
    return of_pages(name, [text.splitlines() for text in pages])


def _docx(content: bytes, name: str, where: str) -> list[Paragraph]:
    import io

    from docx import Document

    from svlib.documents.numbering import numbered

    document = Document(io.BytesIO(content))
    return of_lines(name, [(None, line) for line in numbered(document)])


def _html(content: bytes, name: str, where: str) -> list[Paragraph]:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(content, "html.parser")
    for part in page(["script", "style", "nav", "header", "footer"]):
        part.decompose()
    lines: list[tuple[None, str]] = []
    for element in page.find_all(re.compile(r"^(h[1-6]|p|li|td|th|dd|dt)$")):
        if not element.find(["p", "li", "td"]):
            lines += [(None, element.get_text(" ")), (None, "")]
    return of_lines(name, lines)


def _text(content: bytes, name: str, where: str) -> list[Paragraph]:
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None:
        raise InputError(Fault(where, "is no text in a known encoding", "Save it as UTF-8."))
    return of_lines(name, [(None, line) for line in str(best).splitlines()])


KINDS: dict[str, Callable[[bytes, str, str], list[Paragraph]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "html": _html,
    "text": _text,
}
"""Kind of document to how it is read."""
