"""What differs between two manifests, by cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

METHOD, LAW, SETTINGS = "Method", "Law, values and other reference files", "Settings"
CORRECTED, LATE, NEW = "Corrected data", "Late data", "New data"
CAUSES = (METHOD, LAW, SETTINGS, CORRECTED, LATE, NEW)
"""In the order in which they are changed, one at a time."""

_RUNTIME = ("code", "python", "packages", "vintages")
_NOT_SETTINGS = {"quarter", "slug"}


def causes(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[str]]:
    """Cause to what changed, in words; only causes with a change, in the order of CAUSES.

    Method: code, Python and packages, the postcode directory. Settings: parameters and the files
    beside them that say how to count. Late data: payment files that were not there; new data: other
    files that were not there; corrected data: files that hold something else or are gone.
    """
    found = {
        METHOD: method(before, now),
        LAW: _files(before["reference"], now["reference"]),
        SETTINGS: list(_settings(before, now)),
        CORRECTED: [], LATE: [], NEW: [],
    }  # fmt: skip
    for path, cause in by_input(before, now).items():
        gone = path not in now["inputs"]
        found[cause].append(f"{path} is gone" if gone else _came(path, cause))
    return {cause: told for cause, told in found.items() if told}


def by_input(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    """Each input that differs, and which kind of data it is."""
    old, new = before["inputs"], now["inputs"]
    found = {}
    for path in sorted({*old, *new}):
        if old.get(path) == new.get(path) or is_setting(path, now):
            continue
        if path in old:
            found[path] = CORRECTED
        else:
            found[path] = LATE if path in now["payment_files"] else NEW
    return found


def is_setting(path: str, manifest: Mapping[str, Any]) -> bool:
    """Whether an input says how to count, as rules of categories do, and not what was."""
    return path in manifest["parameter_files"]


def _came(path: str, cause: str) -> str:
    return f"{path} holds something else" if cause == CORRECTED else f"{path} was not there"


def method(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs in code, Python, packages and postcode directory, in words."""
    return list(_method(before, now))


def _method(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old, new = ({name: one[name] for name in _RUNTIME} for one in (before, now))
    if old["code"]["sha256"] != new["code"]["sha256"]:
        codes = [one["code"] for one in (before, now)]
        versions = [f"{one['version']} ({(one['commit'] or 'no commit')[:8]})" for one in codes]
        yield f"code of the suite: {versions[0]} to {versions[1]}"
    if old["python"] != new["python"]:
        yield f"Python {old['python']} to {new['python']}"
    for name in sorted({*old["packages"], *new["packages"]}):
        was, is_now = (one["packages"].get(name, "none") for one in (old, new))
        if was != is_now and name != "svlib":
            yield f"{name} {was} to {is_now}"
    if old["vintages"]["postcodes"] != new["vintages"]["postcodes"]:
        yield f"postcodes {old['vintages']['postcodes']} to {new['vintages']['postcodes']}"


def _settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old, new = _flat(before["parameters"]), _flat(now["parameters"])
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name) or name in _NOT_SETTINGS:
            continue
        if name == "ledger":
            yield "ledger: another place"  # an address may hold a password
        else:
            yield f"{name}: {old.get(name, 'not set')} to {new.get(name, 'not set')}"
    yield from (
        told
        for told in _files(before["parameter_files"], now["parameter_files"])
        if not told.split(" ")[0].endswith((".yaml", ".yml"))
    )


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    said = []
    for path in sorted({*old, *new}):
        if old.get(path) == new.get(path):
            continue
        what = "holds something else" if path in old and path in new else "was not there"
        said.append(f"{path} {what if path in new else 'is gone'}")
    return said


def _flat(tree: Any, name: str = "") -> dict[str, Any]:
    """Leaves of nested mappings by dotted name; lists stay whole."""
    if not isinstance(tree, Mapping):
        return {name: tree}
    return {
        path: leaf
        for key, branch in tree.items()
        for path, leaf in _flat(branch, f"{name}.{key}" if name else str(key)).items()
    }
