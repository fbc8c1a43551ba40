"""The `svlib` command: quarters, parameters, suppliers, categories, the diagnostic."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from svlib import parameters as parameter_files
from svlib import project
from svlib.cli import kept, released
from svlib.cli.asked import Only, QuarterFile, Set, settings
from svlib.errors import Fault, InputError, SvlibError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Social Value Workbooks: where a council's money goes and what social value it buys.",
)
suppliers_app = typer.Typer(
    no_args_is_help=True, help="Who the suppliers are: match them to registers, look them up."
)
app.add_typer(suppliers_app, name="suppliers")
categories_app = typer.Typer(
    no_args_is_help=True, help="What was bought: the unclassified, and what a new rule would move."
)
app.add_typer(categories_app, name="categories")
documents_app = typer.Typer(
    no_args_is_help=True, help="Standing Orders, policies, templates: passages that are evidence."
)
app.add_typer(documents_app, name="documents")
answers_app = typer.Typer(
    no_args_is_help=True, help="The diagnostic by e-mail: forms to send, answers that came back."
)
app.add_typer(answers_app, name="answers")


kept.add_to(app)
released.add_to(app)


def main() -> None:
    """Run the command; a known error becomes words and its own exit code."""
    try:
        app()
    except SvlibError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        print(f"Stopped. Who can mend it: {error.who}.", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print("Stopped by you. The report that was there is untouched.", file=sys.stderr)
        raise SystemExit(130) from None


@app.command()
def run(quarter_file: QuarterFile, set_: Set = None, only: Only = None) -> None:
    """Run a quarter and write its report; with --set or --only into a trial folder of its own."""
    from svlib import kernels

    kernels.warm_up()  # while the rest is imported here
    from svlib import run as runs
    from svlib.progress import Lines

    with Lines() as lines:
        page = runs.run(quarter_file, settings(set_), only or (), lines.step, lines.cell_done)
    print(f"The report is ready: {page}")


@app.command()
def check(
    paths: Annotated[
        list[Path], typer.Argument(help="A quarter file, or files and folders of payments")
    ],
    set_: Set = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print a JSON list, one object a file")
    ] = False,
) -> None:
    """Show what would be read, asked and refused, without running anything."""
    from svlib import checking

    if len(paths) == 1 and paths[0].suffix.lower() in (".yaml", ".yml"):
        checking.check_quarter(paths[0], settings(set_), json_)
    else:
        raise typer.Exit(checking.check_paths(paths, json_))


@app.command()
def trace(
    quarter_file: QuarterFile,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="What the lines have: directorate=Adult Care, supplier=Ashbrook"),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every line here, with all its columns")
    ] = None,
    first: Annotated[int, typer.Option("--first", help="How many lines to print")] = 20,
    set_: Set = None,
) -> None:
    """Print the file, sheet and row of each line behind a figure, and their sum."""
    from svlib import checking, csvfile, tracing
    from svlib.tables import PAYMENTS

    q, lines = tracing.trace(quarter_file, settings(set_), settings(by))
    checking.show_lines(lines[:first], tracing.SHOWN)
    rest = f", of which {first:,} are shown" if len(lines) > first else ""
    print(f"{q.authority}, {q.label}: {len(lines):,} lines{rest}; sum £{tracing.total(lines):,.2f}")
    if csv is not None:
        csvfile.write(csv, PAYMENTS.names, lines)
        print(f"All lines with all columns: {csv}")


@app.command()
def explain(quarter_file: QuarterFile, set_: Set = None) -> None:
    """Print each parameter's value and the file and line it comes from."""
    for name, value, where in parameter_files.explain(quarter_file, settings(set_)):
        print(f"{name} = {value}    [{where}]")


@app.command("new-quarter")
def new_quarter(quarter_file: QuarterFile) -> None:
    """Write the parameter file of the quarter after this one."""
    print(project.relative(parameter_files.new_quarter(quarter_file)))


