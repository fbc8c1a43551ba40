"""Public files a council may add, downloaded or filed by hand: the one room that uses the network.

Nothing that runs inside a quarter imports it: a run reads the files that are here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from svlib import project
from svlib.errors import Fault, InputError, MachineError, SvlibError
from svlib.fetch import filing, sources, transfer
from svlib.fetch.filing import State
from svlib.fetch.sources import Edition, Source
from svlib.fetch.transfer import Missing, Seen

__all__ = ["fetch", "file_by_hand", "overview"]


def overview(today: date | None = None) -> Iterator[str]:
    """The lines of `svlib fetch`: each source, where it comes from, and whether it is here."""
    for source in sources.load().values():
        newest = source.editions(today or _today())[0]
        size = f", about {source.size_mb} MB" if source.size_mb else ""
        yield f"{source.id}{size}"
        yield f"  {source.what}"
        yield f"  publisher  {source.publisher}"
        yield f"  licence    {source.licence}"
        yield f"  page       {source.page}"
        yield f"  address    {newest.address or 'not known: download it by hand'}"
        yield f"  goes to    {project.relative(newest.path)}"
        yield from (f"  here       {line}" for line in _here(source, newest))
        yield f"  note       {source.note}"
        yield ""


def fetch(ids: Sequence[str], today: date | None = None) -> Iterator[str]:
    """Download these sources; a line for each. One that fails does not keep the next from coming.

    A file that is here and as recorded is brought again only when its server says it has changed;
    one that came by hand is kept.
    Raises at the end, with the fault of each that failed.
    """
    failed: list[SvlibError] = []
    for source in sources.chosen(list(ids)):
        try:
            yield _fetched(source, today or _today())
        except SvlibError as error:
            failed.append(error)
    if failed:
        raise type(failed[0])([fault for error in failed for fault in error.faults])


def file_by_hand(source_id: str, path: Path) -> str:
    """File a file that came by browser as that source's; the line to print."""
    (source,) = sources.chosen([source_id])
    path = path.expanduser()  # not every shell does it
    if not path.is_file():
        raise InputError(Fault(str(path), "no such file", "Name the file you downloaded."))
    placed = filing.file_by_hand(path, source.edition_named(path.name))
    return _line(placed, "filed")


def _fetched(source: Source, today: date) -> str:
    editions = source.editions(today)
    if not editions[0].address:
        raise InputError(Fault(source.id, "its address is not known", source.by_hand()))
    for edition in editions[:-1]:
        try:
            return _brought(edition)
        except Missing:
            continue  # this month's file is not out yet
    return _brought(editions[-1])


def _brought(edition: Edition) -> str:
    path = edition.path
    state, _ = filing.state(path)
    known = filing.known(path) if state is State.AS_RECORDED else transfer.Sent()
    if state is State.UNRECORDED or (state is State.AS_RECORDED and not known.validator):
        return f"{_line(path, 'here')}: kept. Delete it to fetch it anew"
    _make(path.parent)
    with _progress(edition.source.id) as seen:
        sent = transfer.get(edition, known, seen)
    if sent is None:
        return _line(path, "here, and the newest there is")
    with Console(stderr=True).status(f"testing {edition.file}"):
        filing.put_in_place(edition, sent)
    return _line(path, "fetched")


def _here(source: Source, newest: Edition) -> Iterator[str]:
    files = source.here()
    for path in files:
        obtained = str(filing.provenance(path).get("obtained", ""))[:10]
        state, digest = filing.state(path)
        yield f"{path.name}, {obtained or 'no date'}, sha256 {digest[:12]}, {state.value}"
    begun = transfer.begun(newest.part)
    if begun:
        yield f"{newest.part.name}: {begun / 1e6:,.1f} MB of a download that can go on"
    elif not files:
        yield "no"


def _line(path: Path, what: str) -> str:
    megabytes = path.stat().st_size / 1e6
    digest = filing.state(path)[1][:12]
    return f"{project.relative(path)} ({megabytes:,.1f} MB, sha256 {digest}) {what}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(
            Fault(
                project.relative(folder),
                f"cannot be made ({error.strerror})",
                "Check that you may write there.",
            )
        ) from None


@contextmanager
def _progress(name: str) -> Iterator[Seen]:
    """A bar with bytes and speed on standard error; only its last state where that is a log."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None, visible=False)
        yield lambda have, total: bar.update(task, completed=have, total=total, visible=True)


def _today() -> date:
    return datetime.now(UTC).date()
