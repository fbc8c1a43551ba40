"""Commands of the ledger: contracts, commitments, returns, and the ledger itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from svlib.cli.asked import QuarterFile, settings
from svlib.errors import InputError

contracts_app = typer.Typer(no_args_is_help=True, help="Contracts into the ledger, and changes.")
commitments_app = typer.Typer(no_args_is_help=True, help="What winning bids promised.")
returns_app = typer.Typer(
    no_args_is_help=True, help="What suppliers report: forms to send, returns that came back."
)
ledger_app = typer.Typer(
    no_args_is_help=True, help="The ledger: check, copy, put back, erase, exchange."
)


def add_to(app: typer.Typer) -> None:
    """Add these commands to the whole."""
    app.add_typer(contracts_app, name="contracts")
    app.add_typer(commitments_app, name="commitments")
    app.add_typer(returns_app, name="returns")
    app.add_typer(ledger_app, name="ledger")


@contracts_app.command("load")
def contracts_load(quarter_file: QuarterFile) -> None:
    """Record the contracts of the register that the parameters name."""
    from svlib import registering

    for line in registering.load_contracts(quarter_file):
        print(line)


@contracts_app.command("change")
def contracts_change(
    quarter_file: QuarterFile,
    contract_ref: Annotated[str, typer.Argument(help="The contract's reference")],
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="From this day")],
    end: Annotated[
        datetime | None, typer.Option("--end", formats=["%Y-%m-%d"], help="Extend to this day")
    ] = None,
    terminated: Annotated[bool, typer.Option("--terminated", help="It ends early")] = False,
) -> None:
    """Record that a contract was changed, extended (--end) or terminated."""
    from svlib import registering

    last = end.date() if end else None
    print(registering.change_contract(quarter_file, contract_ref, on.date(), last, terminated))


@commitments_app.command("load")
def commitments_load(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="The schedule: a guidance pack, XLSX or CSV")],
) -> None:
    """Freeze the commitments of a winning bid at award."""
    from svlib import registering

    print(registering.load_commitments(quarter_file, file))


@returns_app.command("template")
def returns_template(
    quarter_file: QuarterFile,
    contract_ref: Annotated[str, typer.Argument(help="The contract's reference")],
    folder: Annotated[Path, typer.Option("--to", help="Folder to write it in")] = Path("reports"),
) -> None:
    """Write the form that the contract's supplier fills in for the quarter."""
    from svlib import returning

    print(returning.template(quarter_file, contract_ref, folder))


@returns_app.command("load")
def returns_load(
    quarter_file: QuarterFile,
    files: Annotated[list[Path], typer.Argument(help="Forms that came back")],
) -> None:
    """Record what suppliers sent back; a form with faults is written again with remarks."""
    from svlib import returning

    lines, whole = returning.load(quarter_file, files)
    for line in lines:
        print(line)
    if not whole:
        raise typer.Exit(InputError.exit_code)


@returns_app.command("csv")
def returns_csv(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="Deliveries exported by another system")],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help='Which header is which: commitment_id="Contract line"'),
    ] = None,
) -> None:
    """Record deliveries from another system's CSV."""
    from svlib import returning

    print(returning.load_csv(quarter_file, file, settings(column)))


@ledger_app.command("verify")
def ledger_verify(quarter_file: QuarterFile) -> None:
    """Check that every entry is as it was recorded."""
    from svlib import keeping

    print(keeping.verify(quarter_file))


@ledger_app.command("backup")
def ledger_backup(
    quarter_file: QuarterFile,
    folder: Annotated[Path, typer.Argument(help="A new folder for the copy")],
) -> None:
    """Copy the ledger and its evidence while it is used."""
    from svlib import keeping

    print(keeping.backup(quarter_file, folder))


@ledger_app.command("restore")
def ledger_restore(
    quarter_file: QuarterFile,
    folder: Annotated[Path, typer.Argument(help="The folder of the copy")],
) -> None:
    """Put a copy back, unless the ledger holds anything newer."""
    from svlib import keeping

    print(keeping.restore(quarter_file, folder))


@ledger_app.command("erase")
def ledger_erase(
    quarter_file: QuarterFile,
    entry: Annotated[int, typer.Argument(help="Number of the entry")],
    reason: Annotated[str, typer.Option("--reason", help="Why, without naming the person")],
) -> None:
    """Erase the texts and the file of an entry; figures and hash stay."""
    from svlib import keeping

    print(keeping.erase(quarter_file, entry, reason))


@ledger_app.command("export")
def ledger_export(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="File to write, .json")],
    signed_by: Annotated[str, typer.Option("--signed-by", help="The post that signs it off")],
) -> None:
    """Write the council's figures for a partner, without any text or name."""
    from svlib import keeping

    print(keeping.export(quarter_file, file, signed_by))


@ledger_app.command("import")
def ledger_import(
    quarter_file: QuarterFile,
    file: Annotated[Path, typer.Argument(help="A partner's export")],
) -> None:
    """Take in a partner council's export; the same again changes nothing."""
    from svlib import keeping

    print(keeping.import_(quarter_file, file))


@ledger_app.command("due")
def ledger_due(quarter_file: QuarterFile) -> None:
    """List entries whose texts are older than the council keeps them."""
    from svlib import keeping

    for line in keeping.due(quarter_file):
        print(line)


@ledger_app.command("grant")
def ledger_grant(
    quarter_file: QuarterFile,
    user: Annotated[str, typer.Argument(help="A user of the PostgreSQL server")],
) -> None:
    """Let a database user read and add, and nothing else (PostgreSQL)."""
    from svlib import keeping

    print(keeping.grant(quarter_file, user))
