"""Commands that approve a report and publish it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from svlib.cli.asked import QuarterFile


def add_to(app: typer.Typer) -> None:
    """Add these commands to the whole."""
    app.command()(approve)
    app.command()(publish)


def approve(
    quarter_file: QuarterFile,
    post: Annotated[
        str, typer.Option("--post", help="The post that approves, not a person's name")
    ],
) -> None:
    """Approve the report of a quarter as it stands, so that it may be published."""
    from svlib import releasing

    print(releasing.approve(quarter_file, post))


def publish(
    quarter_file: QuarterFile,
    folder: Annotated[Path, typer.Argument(help="Folder or web root to publish into")],
) -> None:
    """Copy the approved site of a quarter, and nothing else, to a folder or web root."""
    from svlib import releasing

    print(releasing.publish(quarter_file, folder))
