"""What every warm kernel begins with. The forkserver imports this before it forks.

Nothing here may start a thread or keep anything of a project: only modules are shared. A module
that looks for a running kernel when it is imported (matplotlib's inline backend) stays out, or is
told later (ipywidgets, in `forked`).
"""

# ruff: noqa: E402, F401
from __future__ import annotations

import atexit
import gc
import os

atexit.register(
    os._exit, 0
)  # the forkserver's own end: no interpreter to take down, nothing to say
gc.disable()
os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")  # a thread of Arrow's
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # as ipykernel

from svlib.kernels.slim import without_grammar

with without_grammar():
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import ipykernel.zmqshell

import duckdb
import geopandas
import ipywidgets
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg
import matplotlib.pyplot
import narwhals
import pandas

import svlib.findings
import svlib.kernels.forked
import svlib.view
import svlib.widgets


def _settle() -> None:
    """End the threads of linear algebra, which its own handler does at each fork and the child
    starts anew when it needs them; then keep what there is from being copied for counting."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    gc.collect()
    gc.freeze()


_settle()
