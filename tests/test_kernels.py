"""Warm kernels, through jupyter_client as any user starts them."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import helpers
import nbformat
import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from svlib import kernels, run

FORKS = hasattr(os, "fork") and os.environ.get(kernels.SWITCH, "1") != "0"
pytestmark = [pytest.mark.notebook, pytest.mark.xdist_group("kernels")]
forked_only = pytest.mark.skipif(not FORKS, reason="warm kernels are switched off or cannot fork")


@dataclass
class Kernel:
    """A running kernel, its manager and what it last sent."""

    manager: KernelManager
    client: BlockingKernelClient

    def do(self, code: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Kind and content of each message that running the code sent."""
        sent: list[tuple[str, Mapping[str, Any]]] = []
        self.client.execute_interactive(
            code,
            timeout=60,
            output_hook=lambda message: sent.append((message["msg_type"], message["content"])),
        )
        return sent

    def printed(self, code: str, stream: str = "stdout") -> str:
        return "".join(
            content["text"]
            for kind, content in self.do(code)
            if kind == "stream" and content["name"] == stream
        ).strip()

    def value(self, expression: str) -> str:
        return self.printed(f"print({expression})")

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(int(self.value("__import__('os').getpid()")))


Start = Callable[..., Kernel]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts kernels of the kernelspec `svlib`; they are shut down afterwards."""
    running: list[Kernel] = []
    monkeypatch.delenv("SVLIB_TEST_ONLY", raising=False)
    with TemporaryDirectory(prefix="svlib-") as sockets:

        def one(**options: Any) -> Kernel:
            manager = KernelManager(
                kernel_name=kernels.NAME, transport="ipc", ip=f"{sockets}/{len(running)}"
            )
            manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"], **options)
            client = manager.blocking_client()
            client.start_channels()
            client.wait_for_ready(timeout=60)
            running.append(Kernel(manager, client))
            return running[-1]

        yield one
        for kernel in running:
            kernel.client.stop_channels()
            kernel.manager.shutdown_kernel(now=True)


def gone(*processes: psutil.Process, within_s: float = 5.0) -> bool:
    """Whether all of them end in that time; whether somebody has taken note of it is all one."""
    until = time.monotonic() + within_s
    while any(map(runs, processes)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def died(kernel: Kernel, within_s: float) -> bool:
    until = time.monotonic() + within_s
    while kernel.manager.is_alive():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def forked(kernel: Kernel) -> bool:
    return "multiprocessing.forkserver" in " ".join(psutil.Process(kernel.process.ppid()).cmdline())


@forked_only
def test_a_kernel_begins_with_its_imports_done_from_a_process_without_threads(start: Start) -> None:
    kernel = start()
    assert forked(kernel)
    wanted = "pandas duckdb narwhals matplotlib.pyplot svlib.findings"
    assert kernel.value(f"set('{wanted}'.split()) - set(__import__('sys').modules)") == "set()"
    assert psutil.Process(kernel.process.ppid()).num_threads() == 1


def test_its_folder_environment_and_arguments_are_those_asked_for(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**os.environ, "SVLIB_TEST_ONLY": "asked", "TZ": "Asia/Tokyo"}
    monkeypatch.setenv("SVLIB_TEST_PARENT", "of the parent")
    kernel = start(cwd=str(tmp_path), env=asked)
    kernel.do("import os, sys, time")
    assert kernel.value("os.getcwd()") == str(tmp_path.resolve())
    assert kernel.value("os.environ['SVLIB_TEST_ONLY']") == "asked"
    assert kernel.value("os.environ.get('SVLIB_TEST_PARENT')") == "None"
    assert kernel.value("os.environ['JPY_PARENT_PID']") == str(os.getpid())
    assert kernel.value("time.localtime(0).tm_hour") == "9"
    assert kernel.value("os.path.basename(sys.argv[0])") == "ipykernel_launcher.py"


def test_it_shows_figures_and_what_code_and_its_children_print(start: Start) -> None:
    outside = {name: text for name, text in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    kernel = start(env=outside)  # within pytest, ipykernel leaves children's output alone
    shown = kernel.do("import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    assert any(kind == "display_data" and "image/png" in data["data"] for kind, data in shown)
    assert kernel.printed("print('out')") == "out"
    assert kernel.printed("import sys; print('err', file=sys.stderr)", "stderr") == "err"
    kernel.client.execute("import os; os.system('echo child')")  # comes when it comes
    while kernel.client.get_iopub_msg(timeout=10)["content"].get("text", "") != "child\n":
        pass


def test_an_interrupt_stops_the_cell_and_keeps_the_state(start: Start) -> None:
    kernel = start()
    kernel.do("kept = 41")
    asleep = "import time\nprint('asleep', flush=True)\ntime.sleep(60)"
    asked = kernel.client.execute(asleep, stop_on_error=False)
    while kernel.client.get_iopub_msg(timeout=10)["content"].get("name") != "stdout":
        pass
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=10)
    assert reply["parent_header"]["msg_id"] == asked
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.value("kept + 1") == "42"


def test_a_restart_gives_a_new_process_that_knows_nothing(start: Start) -> None:
    kernel = start()
    kernel.do("kept = 41")
    before = kernel.process
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.process != before
    assert gone(before)
    assert kernel.value("'kept' in globals()") == "False"


def test_nothing_passes_from_one_kernel_to_the_next_and_random_numbers_differ(start: Start) -> None:
    draws = "import random, numpy; print(random.random(), numpy.random.rand())"
    first = start()
    drawn = first.printed(draws).split()
    first.do("import pandas, os; pandas.left_here = secret = 1; os.environ['LEFT'] = '1'")
    first.do("pandas.set_option('display.max_rows', 3)")
    second = start()
    second.do("import pandas, os")
    assert second.value("hasattr(pandas, 'left_here'), 'secret' in globals(), 'LEFT' in os.environ")
    assert second.value("pandas.get_option('display.max_rows')") == "60"
    assert not set(drawn) & set(second.printed(draws).split())


@pytest.mark.parametrize("code", ["import os; os._exit(9)", "import os; os.kill(os.getpid(), 9)"])
def test_a_death_is_noticed_at_once(start: Start, code: str) -> None:
    kernel = start()
    process = kernel.process
    kernel.client.execute(code)
    assert died(kernel, within_s=1.5)
    assert gone(process)


def test_its_end_is_that_of_an_ordinary_interpreter(start: Start, tmp_path: Path) -> None:
    kernel = start()
    note = tmp_path / "note"
    kernel.do(f"import atexit, pathlib; atexit.register(pathlib.Path({str(note)!r}).touch)")
    kernel.manager.shutdown_kernel()
    assert note.exists()


@forked_only
def test_when_the_forkserver_is_killed_its_kernels_end_and_the_next_one_works(start: Start) -> None:
    kernel = start()
    process = kernel.process
    server = psutil.Process(process.ppid())
    server.kill()
    assert died(kernel, within_s=1.5)
    assert gone(process, within_s=1.5)
    again = start()
    assert forked(again)
    assert psutil.Process(again.process.ppid()) != server


STARTER = """
import os, sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="svlib")
child = "import os, subprocess; subprocess.Popen(['sleep', '0']); print(os.getpid(), os.getppid())"
client.execute_interactive(child, output_hook=lambda message: print(
    message["content"].get("text", ""), end="", flush=True))
