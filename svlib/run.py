"""One quarter, unattended: check, build the store, run the notebooks, publish the pages."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from svlib import changes, findings, kernels, opendata, outcomes, project, publish
from svlib.errors import Fault, InputError, NotebookError, ParameterError, SvlibError
from svlib.publish import NOTEBOOKS, Notebook
from svlib.show import count
from svlib.store import Progress, quiet
from svlib.view import OpenQuarter, open_quarter

if TYPE_CHECKING:
    from nbformat import NotebookNode

CellProgress = Callable[[Notebook, int, int], None]
_ENGINE = "svlib"
_AT_ONCE = 2


def run(
    quarter_file: str | Path,
    settings: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    progress: Progress = quiet,
    cell_done: CellProgress | None = None,
) -> Path:
    """Run the notebooks of a quarter and return the report's contents page.

    A run with `settings` or `only` is a trial and goes into a folder of its own. Raises
    ParameterError, InputError, NotebookError or MachineError; the report that was there stays.
    """
    settings = dict(settings or {})
    chosen = _chosen(only)
    os.environ["SVLIB_HOME"] = str(project.root())  # kernels start in other folders
    kernels.warm_up()
    q = open_quarter({"file": str(quarter_file), **settings}, progress)
    check_inputs(q)
    target = report_folder(q, settings, only)
    publish.recover(target)
    now = changes.Made(publish.manifest(q, settings), changes.figures(q))
    publish.archive(publish.made_from(now.manifest))
    with publish.staging(target) as part:
        with _logged(part / "working" / "run.log", progress) as step:
            if q.recorded_later:
                step(
                    f"{count(q.recorded_later, 'ledger entry', 'ledger entries')} recorded after "
                    f"{q.as_of} left out"
                )
            pages = _pages(chosen, settings, only)
            work = _Work(_given(quarter_file, settings), part / "working", step, cell_done)
            for notebook, executed in work.each(chosen):
                publish.write_page(notebook, executed, q, pages, part / "site" / notebook.page)
            if any(notebook.name == "reconciliation" for notebook in chosen):
                publish.write_reconciliation(q, part / "site" / "reconciliation.xlsx")
            if not only:
                step("writing open data")
                made = opendata.write(q, part / "site" / publish.DATA.name)
                body = opendata.page(q, made, publish.DATA.name)
                publish.write_data_page(q, body, pages, part / "site" / publish.DATA.page)
            if publish.CHANGES in pages:
                _write_changes(q, now, target, part, step)
            publish.write_contents(q, pages, part / "site" / "index.html")
            told = now.manifest | {"figures": changes.written(now.figures)}
            publish.write_json(told, part / "working" / changes.MANIFEST)
            publish.seal(part, target)
        publish.swap(part, target)
    return target / "site" / "index.html"


def _pages(
    chosen: list[Notebook], settings: Mapping[str, str], only: Sequence[str]
) -> list[Notebook]:
    """A trial of a few notebooks has these alone, one with settings no page of what changed."""
    if only:
        return chosen
    return [*chosen, *([] if settings else [publish.CHANGES]), publish.DATA]


def _write_changes(
    q: OpenQuarter,
    now: changes.Made,
    target: Path,
    part: Path,
    step: Progress,
) -> None:
    """The page of what changed, and the log that the next run goes on with."""
    log = changes.read_log(target)
    made = _made(target)
    if made is not None:
        found = changes.entry(made, now, datetime.now(UTC).date())
        if found is not None:
            step("telling the causes of what changed apart")
        log += [] if found is None else [found]
    earlier = _made(target.with_name(q.quarter.previous.slug))
    before = None
    if earlier is not None and q.quarter.previous in q.store.quarters:
        again = changes.spent(q, q.quarter.previous)
        before = changes.earlier_quarter(earlier, now.manifest, again)
    pages = _pages(list(NOTEBOOKS), {}, ())
    publish.write_changes(q, pages, log, before, part / "site" / "changes.html")
    publish.write_json(log, part / "working" / changes.FILE)


def _made(folder: Path) -> changes.Made | None:
    """The report in a folder, when there is one that this version can compare with."""
    try:
        return changes.read_made(folder)
    except InputError:
        return None


def check_inputs(q: OpenQuarter) -> None:
    """Read every other input and what it refers to, so that a fault shows before a kernel starts.

    Raises an error of the kind of the first fault, with all faults found.
    """
    checks: list[Callable[[], object]] = [
        lambda: q.contracts,
        lambda: findings.check_diagnostic(q),
        lambda: outcomes.progress(
            q.commitments, q.deliveries, q.contracts, q.framework.measures, q.measured_on
        ),
    ]
    errors = []
    for check in checks:
        try:
            check()
        except SvlibError as error:
            errors.append(error)
    if errors:
        faults = dict.fromkeys(fault for error in errors for fault in error.faults)
        raise type(errors[0])(list(faults))


def report_folder(q: OpenQuarter, settings: Mapping[str, str], only: Sequence[str]) -> Path:
    """reports/<authority>/<quarter>, or a folder under trials/ for a run that is not the report."""
    home = project.reports() / q.parameters.slug
    if not settings and not only:
        return home / q.quarter.slug
    words = [*only, *(f"{name}={value}" for name, value in sorted(settings.items()))]
    mark = re.sub(r"[^A-Za-z0-9._=-]+", "_", "_".join(words))[:80]
    return home / "trials" / f"{q.quarter.slug}_{mark}"


def _chosen(only: Sequence[str]) -> list[Notebook]:
    known = {notebook.name: notebook for notebook in NOTEBOOKS}
    strange = [name for name in only if name not in known]
    if strange:
        raise ParameterError(
            Fault(
                "--only",
                f"no notebook is called {', '.join(strange)}",
                f"Known: {', '.join(known)}.",
            )
        )
    return [notebook for notebook in NOTEBOOKS if not only or notebook.name in only]


@dataclass(frozen=True)
class _Work:
    """What every notebook of a run shares."""

    given: str | dict[str, str]
    working: Path
    progress: Progress
    cell_done: CellProgress | None

    def each(self, notebooks: Sequence[Notebook]) -> Iterator[tuple[Notebook, NotebookNode]]:
        """Run the notebooks, two at a time, and yield each when done. The first that stops ends it.

        Threads, because the work is in the kernels, and one process gives its kernels
        ports that do not collide.
        """
        _register_engine()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            running = {pool.submit(self.execute, notebook): notebook for notebook in notebooks}
            try:
                for future in as_completed(running):
                    yield running[future], future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def execute(self, notebook: Notebook) -> NotebookNode:
        """Run one notebook with papermill; NotebookError names the cell and the cause."""
        import papermill
        from nbclient.exceptions import DeadKernelError

        self.progress(f"running {notebook.file}")
        output = self.working / f"{notebook.file}.ipynb"
        try:
            return papermill.execute_notebook(
                project.root() / "notebooks" / f"{notebook.file}.ipynb",
                output,
                parameters={"parameters": self.given},
                engine_name=_ENGINE,
                kernel_name=kernels.kernel_name(),
                progress_bar=False,
                request_save_on_cell_execute=False,  # else it is written whole twice a cell
                log_output=False,
                cell_done=None if self.cell_done is None else _counting(notebook, self.cell_done),
            )
        except papermill.PapermillExecutionError as error:
            raise _stopped(notebook, error, _kept(output)) from None
        except DeadKernelError:
            raise _no_kernel(
                notebook,
                "its kernel died, most likely out of memory",
                "Close other programs, or set report.history lower, and run again.",
            ) from None
        except RuntimeError as error:
            raise _no_kernel(
                notebook, f"its kernel did not start ({error})", "Run again; if it recurs, restart."
            ) from None


@contextmanager
def _logged(file: Path, progress: Progress) -> Iterator[Progress]:
    """Each step to the run's log with the time, and on to whoever watches."""
    with file.open("w", encoding="utf-8", newline="\n") as log:

        def step(text: str) -> None:
            print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC {text}", file=log, flush=True)
            progress(text)

        yield step
        step("pages written")


