"""Registers as their publishers offer them: found by their columns, in any order, and read once.

Companies House: free company data product, BasicCompanyData, one CSV (or the zip it comes in) of
55 columns. Charity Commission for England and Wales: register extract, publicextract.charity, a
text file parted by tabs (or its zip).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from svlib import project
from svlib.errors import Fault, InputError
from svlib.suppliers import register_store
from svlib.suppliers.numbers import all_eight
from svlib.suppliers.register import COMPANY, Register, make

_FORMER = 10  # names a company may have had, as Companies House prints them


@dataclass(frozen=True)
class Kind:
    """One publisher's layout: our column to theirs, letters and figures only, in small."""

    name: str
    columns: dict[str, str]
    delimiter: str
    quote: str | bool  # False: marks in the text are part of it
    needed: tuple[str, ...] = ("number", "name")


COMPANIES = Kind(
    "companies",
    {
        "number": "companynumber",
        "name": "companyname",
        "postcode": "regaddresspostcode",
        "status": "companystatus",
        "kind": "companycategory",
        "accounts": "accountsaccountcategory",
        "activity": "siccodesictext1",
        **{f"former_{n}": f"previousname{n}companyname" for n in range(1, _FORMER + 1)},
    },
    ",",
    '"',
)
CHARITIES = Kind(
    "charities",
    {
        "number": "registeredcharitynumber",
        "name": "charityname",
        "postcode": "charitycontactpostcode",
        "status": "charityregistrationstatus",
        "kind": "charitytype",
        "part": "linkedcharitynumber",
        "company_number": "charitycompanyregistrationnumber",
    },
    "\t",
    False,
    ("number", "name", "status"),
)
_SHARED = ("status", "kind", "accounts", "activity")  # few values, many rows


def load(path: Path) -> Register:
    """The register in a file, from data/store when it was read before.

    Lines that break off before their columns end are left out and said in its notes. Raises
    InputError when the file is missing or is none of the registers known.
    """
    if not path.is_file():
        raise InputError(
            Fault(str(path), "no such file", "Download it: `svlib fetch` says from where.")
        )
    folder = project.store() / "registers" / register_store.fingerprint(path)
    if not folder.exists():
        register_store.save(read(path), folder)
    return register_store.saved(folder)


def read(path: Path) -> Register:
    """The register in a file, read anew."""
    with _opened(path) as stream:
        header, text = _header(stream, path)
    kind, columns = _recognised(header, path)
    try:
        table, notes = _table(path, kind, header, columns, text)
    except _NotUtf8:
        table, notes = _table(path, kind, header, columns, "cp1252")
    register = make(*_companies(table, kind))
    return replace(register, notes=tuple(notes), kind=kind.name)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, or the one file in a zip."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise InputError(
                    Fault(
                        path.name,
                        f"the zip holds {len(names)} files",
                        "Unpack it and name the file that is the register.",
                    )
                )
            with packed.open(names[0]) as stream:
                yield stream
    except zipfile.BadZipFile:
        raise InputError(Fault(path.name, "is no whole zip file", "Download it again.")) from None


def _header(stream: IO[bytes], path: Path) -> tuple[list[str], str]:
    """The names in the first line, and the file's encoding."""
    first = stream.readline(100_000)
    text = "utf-16" if first.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    line = first.decode("utf-8-sig", "replace")
    delimiter = max(",\t;|", key=line.count)
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), []), text


def _recognised(header: list[str], path: Path) -> tuple[Kind, dict[str, str]]:
    """Which register it is, and our column to its header as printed."""
    printed = {"".join(filter(str.isalnum, name.casefold())): name for name in header}
    for kind in (COMPANIES, CHARITIES):
        found = {
            ours: printed[theirs] for ours, theirs in kind.columns.items() if theirs in printed
        }
        if all(name in found for name in kind.needed):
            return kind, found
    raise InputError(
        Fault(
            f"{path.name}, line 1",
            f"the columns {', '.join(header[:4])} ... are not those of a register known here",
            "Give BasicCompanyData from Companies House (columns CompanyName, CompanyNumber) or "
            "publicextract.charity from the Charity Commission (charity_name, "
            "registered_charity_number).",
        )
    )


