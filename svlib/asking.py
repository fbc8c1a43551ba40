"""The diagnostic by e-mail: workbooks to send out, and answers that come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from svlib import answering, ledger, project, questions, view
from svlib.errors import Fault, InputError, ParameterError
from svlib.parameters import Parameters
from svlib.quarter import today
from svlib.show import count, listed

_SAID_BLANK = 8  # questions named; of more their number is enough


def template(
    quarter_file: Path,
    settings: Mapping[str, str],
    out: Path,
    *,
    directorate: str,
    answers_are: str,
    length: str,
) -> list[str]:
    """Write one form for one directorate or one person, with a code of its own; say what to do
    with it. Raises InputError when the file lies there: it may hold answers."""
    council = view.resolve({"file": str(quarter_file), **settings})
    _known(council, directorate)
    if out.exists():
        raise InputError(
            Fault(str(out), "lies there already and may hold answers", "Name another file.")
        )
    version = questions.load()["version"].iloc[0]
    with ledger.open_ledger(council.ledger) as held:
        code, form = ledger.start(
            held,
            council.slug,
            answers_are=answers_are,
            directorate=directorate,
            length=length,
            bank_version=version,
            on=today(),
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    answering.write(out, council.name, form, code)
    return [
        f"Form: {out}, {directorate}, {answers_are}, {length}.",
        "One form is for one "
        + ("directorate." if answers_are == ledger.AGREED else "person: write one for each."),
        f"When it comes back: svlib answers load {project.relative(quarter_file)} {out.name}",
    ]


def load(quarter_file: Path, settings: Mapping[str, str], files: Sequence[Path]) -> list[str]:
    """Record what workbooks say; say what became of each. Files that are in order are recorded
    although another is not; then InputError is raised with every fault of that one."""
    council = view.resolve({"file": str(quarter_file), **settings})
    said, faults = [], []
    with ledger.open_ledger(council.ledger) as held:
        for path in files:
            try:
                done = answering.load(held, council, path, today())
            except InputError as error:
                faults += error.faults
                continue
            said.append(_became(done))
    if faults:
        raise LoadError(faults, said)
    return said


class LoadError(InputError):
    """Some workbooks could not be recorded; `said` is what became of the others."""

    def __init__(self, faults: Sequence[Fault], said: Sequence[str]):
        super().__init__(faults)
        self.said = list(said)


def _became(done: answering.Loaded) -> str:
    what = (
        f"{count(done.recorded, 'answer')} recorded"
        if done.recorded
        else "nothing new; every answer was recorded before"
    )
    text = f"{done.where}: {count(done.answered, 'question')} answered, {what}."
    if done.blank:
        named = f" ({listed(list(done.blank))})" if len(done.blank) <= _SAID_BLANK else ""
        text += f" {count(len(done.blank), 'question')} left blank{named}."
    return text


def _known(council: Parameters, directorate: str) -> None:
    names = [one.name for one in council.directorates]
    if not names:
        raise ParameterError(
            Fault(f"parameters/{council.slug}/authority.yaml", "lists no directorates",
                  "Add them under `directorates`.")
        )  # fmt: skip
    if directorate not in names:
        raise ParameterError(
            Fault("--directorate", f"'{directorate}' is none of {', '.join(names)}",
                  "Write one of them.")
        )  # fmt: skip
