"""Lines to paragraphs: clause numbers, headings, and what stands on every page left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CLAUSE = re.compile(r"^(\d{1,3}(?:\.\d{1,3}){0,4})[.)]?\s+(?=[A-Za-z“\"(])")
_PART = re.compile(r"^((?:schedule|appendix|annex|part|section)\s+[A-Z0-9]{1,3})\b[\s:.–-]*", re.I)
_SUB = re.compile(r"^\(([a-z]{1,4})\)\s+")
_LEADER = re.compile(r"(\.\s?){4,}\s*\d+\s*$|\s{3,}\d+\s*$")
_CONTENTS = re.compile(r"^(table of )?contents$", re.I)
_LONGEST_HEADING = 80  # characters
_FEW_WORDS = 12
_REPEATED = 0.5  # share of pages on which a line at the edge is a running header or footer
_EDGE = 3  # lines at top and bottom in which running lines stand


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of one document. `page` is None where the kind of file has no pages; `clause`
    is its number as printed, with the letter of a sub-paragraph; `heading` the nearest above."""

    file: str
    page: int | None
    clause: str
    heading: str
    text: str


def of_pages(file: str, pages: Sequence[Sequence[str]]) -> list[Paragraph]:
    """Paragraphs of the pages of a document, each page its lines, blank ones included."""
    running = _running(pages)
    lines: list[tuple[int, str]] = []
    for number, page in enumerate(pages, start=1):
        kept = [line for at, line in enumerate(page) if not _is_running(line, at, page, running)]
        if not _is_contents(kept):
            lines += [(number, line) for line in kept]
    return of_lines(file, lines)


def of_lines(file: str, lines: Iterable[tuple[int | None, str]]) -> list[Paragraph]:
    """Paragraphs of numbered lines: one begins at a clause number, a heading or a blank line."""
    plain = [(page, " ".join(raw.split())) for page, raw in lines]
    reader = _Reader(file)
    after = [line for _, line in plain[1:]] + [""]
    for (page, line), following in zip(plain, after, strict=True):
        reader.take(page, line, following)
    reader.close()
    return reader.found


class _Reader:
    """Where the reading of a document stands: part, clause, heading, lines not yet closed."""

    def __init__(self, file: str):
        self.file = file
        self.found: list[Paragraph] = []
        self._part = self._clause = self._heading = ""
        self._page: int | None = None
        self._lines: list[str] = []

    def take(self, page: int | None, line: str, following: str) -> None:
        """One line; a short one is no heading when the line after it goes on in small letters."""
        if not line:
            return self.close()
        goes_on = following[:1].islower()
        numbered, named, lettered = _CLAUSE.match(line), _PART.match(line), _SUB.match(line)
        if named and _is_heading(line):
            self.close()
            self._part, self._clause, self._heading = named[1].capitalize(), "", line
        elif numbered:
            self.close()
            self._clause, rest = numbered[1], line[numbered.end() :]
            if _is_heading(rest) and not goes_on:
                self._heading = rest
            else:
                self._begin(page, rest)
        elif lettered:
            self.close()
            self._clause = f"{self._clause.split('(')[0]}({lettered[1]})"
            self._begin(page, line[lettered.end() :])
        elif self._lines:
            self._lines.append(line)
        elif _is_heading(line) and not goes_on:
            self._heading = line
        else:
            self._begin(page, line)

    def _begin(self, page: int | None, line: str) -> None:
        self._page = page
        self._lines = [line]

    def close(self) -> None:
        """The paragraph is at its end."""
        if self._lines:
            of_part = f"{self._part}, paragraph {self._clause}" if self._clause else self._part
            label = of_part if self._part else self._clause
            text = _joined(self._lines)
            self.found.append(Paragraph(self.file, self._page, label, self._heading, text))
        self._lines = []


def _is_heading(line: str) -> bool:
    """Short, without a full stop, and begun with a capital."""
    return (
        len(line) <= _LONGEST_HEADING
        and len(line.split()) <= _FEW_WORDS
        and line[:1].isupper()
        and line[-1] not in ".;:,-"
    )


def _joined(lines: Sequence[str]) -> str:
    """One text, words divided at a line's end made whole."""
    text = lines[0]
    for line in lines[1:]:
        divided = text.endswith("-") and line[:1].islower()
        text = text[:-1] + line if divided else f"{text} {line}"
    return text


def _plain(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()).casefold())


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the top or bottom of half the pages or more, whatever number is in them."""
    if len(pages) < 3:
        return set()
    seen: Counter[str] = Counter()
    for page in pages:
        filled = [line for line in page if line.strip()]
        seen.update({_plain(line) for line in [*filled[:_EDGE], *filled[-_EDGE:]]})
    return {line for line, times in seen.items() if times >= _REPEATED * len(pages)}


def _is_running(line: str, at: int, page: Sequence[str], running: set[str]) -> bool:
    return (at < 2 * _EDGE or at >= len(page) - 2 * _EDGE) and _plain(line) in running


def _is_contents(lines: Sequence[str]) -> bool:
    """A page of a table of contents: most lines end in a page number after dots or space."""
    filled = [line for line in lines if line.strip()]
    led = sum(bool(_LEADER.search(line)) for line in filled)
    titled = any(_CONTENTS.match(line.strip()) for line in filled[:_EDGE])
    return bool(filled) and (led > len(filled) / 2 or (titled and led > len(filled) / 4))
