"""Who is who at an authority: parameters/<authority>/people.yaml, which is never shared."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from svlib import parameters, project
from svlib.errors import Fault, ParameterError
from svlib.ledger import rights
from svlib.ledger.rights import Actor


class _Person(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_min_length=1)

    user: str
    role: Literal["supplier", "contract manager", "viewer", "administrator"]
    contracts: list[str] = Field(default_factory=list)
    directorates: list[str] = Field(default_factory=list)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: list[_Person]


def people(authority: str) -> dict[str, Actor]:
    """User name, as the sign-in server gives it, to who that is here; empty without a file.

    Raises ParameterError with every fault: an unknown role, a supplier without contracts, a
    contract manager without directorates, a user who stands twice.
    """
    path = project.root() / "parameters" / authority / "people.yaml"
    if not path.is_file():
        return {}
    where = project.relative(path)
    try:
        written = _File.model_validate(parameters.read_yaml(path))
    except ValidationError as error:
        raise ParameterError(
            [
                Fault(f"{where}, {_place(detail['loc'])}", detail["msg"], _LOOK)
                for detail in error.errors()
            ]
        ) from None
    faults = [fault for one in written.people for fault in _faults(one, where)]
    names = [one.user for one in written.people]
    faults += [
        Fault(f"{where}, {name}", "stands twice", "Keep one line for each user.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if faults:
        raise ParameterError(faults)
    return {
        one.user: Actor(
            authority, one.user, one.role, frozenset(one.contracts), frozenset(one.directorates)
        )
        for one in written.people
    }


_LOOK = "parameters/example-people.yaml shows how."


def _place(loc: tuple[int | str, ...]) -> str:
    return ", ".join(str(step + 1) if isinstance(step, int) else step for step in loc)


def _faults(one: _Person, where: str) -> list[Fault]:
    reach = {rights.SUPPLIER: "contracts", rights.MANAGER: "directorates"}
    needed = reach.get(one.role)
    place = f"{where}, {one.user}"
    faults = []
    if needed and not getattr(one, needed):
        faults.append(Fault(place, f"is a {one.role} without {needed}", f"List the {needed}."))
    for name in ("contracts", "directorates"):
        if getattr(one, name) and name != needed:
            found = f"lists {name}, which a {one.role} does not need"
            faults.append(Fault(place, found, "Take the list out: it would limit nothing."))
    return faults