def _table(
    path: Path, kind: Kind, header: list[str], columns: dict[str, str], text: str
) -> tuple[pa.Table, list[str]]:
    """Our columns of the whole lines, and what to say of the others."""
    broken: list[pcsv.InvalidRow] = []
    with _opened(path) as stream:
        table = _parsed(path, stream, kind, columns, text=text, broken=broken)
    swallowed = [line for row in broken for line in row.text.splitlines()[1:]]
    if swallowed:  # a quotation mark without an end took the lines after it along
        first = kind.delimiter.join(f'"{name}"' if kind.quote else name for name in header)
        again = io.BytesIO("\n".join([first, *swallowed]).encode())
        table = pa.concat_tables(
            [table, _parsed(path, again, kind, columns, text="utf-8", broken=[])]
        )
    notes = [
        f"{path.name}: {len(broken)} line{'s' * (len(broken) > 1)} left out, with another number "
        f"of columns than the header: {row.text.splitlines()[0][:60]}"
        for row in broken[:1]
    ]
    return table.rename_columns(list(columns)), notes + _cut_off(path)


def _parsed(
    path: Path,
    stream: IO[bytes],
    kind: Kind,
    columns: dict[str, str],
    *,
    text: str,
    broken: list[pcsv.InvalidRow],
) -> pa.Table:
    """The columns named; lines with too many or too few go to `broken`."""

    def note(row: pcsv.InvalidRow) -> str:
        broken.append(row)
        return "skip"

    types = {
        columns[name]: pa.dictionary(pa.int32(), pa.string()) if name in _SHARED else pa.string()
        for name in columns
    }
    try:
        return pcsv.read_csv(
            stream,
            read_options=pcsv.ReadOptions(block_size=1 << 23, encoding=text),
            parse_options=pcsv.ParseOptions(
                delimiter=kind.delimiter, quote_char=kind.quote, invalid_row_handler=note
            ),
            convert_options=pcsv.ConvertOptions(
                include_columns=list(columns.values()),
                column_types=types,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "invalid UTF8" in str(error) and text == "utf-8":
            raise _NotUtf8 from None
        raise InputError(
            Fault(path.name, f"cannot be read as a register ({error})", "Download it again.")
        ) from None


class _NotUtf8(Exception):
    """The file has bytes that no UTF-8 text has."""


def _cut_off(path: Path) -> list[str]:
    """What to say of a file whose last line has no end."""
    if path.suffix.lower() == ".zip":
        return []  # a zip that was cut off cannot be opened
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - 4_096, 0))
        last = stream.read().splitlines(keepends=True)[-1:]
    if not last or last[0].endswith((b"\n", b"\r")):
        return []
    shown = last[0].decode("utf-8", "replace")[:60]
    return [
        f"{path.name}: its last line has no end and may be cut off: {shown}; compare the file's "
        "size with its publisher's"
    ]


def _companies(table: pa.Table, kind: Kind) -> tuple[pa.Table, pa.Table]:
    """Columns of COMPANY, and former names."""
    if "part" in table.column_names:  # 0 is the charity itself, others are its parts
        table = table.filter(pc.is_in(table["part"], pa.array(["0", ""])))
    if kind is CHARITIES:
        table = table.filter(pc.not_equal(pc.cast(table["status"], pa.string()), "Removed"))
    whole = pc.and_(pc.not_equal(table["number"], ""), pc.not_equal(table["name"], ""))
    if not pc.all(whole).as_py():
        table = table.filter(whole)
    empty = pa.chunked_array([pa.repeat(pa.scalar(""), len(table))])
    present = {name: table[name] if name in table.column_names else empty for name in COMPANY}
    if kind is COMPANIES:
        present["number"] = all_eight(table["number"])
    elif "company_number" in table.column_names:
        present["company_number"] = all_eight(table["company_number"])
    return pa.table(present), _former(table)


def _former(table: pa.Table) -> pa.Table:
    """One row a former name: `company` (row) and `name`."""
    found = [pa.table({"company": pa.array([], pa.int32()), "name": pa.array([], pa.string())})]
    for n in range(1, _FORMER + 1):
        if f"former_{n}" in table.column_names:
            names = table[f"former_{n}"]
            company = pc.indices_nonzero(pc.binary_length(names)).cast(pa.int32())
            found.append(pa.table({"company": company, "name": names.take(company)}))
    return pa.concat_tables(found)
