"""What must not reach open data, and text that must reach it harmless."""

from __future__ import annotations

PERSON = "Canaria Vogelsang"
POSTCODE = "L17 8YQ"
USER, SECRET = "u-kanarie-77", "s3cr3t-k4n4ri3"
HOME = "/".join(["", "home", USER])  # in pieces: no file of ours holds a path of a machine
CANARIES = (PERSON, POSTCODE, POSTCODE.replace(" ", ""), USER, HOME, SECRET)
LONG = "Ashbrook " * 33 + "Ltd"
TEXTS = {
    "=1+1 Ltd": "'=1+1 Ltd",
    "+SUM(A1) Ltd": "'+SUM(A1) Ltd",
    "-2+3 Ltd": "'-2+3 Ltd",
    "@AVERAGE(B2) Ltd": "'@AVERAGE(B2) Ltd",
    "<script>alert(1)</script> Ltd": "<script>alert(1)</script> Ltd",
    "[click](javascript:x) Ltd": "[click](javascript:x) Ltd",
    "\u202eLtd evil": "[U+202E]Ltd evil",
    "Bell\x07 Ltd": "Bell[U+0007] Ltd",
    "مقهى": "مقهى",
    "Bakery 🥐": "Bakery 🥐",
    LONG: LONG,
}
"""Names of suppliers as printed, and as a spreadsheet shows them."""