def _given(quarter_file: str | Path, settings: Mapping[str, str]) -> str | dict[str, str]:
    path = project.relative(project.resolve(quarter_file))
    return {"file": path, **settings} if settings else path


def _counting(notebook: Notebook, cell_done: CellProgress) -> Callable[[int, int], None]:
    def report(cell: int, cells: int) -> None:
        cell_done(notebook, cell, cells)

    return report


def _register_engine() -> None:
    """papermill's own engine, telling after each cell how far it is."""
    with kernels.without_grammar():
        from papermill.engines import NBClientEngine, papermill_engines

    class TellingEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, cell_done: Any = None, **settings: Any
        ) -> Any:
            if cell_done is not None:
                _tell(nb_man, cell_done)
            with TemporaryDirectory(prefix="svlib-") as sockets:
                return super().execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    config=_transport(sockets),
                    extra_arguments=["--HistoryManager.hist_file=:memory:"],
                    **settings,
                )

    papermill_engines.register(_ENGINE, TellingEngine)


def _transport(sockets: str) -> Any:
    """Kernels talk over files in `sockets` where the system can: no other user can listen and no
    port is needed. Windows has TCP on loopback only."""
    from traitlets.config import Config

    if sys.platform == "win32":
        return Config()
    return Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/kernel"})


def _tell(nb_man: Any, cell_done: Callable[[int, int], None]) -> None:
    complete = nb_man.cell_complete
    cells = len(nb_man.nb.cells)

    def cell_complete(cell: Any, cell_index: int, **more: Any) -> None:
        complete(cell, cell_index, **more)
        cell_done(cell_index + 1, cells)

    nb_man.cell_complete = cell_complete


def _kept(output: Path) -> Path:
    """Keep the stopped notebook for whoever looks into it, outside the report."""
    folder = project.reports() / "stopped"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy2(output, folder / output.name))


def _stopped(notebook: Notebook, error: Any, kept: Path) -> NotebookError:
    import nbformat

    source = project.root() / "notebooks" / f"{notebook.file}.ipynb"
    number = error.cell_index  # from 0, and papermill has put in one cell: counted from 1, without
    heading = _heading(nbformat.read(source, as_version=4).cells, number)
    cause = f"{error.ename}: {error.evalue}".strip().rstrip(".")
    return NotebookError(
        Fault(
            f"notebooks/{notebook.file}.ipynb, cell {number}, under '{heading}'",
            cause,
            f"The notebook as it stopped: {project.relative(kept)}.",
        )
    )


def _no_kernel(notebook: Notebook, found: str, do: str) -> NotebookError:
    return NotebookError(Fault(f"notebooks/{notebook.file}.ipynb", found, do))


def _heading(cells: Sequence[Any], until: int) -> str:
    heading = "its beginning"
    for cell in cells[:until]:
        found = (
            re.findall(r"^#+\s+(.+)$", cell.source, re.M) if cell.cell_type == "markdown" else []
        )
        heading = found[-1] if found else heading
    return heading
