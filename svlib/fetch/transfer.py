"""One file over HTTP into NAME.part, going on where an earlier attempt ended."""

from __future__ import annotations

import errno
import json
import re
import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from svlib import project
from svlib.errors import Fault, InputError, MachineError
from svlib.fetch.sources import Edition

Seen = Callable[[int, int | None], None]
"""Told, again and again, the bytes there are and the bytes there will be, None if not known."""

_ATTEMPTS = 5
_PAUSE_S = 2.0  # before the second attempt, and twice as long before each later one: 30 s in all
_TIMEOUT_S = (15, 60)  # to connect; without a byte
_BLOCK = 1 << 14  # what is lost at most of what had arrived when an answer breaks off
_GONE = (404, 410)
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_HEADERS = {
    "User-Agent": "svlib (Social Value Workbooks)",
    "Accept-Encoding": "identity",  # what is stored is counted, continued and hashed as sent
}


@dataclass(frozen=True)
class Sent:
    """What a server says of a file: its size in bytes, and what tells one version from another."""

    size: int | None = None
    etag: str = ""
    last_modified: str = ""

    @property
    def validator(self) -> str:
        """What If-Range may carry: a weak ETag promises too little (RFC 9110, 13.1.5)."""
        return self.last_modified if self.etag.startswith("W/") else self.etag or self.last_modified


class Missing(InputError):
    """There is no such file at the address."""


class _Broken(Exception):
    """The answer ended or made no sense: worth another attempt."""


class _OwnCertificates(HTTPAdapter):
    """Trusts the certificates of the machine as well as those that come with requests.

    Councils often read encrypted traffic at their edge; their own certificate is then in the
    machine's store, or in the file that SSL_CERT_FILE or REQUESTS_CA_BUNDLE names.
    """

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=ssl.create_default_context(), **named)

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        context = ssl.create_default_context()
        return super().proxy_manager_for(*arguments, ssl_context=context, **named)


def get(edition: Edition, known: Sent, seen: Seen) -> Sent | None:
    """Bring the whole file into `edition.part`; None when it is still the `known` one.

    Raises Missing when it is not there, MachineError when the network, the server or the disk
    does not do its part. What has arrived by then stays in the .part for the next call.
    """
    trouble = ""
    with requests.Session() as session:
        session.mount("https://", _OwnCertificates())
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE_S * 2 ** (attempt - 1) if attempt else 0)
            try:
                with _asked(session, edition, known) as answer:
                    return _received(answer, edition, seen)
            except _Broken as error:
                trouble = str(error)
            except requests.RequestException as error:
                trouble = _in_words(error)
                if not attempt:
                    break
            except OSError as error:  # requests reads the certificates when it first connects
                trouble = f"the certificates (REQUESTS_CA_BUNDLE) cannot be read: {error}"
                break
    raise MachineError(Fault(edition.address, trouble, _again(edition)))


def begun(part: Path) -> int:
    """The bytes of a download that ended early and can be gone on with, or 0."""
    return part.stat().st_size if part.exists() and _noted(part) else 0


