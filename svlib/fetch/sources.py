"""Files a council may download: what each is, whose, its licence, from where and whereto."""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from svlib import project
from svlib.errors import Fault, InputError

_LIST = "downloads.csv"


@dataclass(frozen=True)
class Source:
    """One row of data/reference/downloads.csv.

    `address` and `file` may have {year} and {month} in them. `holds` is what the file must have:
    a zip a member of that name (with * and ?), a CSV or GeoJSON file that column or property.
    An empty `address` means that only the page is known; `size_mb` is what was seen once, or empty.
    """

    id: str
    what: str
    publisher: str
    licence: str
    page: str
    address: str
    folder: str
    file: str
    holds: str
    size_mb: str
    note: str
    checked_on: str
    checked_how: str

    @property
    def home(self) -> Path:
        """The folder its files go to, below data/reference/, which git ignores."""
        return project.reference(self.folder)

    def editions(self, today: date) -> list[Edition]:
        """What to ask for, newest first: this month's file and last month's where it is monthly."""
        if "{month}" not in self.file:
            return [Edition(self, self.file, self.address)]
        months = (today, today.replace(day=1) - timedelta(days=1))
        return [self._edition(f"{month:%Y}", f"{month:%m}") for month in months]

    def edition_named(self, name: str) -> Edition:
        """The edition that a file from a browser is, by its name, as in '...-2026-11-01 (1).zip'.

        Raises InputError when the file is monthly and its name does not say which month's it is.
        """
        if "{month}" not in self.file:
            return Edition(self, self.file, self.address)
        month = self._months(r"(?: ?\(\d+\))?").search(name)
        if month is None:
            example = self.file.format(year="2026", month="11")
            raise InputError(
                Fault(name, "its name does not say of which month it is", f"Name it as {example}.")
            )
        return self._edition(month["year"], month["month"])

    def here(self) -> list[Path]:
        """The files of it that are in place, newest first; never what is half downloaded."""
        if not self.home.is_dir():
            return []
        names = self._months()
        found = (path for path in self.home.iterdir() if names.fullmatch(path.name))
        return sorted(found, key=lambda path: path.name, reverse=True)

    def by_hand(self) -> str:
        """What to do when it cannot be downloaded from here."""
        return (
            f"Look for it on {self.page}, download it in a browser and run "
            f"`svlib fetch {self.id} --from FILE`."
        )

    def _edition(self, year: str, month: str) -> Edition:
        when = {"year": year, "month": month}
        return Edition(self, self.file.format(**when), self.address.format(**when))

    def _months(self, before_suffix: str = "") -> re.Pattern[str]:
        """Names of its files; `before_suffix` is what a browser may have put in: ' (1)'."""
        pattern = re.escape(self.file).replace(r"\{year\}", r"(?P<year>20\d\d)")
        pattern = pattern.replace(r"\{month\}", r"(?P<month>0[1-9]|1[0-2])")
        stem, dot, suffix = pattern.rpartition(r"\.")
        return re.compile(stem + before_suffix + dot + suffix)


@dataclass(frozen=True)
class Edition:
    """One file of a source: the whole of it, or one month's."""

    source: Source
    file: str
    address: str

    @property
    def path(self) -> Path:
        return self.source.home / self.file

    @property
    def part(self) -> Path:
        """Where it grows while it is downloaded: never read as the file."""
        return self.path.with_name(self.file + ".part")


def load() -> dict[str, Source]:
    """Every source of data/reference/downloads.csv by its id."""
    with project.reference(_LIST).open(encoding="utf-8", newline="") as file:
        sources = [Source(**row) for row in csv.DictReader(file)]
    return {source.id: source for source in sources}


def chosen(ids: list[str]) -> list[Source]:
    """The sources of these ids, each once. Raises InputError with every id that is none."""
    sources = load()
    unknown = [_unknown(name, list(sources)) for name in ids if name not in sources]
    if unknown:
        raise InputError(unknown)
    return [sources[name] for name in dict.fromkeys(ids)]


def _unknown(name: str, ids: list[str]) -> Fault:
    near = difflib.get_close_matches(name, ids, 1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return Fault(name, f"not in data/reference/{_LIST}", f"{meant}There are: {', '.join(ids)}.")
