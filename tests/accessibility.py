"""axe-core on a page in the browser: every rule, WCAG 2.2's among them, at each width."""

from __future__ import annotations

from typing import Any

OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},  # WCAG 2.2 AA; axe-core leaves it off by default
}


def violations(page: Any, widths: tuple[int, ...] = (1200, 390)) -> list[tuple[int, str, str]]:
    """One row a rule broken at a width: width, rule, the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for one in Axe().run(page, options=OPTIONS).response["violations"]:
            found.append((width, one["id"], one["nodes"][0]["html"][:200]))
    return found