time.sleep(60)
"""


@forked_only
def test_nothing_is_left_when_the_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    started = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
    children = psutil.Process(parent.pid).children(recursive=True)
    assert set(started) <= set(children)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert gone(*children)


@pytest.mark.parametrize(("name", "text"), [(kernels.SWITCH, "0"), ("PYTHONHASHSEED", "7")])
def test_where_a_kernel_cannot_be_forked_it_starts_the_ordinary_way_and_that_is_said_once(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    text: str,
) -> None:
    environment = {**os.environ, name: text}
    if name == kernels.SWITCH:
        monkeypatch.setenv(name, text)
    with caplog.at_level(logging.WARNING, "svlib.kernels"):
        kernel = start(env=environment)
        assert not forked(kernel)
        assert kernel.value(f"__import__('os').environ[{name!r}]") == text
        start(env=environment)
    said = [record for record in caplog.records if name in record.getMessage()]
    assert len(said) <= 1  # an earlier test may have heard it


def outputs(folder: Path) -> dict[str, str]:
    """Each page and what each cell gave, without times."""
    pages = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.html")}
    for path in folder.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        pages[path.name] = repr([cell.get("outputs") for cell in cells])
    return pages


@forked_only
def test_pages_and_outputs_are_those_of_ordinary_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarters = {"2026-27-Q2": {"as_of": "2026-10-31"}}
    root = helpers.project(tmp_path, monkeypatch, quarters=quarters)
    for month, name in ((7, "july"), (8, "august"), (9, "september")):
        row = f"Ashbrook Care Ltd, {month}0000.00, 03/0{month}/2026, Adults, Care, L1 8JQ"
        helpers.payments(root, f"{name}-2026.csv", row)
    shutil.copytree(helpers.REPOSITORY / "notebooks", root / "notebooks")
    report = root / "notebooks" / "4_quarterly_report.ipynb"
    notebook = nbformat.read(report, as_version=4)
    del notebook.cells[11:]  # the trend and the stack are figures enough
    nbformat.write(notebook, report)
    found = []
    for switch in ("1", "0"):
        monkeypatch.setenv(kernels.SWITCH, switch)
        page = run.run("parameters/tiny/2026-27-Q2.yaml", only=["report"])
        found.append(outputs(page.parents[1]))
    assert len(found[0]) == 3
    assert found[0] == found[1]
