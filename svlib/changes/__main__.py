"""Prints the figures of a quarter as JSON, in a process whose project is another folder."""

import json
import sys

from svlib.changes.figures import figures
from svlib.changes.made import written
from svlib.errors import SvlibError
from svlib.view import open_quarter

try:
    print(json.dumps(written(figures(open_quarter(sys.argv[1])))))
except SvlibError as error:
    print(error, file=sys.stderr)
    raise SystemExit(error.exit_code) from None
