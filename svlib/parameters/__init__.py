"""Parameters: packaged defaults, then authority.yaml, then the quarter's file, then `--set`.

The last one wins. Every fault is reported at once, with its line and a suggestion.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from svlib import project
from svlib.errors import Fault, ParameterError
from svlib.parameters.layers import Located, Path_, from_text, merge, nest, read
from svlib.parameters.model import (
    Area,
    Areas,
    Exclusion,
    Guidance,
    Law,
    Parameters,
    PlaceFiles,
    Source,
    Target,
)
from svlib.quarter import Quarter

__all__ = [
    "Area",
    "Areas",
    "Exclusion",
    "Guidance",
    "Law",
    "Parameters",
    "PlaceFiles",
    "Source",
    "Target",
    "explain",
    "load",
    "new_quarter",
    "read_yaml",
    "schema",
]


def load(quarter_file: str | Path, settings: Mapping[str, str] | None = None) -> Parameters:
    """Resolve and check all parameters of one quarter.

    `settings` are overrides by dotted name, as `--set areas.local=LCR` gives them. Raises
    ParameterError listing every fault with file and line.
    """
    layer = _resolve(project.resolve(quarter_file), settings or {})
    try:
        parameters = Parameters.model_validate(layer.plain())
    except ValidationError as error:
        raise ParameterError([_fault(detail, layer) for detail in error.errors()]) from None
    _check_names(project.resolve(quarter_file), parameters, layer)
    return parameters


def explain(
    quarter_file: str | Path, settings: Mapping[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """Each value and where it comes from: (dotted name, value, file and line), by name."""
    parameters = load(quarter_file, settings)
    layer = _resolve(project.resolve(quarter_file), settings or {})
    where = {_dotted(path): leaf.where for path, leaf in layer.leaves()}
    values = _flat(parameters.model_dump(mode="json"))
    return [(name, value, where.get(name, "built in")) for name, value in sorted(values.items())]


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema for editors. `kind` is "authority" or "quarter"."""
    described = Parameters.model_json_schema()
    described["title"] = f"{kind}.yaml of the Social Value Workbooks"
    described["properties"].pop("slug")
    by_quarter = {"quarter", "as_of", "accept_missing_months", "commentary"}
    if kind == "authority":
        for name in by_quarter:
            described["properties"].pop(name)
        described["required"] = ["name", "code", "areas", "sources"]
    else:
        described["required"] = ["quarter", "as_of"]
    return described


def authorities(*, synthetic: bool) -> dict[str, str]:
    """Slug to name of each authority with a folder in parameters/ that is synthetic, or is not, in
    order of slug. A folder whose authority.yaml cannot be read is left out: it is not asked for."""
    found = {}
    for path in sorted((project.root() / "parameters").glob("*/authority.yaml")):
        try:
            values = read(path).plain()
        except ParameterError:
            continue
        if (str(values.get("synthetic", "")).casefold() == "true") is synthetic:
            found[path.parent.name] = str(values.get("name", path.parent.name))
    return found


def read_yaml(path: Path) -> Any:
    """A YAML file of `key: value` lines with every value as text; ParameterError names the line."""
    return read(path).plain()


def new_quarter(quarter_file: str | Path) -> Path:
    """Write the parameter file of the quarter after this one and return its path.

    Raises ParameterError when it is there already.
    """
    current = load(quarter_file)
    following = current.quarter.next
    target = project.resolve(quarter_file).with_name(f"{following.slug}.yaml")
    as_of = (following.end.replace(day=1)).isoformat()[:7] + f"-{following.end.day:02d}"
    text = (
        "# yaml-language-server: $schema=../schema/quarter.schema.json\n"
        f"quarter: {following.slug}\nas_of: {as_of}\n"
        'commentary: ""\n'
        "# Any key of authority.yaml may stand here too, for this quarter alone.\n"
    )
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ParameterError(
            Fault(project.relative(target), "is there already", "Edit it, or delete it first.")
        ) from None
    return target


def _resolve(quarter_file: Path, settings: Mapping[str, str]) -> Located:
    defaults = Path(str(files("svlib") / "defaults.yaml"))
    layers = [read(defaults), _authority(quarter_file), read(quarter_file)]
    layers += [nest(name, from_text(value, f"--set {name}")) for name, value in settings.items()]
    resolved = layers[0]
    for layer in layers[1:]:
        resolved = merge(resolved, layer)
    if "slug" in resolved.value:
        raise ParameterError(
            Fault(
                resolved.value["slug"].where,
                "unknown parameter 'slug'",
                "Delete it: the name of the folder in parameters/ is the slug.",
            )
        )
    slug = Located(quarter_file.parent.name, "name of the folder")
    return merge(resolved, Located({"slug": slug}, project.relative(quarter_file)))


def _authority(quarter_file: Path) -> Located:
    if not quarter_file.is_file():
        return read(quarter_file)
    return read(quarter_file.with_name("authority.yaml"))


def _check_names(quarter_file: Path, parameters: Parameters, layer: Located) -> None:
    named = _quarter_in(quarter_file.stem)
    if named is not None and named != parameters.quarter:
        raise ParameterError(
            Fault(
                layer.find(("quarter",)).where,
                f"says {parameters.quarter.slug} but the file is called {quarter_file.name}",
                "Make them agree.",
            )
        )


def _quarter_in(stem: str) -> Quarter | None:
    try:
        return Quarter.parse(stem)
    except ValueError:
        return None


def _fault(detail: ErrorDetails, layer: Located) -> Fault:
    path: Path_ = tuple(step for step in detail["loc"] if _is_key(step, detail["loc"], layer))
    where = layer.find(path).where
    name = _dotted(path)
    if detail["type"] == "extra_forbidden":
        return Fault(where, f"unknown parameter '{name}'", _suggest(path))
    if detail["type"] == "missing":
        return Fault(where, f"'{name}' is missing", "Add it; parameters/sample shows how.")
    message = detail["msg"].removeprefix("Value error, ")
    shown = "" if isinstance(detail["input"], dict | list | BaseModel) else f" {detail['input']!r}"
    return Fault(where, f"'{name}'{shown}: {message}" if name else message, "Mend this value.")


def _is_key(step: str | int, loc: Sequence[str | int], layer: Located) -> bool:
    """Pydantic adds names of union branches to the path; they are no keys of the file."""
    return isinstance(step, int) or not step.startswith(("list[", "literal[", "function-"))


def _suggest(path: Path_) -> str:
    known = _fields_at(path[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Known here: {', '.join(sorted(known))}."


def _fields_at(path: Path_) -> list[str]:
    model: Any = Parameters
    for step in path:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
    return [name for name in model.model_fields if name != "slug"]


def _model_in(annotation: Any) -> Any:
    """The model inside Optional[...] or list[...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _dotted(path: Path_) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            flat[f"{prefix}{key}"] = text
    return flat