def forget(part: Path) -> None:
    """Remove a .part and what was noted of it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _asked(session: requests.Session, edition: Edition, known: Sent) -> requests.Response:
    headers = dict(_HEADERS)
    have, noted = begun(edition.part), _noted(edition.part)
    if have and noted:
        headers |= {"Range": f"bytes={have}-", "If-Range": noted.validator}
    elif known.etag:
        headers["If-None-Match"] = known.etag
    elif known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return session.get(edition.address, headers=headers, stream=True, timeout=_TIMEOUT_S)


def _received(answer: requests.Response, edition: Edition, seen: Seen) -> Sent | None:
    """Take the answer for what it is: the file, the rest of it, news that it is the same, or no."""
    _stay_encrypted(answer, edition)
    if answer.status_code == 304:
        return None
    if answer.status_code == 200:
        return _first_to_last(answer, edition, seen)
    if answer.status_code == 206:
        return _the_rest(answer, edition, seen)
    if answer.status_code == 416:
        return _nothing_left(answer, edition)
    said = f"the server answers {answer.status_code} {answer.reason or ''}".rstrip()
    if answer.status_code in _BUSY:
        raise _Broken(said)
    kind = Missing if answer.status_code in _GONE else MachineError
    raise kind(Fault(edition.address, said, edition.source.by_hand()))


def _first_to_last(answer: requests.Response, edition: Edition, seen: Seen) -> Sent:
    forget(edition.part)
    sent = _said(answer)
    if sent.validator:
        _write_note(edition.part, sent)
    return _saved(answer, edition, sent, 0, seen)


def _the_rest(answer: requests.Response, edition: Edition, seen: Seen) -> Sent:
    have, noted = begun(edition.part), _noted(edition.part)
    first, total = _range(answer, r"bytes (\d+)-\d+/(\d+)") or (None, None)
    if noted is None or first != have or not _same(noted, _said(answer), total):
        forget(edition.part)
        raise _Broken("the server went on with another part or version than the one asked for")
    sent = Sent(total, noted.etag, noted.last_modified)
    return _saved(answer, edition, sent, have, seen)


def _same(noted: Sent, now: Sent, total: int | None) -> bool:
    """Whether two answers are about one version, as far as the later one says."""
    return (
        noted.size in (None, total)
        and now.etag in ("", noted.etag)
        and now.last_modified in ("", noted.last_modified)
    )


def _nothing_left(answer: requests.Response, edition: Edition) -> Sent:
    """All of it had arrived before; otherwise what is here belongs to another version."""
    have, noted = begun(edition.part), _noted(edition.part)
    (total,) = _range(answer, r"bytes \*/(\d+)") or (None,)
    if noted and have and have == total == noted.size:
        return noted
    forget(edition.part)
    raise _Broken("the server has no such part of the file")


def _range(answer: requests.Response, pattern: str) -> list[int]:
    found = re.fullmatch(pattern, answer.headers.get("Content-Range", ""))
    return [int(number) for number in found.groups()] if found else []


def _said(answer: requests.Response) -> Sent:
    """What the headers say; nothing where the content comes packed, which cannot be continued."""
    headers = answer.headers
    if headers.get("Content-Encoding", "identity") != "identity":
        return Sent()
    length = headers.get("Content-Length", "")
    return Sent(
        int(length) if length.isdecimal() else None,
        headers.get("ETag", ""),
        headers.get("Last-Modified", ""),
    )


def _saved(answer: requests.Response, edition: Edition, sent: Sent, have: int, seen: Seen) -> Sent:
    _need_room(edition, (sent.size or 0) - have)
    seen(have, sent.size)
    try:
        with edition.part.open("ab") as file:
            for block in _blocks(answer):
                file.write(block)
                have += len(block)
                seen(have, sent.size)
    except OSError as error:
        raise _unwritten(edition, error) from None
    if sent.size not in (None, have):
        raise _Broken(f"the answer ended after {have:,} of {sent.size:,} bytes")
    return sent


def _blocks(answer: requests.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_content(_BLOCK)
    except requests.RequestException as error:
        raise _Broken(f"the answer broke off ({_in_words(error)})") from None


def _need_room(edition: Edition, needed: int) -> None:
    free = shutil.disk_usage(edition.part.parent).free
    if needed > free:
        raise MachineError(
            Fault(
                project.relative(edition.part.parent),
                f"{needed / 1e6:,.0f} MB are to come and the disk has {free / 1e6:,.0f} MB left",
                "Make room and run it again.",
            )
        )


def _unwritten(edition: Edition, error: OSError) -> MachineError:
    full = error.errno == errno.ENOSPC
    found = "the disk is full" if full else f"cannot be written ({error.strerror})"
    do = "Make room and run it again." if full else "Check that you may write there."
    return MachineError(Fault(project.relative(edition.part), found, do))


def _stay_encrypted(answer: requests.Response, edition: Edition) -> None:
    """Publishers give no checksum, so encryption is all that vouches for whose file it is."""
    chain = [step.url for step in (*answer.history, answer)]
    if edition.address.startswith("https:") and not all(u.startswith("https:") for u in chain):
        raise MachineError(
            Fault(
                edition.address,
                "the server sends on to an address without encryption",
                edition.source.by_hand(),
            )
        )


def _in_words(error: requests.RequestException) -> str:
    """The cause in a few words; without the error's own text, which may hold a proxy's password."""
    kinds = {
        requests.exceptions.ProxyError: "the proxy does not let it through (HTTPS_PROXY)",
        requests.exceptions.SSLError: (
            "no secure connection: if your organisation has a certificate of its own, set "
            "REQUESTS_CA_BUNDLE to its file"
        ),
        requests.exceptions.Timeout: "no answer in time",
        requests.exceptions.TooManyRedirects: "it sends on from address to address without end",
        requests.exceptions.ChunkedEncodingError: "the connection was cut",
        requests.exceptions.ConnectionError: "no connection: there may be no network",
    }
    return next(
        (words for kind, words in kinds.items() if isinstance(error, kind)),
        f"no usable answer ({type(error).__name__})",
    )


def _again(edition: Edition) -> str:
    if begun(edition.part):
        return f"Run `svlib fetch {edition.source.id}` again: it goes on from there."
    return edition.source.by_hand()


# --- what is noted beside a .part ----------------------------------------------------------------


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _write_note(part: Path, sent: Sent) -> None:
    text = json.dumps(asdict(sent))
    try:
        _note(part).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MachineError(
            Fault(
                project.relative(part),
                f"cannot be written ({error.strerror})",
                "Make room, or check that you may write there.",
            )
        ) from None


def _noted(part: Path) -> Sent | None:
    """What the server said of the file that is half here; None when that is not known."""
    try:
        noted = Sent(**json.loads(_note(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return noted if noted.validator else None
