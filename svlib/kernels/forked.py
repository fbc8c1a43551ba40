"""The first steps of a forked kernel: into the surroundings that were asked for, then ipykernel."""

from __future__ import annotations

import atexit
import gc
import os
import random
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import forkserver, resource_tracker
from typing import Any


@dataclass(frozen=True)
class Kernel:
    """What one kernel is started with: ipykernel's arguments, its environment and folder.

    Pickled to the forkserver in place of a multiprocessing.Process, whose life would be tied to
    that of the server's main module; the forkserver's child calls `_bootstrap`.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str | None

    def _bootstrap(self, parent_sentinel: int) -> int:
        os.setsid()
        os.close(parent_sentinel)
        ready = _own_streams()
        _leave_the_server()
        self._settle_in()
        os.write(ready, b"1")
        os.close(ready)
        return self._run()

    def _settle_in(self) -> None:
        os.environ.clear()
        os.environ.update(self.environment)
        time.tzset()
        if self.folder is not None:
            os.chdir(self.folder)
        launcher = find_spec("ipykernel_launcher")
        sys.argv = [str(launcher.origin if launcher else "ipykernel"), *self.arguments]
        if sys.path and sys.path[0] == "":
            del sys.path[0]  # ipykernel puts the working folder back
        random.seed()
        sys.modules["numpy"].random.seed()
        gc.enable()

    def _run(self) -> int:
        from ipykernel.kernelapp import IPKernelApp

        code = 0
        try:
            app: Any = IPKernelApp.instance(parent_handle=os.getppid())
            app.initialize(list(self.arguments))
            sys.modules["ipywidgets"].register_comm_target()
            app.start()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            _end()
        return code


def _own_streams() -> int:
    """Standard output and error as the request has them; returns where to say that all is well."""
    passed: Any = forkserver.get_inherited_fds()
    out, err, ready = passed
    for given, number in ((out, 1), (err, 2)):
        os.dup2(given, number)
        os.close(given)
    return int(ready)


def _leave_the_server() -> None:
    """Let go of what keeps the forkserver and its resource tracker alive, so that they end with
    the process that asked for kernels, whatever kernels still do."""
    atexit.unregister(os._exit)
    server: Any = forkserver._forkserver
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = server._forkserver_address = server._inherited_fds = None
    tracker: Any = resource_tracker._resource_tracker
    os.close(tracker._fd)
    tracker._fd = None


def _end() -> None:
    """What an ordinary interpreter does at its end and a forkserver's child leaves out."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
