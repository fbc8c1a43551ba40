"""Pages that follow the ledger by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from svlib.errors import Fault, SvlibError

EVERY_S = 0.5


def follow(look: Callable[[], None], failed: Callable[[SvlibError], None]) -> asyncio.Task[None]:
    """Call `look` every half second for as long as the page is open. What it finds wrong, such as
    a database that is gone, is told once and tried again."""

    async def ticking() -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                look()
            except SvlibError as error:
                failed(error)
            except Exception:  # a page that follows no more must say so
                failed(SvlibError(Fault("this page", "stopped following the ledger", "Reload it.")))
                raise

    return asyncio.ensure_future(ticking())
