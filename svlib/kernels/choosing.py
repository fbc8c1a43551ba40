"""Which kernels the notebooks of a run and the pages of a server are started with."""

from __future__ import annotations

import logging
import os
from functools import cache

from svlib.kernels.warming import warm_up

NAME, DEFAULT = "svlib", "python3"
_PROVISIONER = "svlib-warm"


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


def warm_by_default() -> None:
    """Have this process fork the kernels of notebooks that name `python3` too."""
    if kernel_name() == NAME:
        os.environ.setdefault("JUPYTER_DEFAULT_PROVISIONER_NAME", _PROVISIONER)
        warm_up()
