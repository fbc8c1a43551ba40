"""What free text may hold: words. Nothing that a spreadsheet or a page would run."""

from __future__ import annotations

import re

MOST = 1_000

_MARKUP = re.compile(r"<\s*[a-zA-Z!/?]")
_FORMULA = re.compile(r"^\s*[=+@]|^\s*-\s*[^\s\d]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def unfit(text: str) -> tuple[str, str] | None:
    """What was found and what to do, for text that cannot be kept; None for text that can."""
    if len(text) > MOST:
        return f"has {len(text):,} characters", f"Use {MOST:,} at most."
    if _CONTROL.search(text):
        return "holds characters that are no writing", "Type it again, without pasting."
    if _FORMULA.search(text):
        return f"begins like a formula ({text.strip()[:20]})", "Begin with a word."
    if _MARKUP.search(text):
        return "holds markup (< before a letter)", "Write it as plain words."
    return None
