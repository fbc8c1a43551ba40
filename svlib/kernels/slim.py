"""Imports that cost more than they bring."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without_grammar() -> Iterator[None]:
    """Within it jsonschema, and what imports it, does without `rfc3987_syntax`, which builds a
    grammar for more than a second to check international addresses. None of ours are checked."""
    known = _GRAMMAR in sys.modules
    if not known:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        import jsonschema  # noqa: F401

        yield
    finally:
        if not known:
            del sys.modules[_GRAMMAR]