@app.command()
def fetch(
    ids: Annotated[
        list[str] | None, typer.Argument(help="What to download: companies charities; none: list")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="File this file, downloaded by hand, as the one")
    ] = None,
) -> None:
    """List the public files you may add, download them, or file what you downloaded by hand."""
    from svlib import fetch as fetching

    if from_ is not None:
        if len(ids or ()) != 1:
            raise InputError(
                Fault("--from", "one file is filed as one id", "Write: companies --from FILE.")
            )
        print(fetching.file_by_hand((ids or [])[0], from_))
    else:
        for line in fetching.fetch(ids) if ids else fetching.overview():
            print(line)


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="The port it listens on")] = (8866),
    ip: Annotated[
        str, typer.Option("--ip", help="Where it listens, behind a sign-in server (docs/portal.md)")
    ] = "127.0.0.1",
    as_: Annotated[
        str, typer.Option("--as", help="For trying out: every visitor is this user of people.yaml")
    ] = "",
) -> None:
    """Serve the notebooks as pages: take the test, record deliveries, see the position now."""
    from svlib import serve as serving

    serving.serve(port, ip, as_)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="reports/<authority>/<quarter>")],
) -> None:
    """Make a report again from its manifest and the archive, and compare it byte by byte."""
    from svlib import restating

    same, said = restating.verify(folder)
    print("\n".join(said))
    if not same:
        raise typer.Exit(1)


@app.command()
def restate(
    quarter_files: Annotated[list[Path], typer.Argument(help="Quarters that have a report")],
) -> None:
    """Show quarters as published and by today's data and method, and what each cause moved."""
    from svlib import restating

    print("\n".join(restating.restate(quarter_files)))


@app.command()
def guidance(
    quarter_file: QuarterFile,
    *,
    category: Annotated[str, typer.Option("--category", help="Id of categories.csv: adult_care")],
    value: Annotated[str, typer.Option("--value", help="Value over the whole life, in pounds")],
    start: Annotated[str, typer.Option("--start", help="First day of the contract: 2027-04-01")],
    end: Annotated[str | None, typer.Option("--end", help="Last day of the contract")] = None,
    commences: Annotated[
        str | None,
        typer.Option(
            "--commences", help="Day the procurement commences; the as-of date if not given"
        ),
    ] = None,
    type_: Annotated[
        str | None,
        typer.Option("--type", help="goods, services, works, light touch, concession"),
    ] = None,
    vat: Annotated[
        str, typer.Option("--vat", help="Whether the value has VAT in it: inc, ex or unknown")
    ] = "unknown",
    reference: Annotated[
        str | None, typer.Option("--reference", help="The council's reference of the contract")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="ONS code of where it is delivered: E08000012")
    ] = None,
    ward: Annotated[str | None, typer.Option("--ward", help="Ward where it is delivered")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write into")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there")] = False,
    set_: Set = None,
) -> None:
    """Write the social value pack of one procurement: a draft for Legal to check."""
    from svlib import guiding

    asked = {
        "category": category, "value": value, "start": start, "end": end, "commences": commences,
        "type": type_, "vat": vat, "reference": reference,
        "district": district, "ward": ward,
    }  # fmt: skip
    said = guiding.write(quarter_file, settings(set_), asked, out, force=force)
    print("\n".join(said))


@app.command()
def schema() -> None:
    """Write the JSON Schemas that give editors completion, into parameters/schema/."""
    folder = project.root() / "parameters" / "schema"
    folder.mkdir(exist_ok=True)
    for kind in ("authority", "quarter"):
        path = folder / f"{kind}.schema.json"
        text = json.dumps(parameter_files.schema(kind), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        print(project.relative(path))


@suppliers_app.command("match")
def match_suppliers(
    names: Annotated[Path, typer.Argument(help="CSV with a column `name` and maybe `postcode`")],
    register: Annotated[
        Path, typer.Option("--register", help="BasicCompanyData CSV or zip, or the charity extract")
    ],
    out: Annotated[Path, typer.Option("--out", help="CSV to write")],
) -> None:
    """Match a list of names to a register of companies or charities."""
    from svlib import csvfile
    from svlib.suppliers import lists, register_files

    asked = lists.read_names(names)
    known = register_files.load(register)
    for note in known.notes:
        print(note, file=sys.stderr)
    found = lists.match_list(asked, known)
    csvfile.write(out, lists.COLUMNS, found.to_dict("records"), encoding="utf-8", ending="\n")
    counts = found["outcome"].value_counts()
    said = ", ".join(
        f"{counts.get(outcome, 0):,} {outcome.replace('_', ' ')}"
        for outcome in ("matched", "review", "not_found")
    )
    print(f"{len(found):,} names against {len(known.companies):,} on the register: {said}")
    print(f"Written: {out}")


@suppliers_app.command("review")
def review_suppliers(
    quarter_file: QuarterFile,
    first: Annotated[int, typer.Option("--first", min=1, help="How many suppliers to list")] = 50,
    set_: Set = None,
) -> None:
    """Write the suppliers to look up next, richest first, and what looking them up is worth."""
    from svlib import reviewing

    print("\n".join(reviewing.review(quarter_file, settings(set_), first)))


@suppliers_app.command("import")
def import_suppliers(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="A filled worklist, or the council's vendor master")],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help='Which header is what: supplier="Vendor Name"'),
    ] = None,
    set_: Set = None,
) -> None:
    """Add what a file knows of suppliers to the directory; lines that are there stay."""
    from svlib import reviewing

    said = reviewing.import_lines(quarter_file, settings(set_), file, settings(column))
    print("\n".join(said))


