"""YAML files as layers: each value keeps the file and line it came from.

Scalars stay text here and are typed by the model, because YAML would read the country code NO as
false and 1_000 as a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from svlib import project
from svlib.errors import Fault, ParameterError

Path_ = tuple[str | int, ...]


@dataclass(frozen=True)
class Located:
    """A value (text, None, list or dict of Located) and where it stands."""

    value: Any
    where: str

    def plain(self) -> Any:
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def leaves(self, path: Path_ = ()) -> Iterator[tuple[Path_, Located]]:
        """Every value that is not a mapping, with its path; a list counts as one value."""
        if isinstance(self.value, dict) and self.value:
            for key, item in self.value.items():
                yield from item.leaves((*path, key))
        else:
            yield path, self

    def find(self, path: Path_) -> Located:
        """The value at a path, or the nearest one above it."""
        here = self
        for step in path:
            try:
                here = here.value[step]
            except (KeyError, IndexError, TypeError):
                return here
        return here


def read(path: Path) -> Located:
    """Read one YAML file of `key: value` lines; ParameterError names the file and line."""
    where = project.relative(path)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except FileNotFoundError:
        raise ParameterError(
            Fault(where, "there is no such file", "Check the path; `svlib new-quarter` makes one.")
        ) from None
    except UnicodeDecodeError:
        raise ParameterError(Fault(where, "is not UTF-8 text", "Save it as UTF-8.")) from None
    except yaml.YAMLError as error:
        raise ParameterError(_unreadable(where, error)) from None
    if not isinstance(node, yaml.MappingNode):
        raise ParameterError(
            Fault(where, "has no `key: value` lines", "See parameters/sample for the shape.")
        )
    return _located(node, where)


def from_text(value: str, where: str) -> Located:
    """A value typed on the command line, read as YAML."""
    try:
        node = yaml.compose(value, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ParameterError(_unreadable(where, error)) from None
    return Located(None, where) if node is None else _located(node, where, at_line=False)


def merge(lower: Located, upper: Located) -> Located:
    """Mappings are merged key by key; anything else in the upper layer replaces the lower."""
    if not (isinstance(lower.value, dict) and isinstance(upper.value, dict)):
        return upper
    merged = dict(lower.value)
    for key, item in upper.value.items():
        merged[key] = merge(merged[key], item) if key in merged else item
    return Located(merged, upper.where)


def nest(dotted: str, value: Located) -> Located:
    """`areas.local` and a value become a layer."""
    for key in reversed(dotted.split(".")):
        value = Located({key: value}, value.where)
    return value


def _located(node: yaml.Node, file: str, at_line: bool = True) -> Located:
    where = f"{file}, line {node.start_mark.line + 1}" if at_line else file
    if isinstance(node, yaml.MappingNode):
        return Located(_mapping(node, file, at_line), where)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(item, file, at_line) for item in node.value], where)
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    empty = plain and node.value in ("", "null", "~")
    return Located(None if empty else node.value, where)


def _mapping(node: yaml.MappingNode, file: str, at_line: bool) -> dict[str, Located]:
    items: dict[str, Located] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise ParameterError(
                Fault(
                    f"{file}, line {key.start_mark.line + 1}",
                    "a list or mapping stands where a name should",
                    "Write `name: value`; quote a value that begins with { or [.",
                )
            )
        if key.value in items:
            raise ParameterError(
                Fault(
                    f"{file}, line {key.start_mark.line + 1}",
                    f"'{key.value}' stands twice",
                    "Keep one.",
                )
            )
        located = _located(value, file, at_line)
        where = f"{file}, line {key.start_mark.line + 1}" if at_line else file
        items[key.value] = Located(located.value, where)
    return items


def _unreadable(where: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = f"{where}, line {mark.line + 1}" if mark else where
    problem = getattr(error, "problem", None) or str(error)
    return Fault(line, f"is not YAML ({problem})", "Check indentation, colons and quotes there.")
