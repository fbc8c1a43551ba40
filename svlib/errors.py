"""Kinds of problem, sorted by who must act. Each has an exit code of its own.

A message says where, what was found and what to do, in that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one place: a cell, a line of YAML, a file."""

    where: str
    found: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.found}. {self.do}"


class SvlibError(Exception):
    """Base of every error a user may see. `faults` lists everything found, not only the first."""

    exit_code = 1
    who = "whoever maintains the suite"

    def __init__(self, faults: Fault | Sequence[Fault]):
        self.faults = [faults] if isinstance(faults, Fault) else list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ParameterError(SvlibError):
    """A parameter file is missing or wrong: the analyst mends the YAML."""

    exit_code = 2
    who = "the analyst, in parameters/"


class InputError(SvlibError):
    """An input file is missing, unreadable or not what it should be: mend or replace the file."""

    exit_code = 3
    who = "whoever supplies the files"


class DraftError(InputError):
    """A report was not approved as it stands: nothing of it may be published."""

    who = "the post that approves the report"


class NotebookError(SvlibError):
    """A notebook stopped: look at the named cell."""

    exit_code = 4
    who = "the analyst, in notebooks/"


class MachineError(SvlibError):
    """The machine lacks something: disk, permission, a program."""

    exit_code = 5
    who = "whoever runs the machine"


class RightsError(SvlibError):
    """The user's role does not allow it: nothing was shown or recorded."""

    exit_code = 6
    who = "an administrator of the ledger, in people.yaml"
