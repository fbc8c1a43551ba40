"""Which kernelspec the notebooks of a run are started with."""

from __future__ import annotations

import logging
from functools import cache

NAME, DEFAULT = "svlib", "python3"


@cache
def kernel_name() -> str:
    """`svlib` where it is installed, else `python3`, said once."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        KernelSpecManager().get_kernel_spec(NAME)
    except NoSuchKernel:
        logging.getLogger(__name__).warning(
            "The kernel '%s' is not installed, so notebooks start slower; install svlib again.",
            NAME,
        )
        return DEFAULT
    return NAME
