"""Faults of a page that a program can find; the full check is axe's, in the tests of the suite."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from svlib import project
from svlib.errors import Fault, InputError


def faults(path: Path) -> list[str]:
    """What one HTML page lacks for those who cannot see it, in words; empty when nothing was found.

    Looked for: language, title, one main heading, a main landmark, a description of each picture,
    a caption on each table. After WCAG 2.2, success criteria 1.1.1, 1.3.1, 2.4.2 and 3.1.1.
    Raises InputError when the page cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(
            Fault(project.relative(path), "cannot be read", "Run that quarter again.")
        ) from None
    page = _Page()
    page.feed(text)
    return page.faults()


class _Page(HTMLParser):
    """Counts what a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.has: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag != "title" or not self.has["body"]:  # a drawing may have a title of its own
            self.has[tag] += 1
        if tag == "html" and told.get("lang"):
            self.has["language"] += 1
        if told.get("role") == "main":
            self.has["main"] += 1
        if tag == "img" and told.get("alt") is None:
            self.has["undescribed"] += 1
        if told.get("role") == "img" and not told.get("aria-label"):
            self.has["undescribed"] += 1

    def faults(self) -> list[str]:
        """In the order of the docstring of `faults`."""
        found = {
            "no language is given": not self.has["language"],
            "no title": not self.has["title"],
            "not one main heading": self.has["h1"] != 1,
            "no main part is marked": not self.has["main"],
            "a picture without a description": self.has["undescribed"] > 0,
            "a table without a caption": self.has["table"] > self.has["caption"],
        }
        return [text for text, wrong in found.items() if wrong]
