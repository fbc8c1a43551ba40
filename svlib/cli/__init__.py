"""The command line."""

from svlib.cli.main import app, main

__all__ = ["app", "main"]
