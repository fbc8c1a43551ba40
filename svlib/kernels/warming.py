"""The forkserver of this process, and kernels as its children."""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import sys
import sysconfig
import threading
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.forkserver import ForkServer

    from svlib.kernels.forked import Kernel

SWITCH = "SVLIB_WARM_KERNELS"
_PRELOAD = ["svlib.kernels.preload"]
# What an interpreter or a library reads once, when it starts: not to be changed after the fork.
_READ_AT_START = (
    "PYTHON", "LD_", "DYLD_", "LC_", "LANG", "MPL", "OMP_", "OPENBLAS_", "MKL_", "ARROW_",
    "JE_ARROW_", "MALLOC_",
)  # fmt: skip
_lock = threading.Lock()
_current: list[Server] = []


class NotWarm(Exception):
    """A kernel could not be forked; the text says why."""


class Process:
    """A forked kernel with the methods of subprocess.Popen that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: Server, pid: int, status: Any):
        import psutil

        self.pid = pid
        self.returncode: int | None = None
        self._server, self._status = server, status
        with suppress(psutil.NoSuchProcess):
            self._known: psutil.Process | None = psutil.Process(pid)

    def poll(self) -> int | None:
        from multiprocessing import forkserver
        from multiprocessing.connection import wait

        if self.returncode is None and wait([self._status], 0):
            try:
                self.returncode = forkserver.read_signed(self._status.fileno())
            except (OSError, EOFError):  # the forkserver is gone; its kernels go with it
                self.returncode = -signal.SIGKILL
                self._kill_if_there()
            self._status.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        from multiprocessing.connection import wait

        if self.returncode is None:
            wait([self._status], timeout)
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """To the kernel and its own children, which form one process group."""
        if self.poll() is None:
            try:
                os.killpg(self.pid, signum)
            except ProcessLookupError:  # it has not made its group yet
                os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _kill_if_there(self) -> None:
        import psutil

        with suppress(psutil.Error):
            if self._known is not None:
                self._known.kill()  # psutil sees to it that the number has not gone to another


class Server:
    """One forkserver. It ends when nothing refers to it any more, or with this process."""

    def __init__(self, mark: str):
        from multiprocessing.forkserver import ForkServer

        self.mark = mark
        self._server = ForkServer()
        self._server.set_forkserver_preload(_PRELOAD)
        self._server.ensure_running()
        weakref.finalize(self, _stop, self._server, os.getpid())

    def fork(self, kernel: Kernel, stdout: int, stderr: int) -> Process:
        """Raises NotWarm when the child does not come to life."""
        from multiprocessing import forkserver

        heard, ready = os.pipe()
        try:
            number, data = self._server.connect_to_new_process([stdout, stderr, ready])
        except (OSError, EOFError) as error:
            os.close(heard)
            raise NotWarm(f"the forkserver is gone ({error})") from None
        finally:
            os.close(ready)
        status = open(number, "rb", buffering=0)  # noqa: SIM115, PTH123
        with open(heard, "rb", buffering=0) as heard_file:  # noqa: PTH123
            try:
                with open(data, "wb") as to_child:  # noqa: PTH123
                    to_child.write(pickle.dumps({}) + pickle.dumps(kernel))
                pid = forkserver.read_signed(number)
                if heard_file.read(1):
                    return Process(self, pid, status)
            except (OSError, EOFError):
                pass
        status.close()
        raise NotWarm("the forked process ended before its kernel began")


def warm_up() -> None:
    """Start importing in the background what kernels will need; nothing when they are off."""
    if not why_not():
        _server()


def why_not(environment: Mapping[str, str] | None = None) -> str:
    """Why kernels are not forked here, or not with such an environment; empty when they are."""
    if os.environ.get(SWITCH, "1") == "0":
        return f"{SWITCH}=0"
    if not hasattr(os, "fork"):
        return "this system cannot fork"
    other = set(_read_at_start(environment or os.environ).items()) ^ set(
        _read_at_start(os.environ).items()
    )
    names = sorted({name for name, _ in other})
    return f"its environment has {', '.join(names)} of its own" if names else ""


def fork(kernel: Kernel, stdout: int = 1, stderr: int = 2) -> Process:
    """A new kernel, as soon as it has begun. Raises NotWarm."""
    try:
        return _server().fork(kernel, stdout, stderr)
    except NotWarm:  # it may have been killed since the last kernel: once more with a new one
        with _lock:
            _current.clear()
        return _server().fork(kernel, stdout, stderr)


def _server() -> Server:
    """The forkserver, a new one when the code has changed since it started."""
    mark = _mark()
    with _lock:
        if not _current or _current[0].mark != mark:
            _current[:] = [Server(mark)]
        return _current[0]


def _mark() -> str:
    """Of this process, its start-up environment, our code and the installed packages."""
    ours = sorted(Path(__file__).parents[1].rglob("*.py"))
    installed = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    told = [(str(path), path.stat().st_mtime_ns) for path in [*ours, *installed]]
    seen = (os.getpid(), sys.executable, sorted(_read_at_start(os.environ).items()), told)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(_READ_AT_START)}


def _stop(server: ForkServer, owner: int) -> None:
    """End a forkserver, in the midst of its imports too."""
    told: Any = server
    if os.getpid() != owner or told._forkserver_pid is None:
        return
    os.close(told._forkserver_alive_fd)
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(told._forkserver_pid, signal.SIGKILL)
        os.waitpid(told._forkserver_pid, 0)
