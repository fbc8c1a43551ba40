"""The kernel provisioner `svlib-warm`, which jupyter_client finds by its entry point."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from svlib.kernels import warming

_log = logging.getLogger(__name__)
_LAUNCHER = ["-m", "ipykernel_launcher"]
_UNDERSTOOD = {"env", "cwd", "stdout", "stderr", "extra_arguments", "kernel_id"}
_said: set[str] = set()


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a process with its imports done; the ordinary start where it cannot."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        reason = _ordinary(cmd, kwargs)
        if not reason:
            try:
                self.process = await asyncio.to_thread(_fork, cmd, kwargs)
            except warming.NotWarm as error:
                reason = str(error)
        if reason:
            _say_once(reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()  # noqa: PTH109
        return self.connection_info


def _ordinary(cmd: list[str], kwargs: dict[str, Any]) -> str:
    """Why this kernel is to start the ordinary way; empty when it can be forked."""
    strange = sorted(name for name, given in kwargs.items() if name not in _UNDERSTOOD and given)
    if strange:
        return f"it was asked for with {', '.join(strange)}"
    if cmd[1:3] != _LAUNCHER:
        return "its command is not ipykernel's"
    return warming.why_not(kwargs.get("env"))


def _fork(cmd: list[str], kwargs: dict[str, Any]) -> warming.Process:
    from svlib.kernels.forked import Kernel

    environment = dict(kwargs.get("env") or os.environ)
    environment["JPY_PARENT_PID"] = str(os.getpid())
    folder = kwargs.get("cwd")
    kernel = Kernel(cmd[3:], environment, None if folder is None else str(folder))
    return warming.fork(kernel, _number(kwargs.get("stdout"), 1), _number(kwargs.get("stderr"), 2))


def _number(given: Any, usual: int) -> int:
    if given is None:
        return usual
    return given if isinstance(given, int) else int(given.fileno())


def _say_once(reason: str) -> None:
    if reason not in _said:
        _said.add(reason)
        _log.warning("Ordinary kernels are used, not warm ones: %s.", reason)
