"""Who looks at a page: as the sign-in server in front of it says, never as the page is told.

The server passes the user's name in one header and a secret in another, which shows that the
request came through it. A page only for trying things out has a test user, named on every page.
"""

from __future__ import annotations

import hmac
import os

from svlib import ledger
from svlib.errors import Fault, RightsError
from svlib.ledger import Actor

USER_HEADER, SECRET_HEADER = "X-Forwarded-User", "X-Svlib-Secret"
TEST_USER, SECRET = "SVLIB_TEST_USER", "SVLIB_PROXY_SECRET"  # in the server's environment

_HEADERS = [USER_HEADER, SECRET_HEADER]


def headers() -> list[str]:
    """Headers that the page server must pass on."""
    return list(_HEADERS)


def user() -> str:
    """The name of who opened the page. Raises RightsError when nothing trusted says so."""
    test = os.environ.get(TEST_USER, "")
    if test:
        return test
    expected, given = os.environ.get(SECRET, ""), _header(SECRET_HEADER)
    name = _header(USER_HEADER).strip()
    if expected and name and hmac.compare_digest(expected.encode(), given.encode()):
        return name
    raise RightsError(
        Fault(
            "sign-in",
            "this page was not opened through the sign-in server",
            "Open it by the address the council gave you.",
        )
    )


def who(authority: str) -> Actor:
    """Who that is at an authority. Raises RightsError for someone who is not in its people.yaml."""
    name = user()
    found = ledger.people(authority).get(name)
    if found is None:
        raise RightsError(
            Fault(
                f"user {name}",
                f"is not known to {authority}",
                f"Ask an administrator to add the name to parameters/{authority}/people.yaml.",
            )
        )
    return found


def is_test() -> bool:
    """Whether the page has a test user, and so must say that it is for trying out only."""
    return bool(os.environ.get(TEST_USER))


def _header(name: str) -> str:
    return os.environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")
