"""A register kept as it was read, so that it is read once."""

from __future__ import annotations

import json
import os
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa

from svlib.suppliers import words
from svlib.suppliers.register import Register

_ARRAYS = ("owner", "starts", "codes", "form")
_CODE = ("register_files.py", "register.py", "words.py", "numbers.py")


def fingerprint(path: Path) -> str:
    """Of the file's size, time, beginning and end, and of the code that reads it."""
    stat = path.stat()
    digest = sha256(f"{path.name} {stat.st_size} {stat.st_mtime_ns}".encode())
    with path.open("rb") as stream:
        digest.update(stream.read(1 << 20))
        stream.seek(max(stat.st_size - (1 << 20), 0))
        digest.update(stream.read())
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    digest.update(words.table().to_csv().encode())
    return digest.hexdigest()[:24]


def save(register: Register, folder: Path) -> None:
    """Write a register into `folder`, whole or not at all."""
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        tables = {
            "companies": register.companies.unify_dictionaries(),
            "names": pa.table({"name": register.names}),
            "vocabulary": pa.table({"word": register.vocabulary}),
        }
        for name, table in tables.items():
            with pa.ipc.new_file(part / f"{name}.arrow", table.schema) as writer:
                writer.write_table(table)
        for name in _ARRAYS:
            np.save(part / f"{name}.npy", getattr(register, name))
        about = {"notes": register.notes, "kind": register.kind}
        (part / "about.json").write_text(json.dumps(about), encoding="utf-8")
        if not folder.exists():
            part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def saved(folder: Path) -> Register:
    """The register that `save` wrote, its arrays left on disk until they are used."""
    tables = {
        name: pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))).read_all()
        for name in ("companies", "names", "vocabulary")
    }
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
    return Register(
        companies=tables["companies"],
        names=tables["names"]["name"].combine_chunks(),
        vocabulary=tables["vocabulary"]["word"].combine_chunks(),
        notes=tuple(about["notes"]),
        kind=about["kind"],
        **arrays,
    )
