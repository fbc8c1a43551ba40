"""A PostgreSQL server of the test run's own, on loopback, in a folder that goes away with it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
USER = "postgres"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl of the newest version installed; None without one."""
    found = sorted(PROGRAMS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("pg_ctl")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


class Server:
    """One server; `url(name)` is the address of a database of that name, made when missing."""

    def __init__(self, folder: Path, bin_: Path, *, durable: bool):
        self.folder = folder
        self._durable = durable
        self.port = _free_port()
        self._bin = bin_
        self._run("initdb", "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += "" if self._durable else " -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options,
                  "-l", str(self.folder / "log"), "-w", "start")  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def url(self, name: str, user: str = USER) -> str:
        made = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, name]
        subprocess.run([self._bin / "createdb", *made], check=False, capture_output=True)
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._bin / program), *options]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", USER, "--", *command]
        done = subprocess.run(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")


@contextmanager
def server(*, durable: bool = True) -> Iterator[Server]:
    """A server for as long as the block runs; one that need not outlive a power cut is faster."""
    bin_ = programs()
    assert bin_ is not None
    folder = Path(tempfile.mkdtemp(prefix="svlib-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        running = Server(folder, bin_, durable=durable)
        yield running
        running.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
