"""Progress for people: one updating line on a terminal, one line a step in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from svlib.publish import Notebook


class Lines:
    """Prints steps to standard error; on a terminal the cells of a notebook update one line."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._status = self._console.status("starting")

    def __enter__(self) -> Lines:
        self._status.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._status.stop()

    def step(self, text: str) -> None:
        """A step begins."""
        self._console.print(text, markup=False)

    def cell_done(self, notebook: Notebook, cell: int, cells: int) -> None:
        """A cell of a notebook is done."""
        self._status.update(f"{notebook.file}: cell {cell} of {cells}")
