"""The clause numbers Word works out by itself: they are nowhere in a document's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def numbered(document: Any) -> Iterator[str]:
    """Each paragraph and table cell of a python-docx document with its number before it, a blank
    line after each."""
    levels = _levels(document)
    counts: dict[str, list[int]] = {}
    for block in document.element.body.iter(f"{_W}p"):
        text = "".join(node.text or "" for node in block.iter(f"{_W}t")).strip()
        if text:
            number = _number(document, block, levels, counts)
            yield f"{number} {text}".strip()
            yield ""


def _levels(document: Any) -> dict[str, dict[int, tuple[str, str]]]:
    """List id to level to the kind of number and its pattern ("%1.%2")."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract = {
        one.get(f"{_W}abstractNumId"): {
            int(level.get(f"{_W}ilvl")): (
                _val(level, "numFmt", "decimal"),
                _val(level, "lvlText", ""),
            )
            for level in one.iter(f"{_W}lvl")
        }
        for one in root.iter(f"{_W}abstractNum")
    }
    return {
        one.get(f"{_W}numId"): abstract.get(_val(one, "abstractNumId", ""), {})
        for one in root.iter(f"{_W}num")
    }


def _val(element: Any, name: str, otherwise: str) -> str:
    found = element.find(f"{_W}{name}")
    return otherwise if found is None else str(found.get(f"{_W}val"))


def _number(
    document: Any,
    block: Any,
    levels: dict[str, dict[int, tuple[str, str]]],
    counts: dict[str, list[int]],
) -> str:
    place = _place(document, block)
    if place is None:
        return ""
    name, level = place
    kind, pattern = levels.get(name, {}).get(level, ("bullet", ""))
    if kind == "bullet":
        return ""
    held = counts.setdefault(name, [0] * 9)
    held[level] += 1
    held[level + 1 :] = [0] * (8 - level)
    shown = re.sub(
        r"%(\d)", lambda mark: _written(held[int(mark[1]) - 1], levels[name], int(mark[1]) - 1),
        pattern,
    )  # fmt: skip
    return shown.rstrip(".")


def _place(document: Any, block: Any) -> tuple[str, int] | None:
    """The list and level of a paragraph, its own or its style's."""
    style = _style(document, block)
    for holder in (block, style):
        found = None if holder is None else holder.find(f"{_W}pPr/{_W}numPr")
        if found is not None:
            return _val(found, "numId", ""), int(_val(found, "ilvl", "0"))
    return None


def _style(document: Any, block: Any) -> Any:
    named = block.find(f"{_W}pPr/{_W}pStyle")
    if named is None:
        return None
    wanted = named.get(f"{_W}val")
    for style in document.styles.element.iter(f"{_W}style"):
        if style.get(f"{_W}styleId") == wanted:
            return style
    return None


def _written(number: int, levels: dict[int, tuple[str, str]], level: int) -> str:
    kind = levels.get(level, ("decimal", ""))[0]
    if kind == "lowerLetter":
        return chr(ord("a") + (number - 1) % 26)
    if kind == "lowerRoman":
        tens, ones = divmod(number, 10)
        return "x" * tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[ones]
    return str(number)