@suppliers_app.command("survey")
def survey_suppliers(
    quarter_file: QuarterFile,
    first: Annotated[int, typer.Option("--first", min=1, help="How many suppliers to ask")] = 50,
    set_: Set = None,
) -> None:
    """Write a file to ask local suppliers what they spend again in the area."""
    from svlib import surveying

    print("\n".join(surveying.template(quarter_file, settings(set_), first)))


@categories_app.command("review")
def review_categories(
    quarter_file: QuarterFile,
    first: Annotated[int, typer.Option("--first", min=1, help="How many groups to list")] = 50,
    set_: Set = None,
) -> None:
    """Write what no rule puts in a category, richest first, as the start of new rules."""
    from svlib import categorising

    print("\n".join(categorising.review(quarter_file, settings(set_), first)))


@categories_app.command("try")
def try_category(
    quarter_file: QuarterFile,
    rule: Annotated[
        str,
        typer.Option("--rule", help="e.g. 'expense_type contains Bus Hire => transport'"),
    ],
    set_: Set = None,
) -> None:
    """Show which lines and pounds a rule would move, before it is added."""
    from svlib import categorising

    print("\n".join(categorising.try_rule(quarter_file, settings(set_), rule)))


@answers_app.command("template")
def answers_template(
    quarter_file: QuarterFile,
    *,
    directorate: Annotated[str, typer.Option("--directorate", help="As in authority.yaml")],
    out: Annotated[Path, typer.Option("--out", help="XLSX to write")],
    individual: Annotated[
        bool, typer.Option("--individual", help="One person's anonymous view")
    ] = False,
    short: Annotated[bool, typer.Option("--short", help="The ten-minute form")] = False,
    set_: Set = None,
) -> None:
    """Write a form to answer by e-mail: a directorate's agreed answer, or one person's view."""
    from svlib import asking, ledger

    kind = ledger.INDIVIDUAL if individual else ledger.AGREED
    length = ledger.SHORT if short else ledger.FULL
    print("\n".join(
        asking.template(
            quarter_file, settings(set_), out,
            directorate=directorate, answers_are=kind, length=length,
        )
    ))  # fmt: skip


@answers_app.command("load")
def answers_load(
    quarter_file: QuarterFile,
    files: Annotated[list[Path], typer.Argument(help="Forms that came back")],
    set_: Set = None,
) -> None:
    """Record the answers of forms that came back; the same form again changes nothing."""
    from svlib import asking

    try:
        print("\n".join(asking.load(quarter_file, settings(set_), files)))
    except asking.LoadError as error:
        print("\n".join(error.said))
        raise


@documents_app.command("review")
def review_documents(
    quarter_file: QuarterFile,
    folder: Annotated[Path, typer.Argument(help="Folder of PDF, DOCX, HTML or text files")],
    *,
    out: Annotated[Path, typer.Option("--out", help="XLSX to write")],
    question: Annotated[
        list[str] | None, typer.Option("--question", help="Only this question: S1-06")
    ] = None,
    first: Annotated[int, typer.Option("--first", min=1, help="Passages a question")] = 3,
    set_: Set = None,
) -> None:
    """Find the passages that bear on each question, for a person to accept or reject."""
    from svlib import citing

    said = citing.review(
        quarter_file, settings(set_), folder, out, only=question or (), first=first
    )
    print("\n".join(said))


@documents_app.command("load")
def load_passages(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="The workbook with decisions")],
    set_: Set = None,
) -> None:
    """Record which passages were accepted as evidence."""
    from svlib import citing

    print("\n".join(citing.load(quarter_file, settings(set_), file)))


@app.command()
def plan(
    quarter_file: QuarterFile,
    first: Annotated[int, typer.Option("--first", min=1, help="How many actions to add")] = 10,
    set_: Set = None,
) -> None:
    """Add what to do next to the council's plan; what is in it stays."""
    from svlib import planning

    print("\n".join(planning.update(quarter_file, settings(set_), first)))
