"""Downloads: whole or not at all, gone on with where they broke off, and never inside a quarter."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import random
import re
import shutil
import socket
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grimp
import pytest
import requests
from helpers import QUARTER, REPOSITORY, payments, project

from svlib import checking, cli, fetch, spend
from svlib.errors import InputError, MachineError
from svlib.fetch import sources, transfer
from svlib.view import open_quarter

BLOCK = 16_384  # what a broken answer may lose
MODIFIED = "Mon, 02 Nov 2026 09:00:00 GMT"
LATER = "Tue, 03 Nov 2026 09:00:00 GMT"
NOVEMBER = date(2026, 11, 23)


def zipped(name: str = "register.csv", size: int = 300_000, seed: int = 1) -> bytes:
    """A zip of about that size with one file, the same bytes each time."""
    content = random.Random(seed).randbytes(size)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


# --- a server that can be made to misbehave ------------------------------------------------------


@dataclass
class Offer:
    """What one path answers. Each of `cuts` ends one answer after that many bytes of its body."""

    body: bytes = b""
    etag: str = '"one"'
    modified: str = MODIFIED
    ranges: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    says_length: int | None = None  # instead of the true Content-Length
    cuts: list[int] = field(default_factory=list)
    believes_any_range: bool = False  # goes on without looking at If-Range
    at_most: int | None = None  # bytes of one answer to a Range


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.offers: dict[str, Offer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def ranges(self) -> list[str]:
        """The Range of each request so far, '' where there was none."""
        return [headers.get("Range", "") for _, headers in self.asked]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        offer = self.server.offers.get(self.path, Offer(status=404))
        if offer.status != 200:
            return self.answer(offer, offer.status, b"", offer.headers)
        if offer.etag and self.headers.get("If-None-Match") == offer.etag:
            return self.answer(offer, 304, b"", {})
        if not offer.etag and self.headers.get("If-Modified-Since", "never") == offer.modified:
            return self.answer(offer, 304, b"", {})
        first = self.first_byte(offer)
        total = len(offer.body)
        if first is None:
            return self.answer(offer, 200, offer.body, {})
        if first >= total:
            return self.answer(offer, 416, b"", {"Content-Range": f"bytes */{total}"})
        piece = offer.body[first:] if offer.at_most is None else offer.body[first:][: offer.at_most]
        span = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{total}"}
        return self.answer(offer, 206, piece, span)

    def first_byte(self, offer: Offer) -> int | None:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") in (offer.etag or offer.modified, offer.modified)
        if not offer.ranges or not asked or not (same or offer.believes_any_range):
            return None
        return int(asked[1])

    def answer(self, offer: Offer, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        length = len(body) if offer.says_length is None else offer.says_length
        told = {"Content-Length": str(length), "ETag": offer.etag, "Last-Modified": offer.modified}
        for name, value in {**told, **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        cut = offer.cuts.pop(0) if offer.cuts and body else len(body)
        self.wfile.write(body[:cut])
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between attempts, and no proxy between us and the test's own server."""
    monkeypatch.setattr(transfer.time, "sleep", lambda seconds: None)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def home(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose list has a zip, a monthly zip, a CSV, a map, and one with no address."""
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data" / "reference").mkdir(parents=True)
    monkeypatch.setenv("SVLIB_HOME", str(tmp_path))
    rows = [
        ("register", f"{server.address}/register.zip", "register.zip", "register.csv"),
        ("monthly", server.address + "/m-{year}-{month}.zip", "m-{year}-{month}.zip", "m-*.csv"),
        ("lookup", f"{server.address}/lookup.csv", "lookup.csv", "LSOA code"),
        ("map", f"{server.address}/map", "map.geojson", "CODE"),
        ("unknown", "", "unknown.zip", "unknown.csv"),
    ]
    names = list(sources.Source.__dataclass_fields__)
    with (tmp_path / "data/reference/downloads.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, names, restval="some")
        table.writeheader()
        for name, address, file, holds in rows:
            page = f"https://example.org/{name}"
            table.writerow({"id": name, "address": address, "file": file, "holds": holds}
                           | {"folder": "kept", "page": page, "licence": "OGL v3.0"})  # fmt: skip
    return tmp_path / "data" / "reference" / "kept"


def bring(*ids: str, today: date = NOVEMBER) -> list[str]:
    return list(fetch.fetch(ids, today))


def listed(name: str, today: date = NOVEMBER) -> str:
    """What the overview says is here of one source."""
    block = next(b for b in "\n".join(fetch.overview(today)).split("\n\n") if b.startswith(name))
    return "\n".join(line for line in block.splitlines() if line.startswith("  here"))


# --- the file, whole and written down ------------------------------------------------------------


def test_a_download_is_in_place_with_checksum_and_provenance(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    (line,) = bring("register")
    digest = hashlib.sha256(zipped()).hexdigest()
    assert (home / "register.zip").read_bytes() == zipped()
    sum_line = (home / "register.zip.sha256").read_text(encoding="utf-8")
    assert sum_line == f"{digest}  register.zip\n"
    record = json.loads((home / "register.zip.provenance.json").read_text(encoding="utf-8"))
    wanted = {
        "address": f"{server.address}/register.zip", "size": len(zipped()), "sha256": digest,
        "etag": '"one"', "licence": "OGL v3.0", "how": "downloaded",
    }  # fmt: skip
    assert {name: record[name] for name in wanted} == wanted
    assert digest[:12] in line
    assert sorted(path.name for path in home.iterdir()) == [
        "register.zip",
        "register.zip.provenance.json",
        "register.zip.sha256",
    ]


def test_the_list_says_what_is_here_and_whether_it_is_as_recorded(
    server: Server, home: Path
) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    assert listed("register").split() == ["here", "no"]
    bring("register")
    digest = hashlib.sha256(zipped()).hexdigest()[:12]
    assert digest in listed("register") and "as recorded" in listed("register")
    with (home / "register.zip").open("ab") as file:
        file.write(b"!")
    assert "not as recorded" in listed("register")


def test_the_list_asks_no_server(server: Server, home: Path) -> None:
    assert "https://example.org/unknown" in "\n".join(fetch.overview(NOVEMBER))
    assert not server.asked


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["etag", "last modified"])
def test_what_is_here_is_brought_again_only_when_it_changed(
    server: Server, home: Path, etag: str
) -> None:
    server.offers["/register.zip"] = Offer(zipped(), etag=etag)
    bring("register")
    before = (home / "register.zip").stat().st_mtime_ns
    (line,) = bring("register")
    assert "newest there is" in line
    assert (home / "register.zip").stat().st_mtime_ns == before
    server.offers["/register.zip"] = Offer(zipped(seed=2), etag=etag and '"two"', modified=LATER)
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped(seed=2)


def test_a_file_that_no_longer_fits_its_checksum_is_brought_again(
    server: Server, home: Path
) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    bring("register")
    (home / "register.zip").write_bytes(b"spoilt")
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()


def test_a_redirect_is_followed_and_the_address_asked_for_is_recorded(
    server: Server, home: Path
) -> None:
    moved = {"Location": "/elsewhere?signature=secret"}
    server.offers["/register.zip"] = Offer(status=302, headers=moved)
    server.offers["/elsewhere?signature=secret"] = Offer(zipped(), cuts=[3 * BLOCK])
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert server.ranges() == ["", "", "bytes=49152-", "bytes=49152-"]
    assert "secret" not in (home / "register.zip.provenance.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("out", "file"), [(["11", "10"], "m-2026-11.zip"), (["10"], "m-2026-10.zip")]
)
def test_a_monthly_file_is_this_months_or_else_last_months(
    server: Server, home: Path, out: list[str], file: str
) -> None:
    for month in out:
        server.offers[f"/m-2026-{month}.zip"] = Offer(zipped(f"m-{month}.csv"))
    bring("monthly")
    assert [path.name for path in home.glob("*.zip")] == [file]


def test_the_month_before_january_is_december(server: Server, home: Path) -> None:
    server.offers["/m-2026-12.zip"] = Offer(zipped("m-12.csv"))
    bring("monthly", today=date(2027, 1, 31))
    assert "m-2026-12.zip" in listed("monthly", date(2027, 1, 31))


# --- broken off, gone on with --------------------------------------------------------------------


@pytest.mark.parametrize("etag", ['"one"', ""], ids=["etag", "last modified"])
def test_an_answer_cut_off_midway_is_gone_on_with(server: Server, home: Path, etag: str) -> None:
    server.offers["/register.zip"] = Offer(zipped(), etag=etag, cuts=[4 * BLOCK, 5 * BLOCK])
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert server.ranges() == ["", "bytes=65536-", "bytes=147456-"]


def test_a_later_run_goes_on_where_this_one_gave_up(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped(), cuts=[BLOCK] * 5)
    with pytest.raises(MachineError, match=r"broke off.*goes on from there"):
        bring("register")
    assert not (home / "register.zip").exists()
    assert (home / "register.zip.part").stat().st_size == 5 * BLOCK
    assert "of a download that can go on" in listed("register")
    bring("register")
    assert server.ranges()[-1] == "bytes=81920-"
    assert (home / "register.zip").read_bytes() == zipped()
    assert not list(home.glob("*.part*"))


def test_a_server_without_ranges_is_asked_for_all_again(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped(), ranges=False, cuts=[4 * BLOCK])
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert server.ranges() == ["", "bytes=65536-"]


def test_without_etag_or_date_nothing_is_gone_on_with(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped(), etag="", modified="", cuts=[4 * BLOCK])
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert server.ranges() == ["", ""]


@pytest.mark.parametrize("believes", [False, True], ids=["honest server", "ignores If-Range"])
def test_a_file_that_changed_between_attempts_is_begun_anew(
    server: Server, home: Path, believes: bool
) -> None:
    server.offers["/register.zip"] = Offer(zipped(), cuts=[4 * BLOCK, 0, 0, 0, 0])
    with pytest.raises(MachineError):
        bring("register")
    new = Offer(zipped(seed=2), etag='"two"', modified=LATER, believes_any_range=believes)
    server.offers["/register.zip"] = new
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped(seed=2)
    record = json.loads((home / "register.zip.provenance.json").read_text(encoding="utf-8"))
    assert record["etag"] == '"two"'


def test_a_part_that_is_whole_already_is_not_brought_again(server: Server, home: Path) -> None:
    whole = zipped()
    server.offers["/register.zip"] = Offer(whole, says_length=len(whole), cuts=[BLOCK] * 5)
    with pytest.raises(MachineError):
        bring("register")
    (home / "register.zip.part").write_bytes(whole)
    bring("register")
    assert server.ranges()[-1] == f"bytes={len(whole)}-"
    assert (home / "register.zip").read_bytes() == whole


def test_a_part_of_a_longer_version_is_thrown_away(server: Server, home: Path) -> None:
    longer, shorter = zipped(), zipped(size=200_000)
    server.offers["/register.zip"] = Offer(longer, cuts=[BLOCK] * 5)
    with pytest.raises(MachineError):
        bring("register")
    (home / "register.zip.part").write_bytes(longer)
    server.offers["/register.zip"] = Offer(shorter, etag='"two"', believes_any_range=True)
    bring("register")
    assert (home / "register.zip").read_bytes() == shorter


def test_a_server_that_gives_a_piece_at_a_time_is_asked_for_each(
    server: Server, home: Path
) -> None:
    server.offers["/register.zip"] = Offer(zipped(), cuts=[6 * BLOCK], at_most=6 * BLOCK)
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert server.ranges() == ["", "bytes=98304-", "bytes=196608-", "bytes=294912-"]


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped(), cuts=[BLOCK] * 5)
    with pytest.raises(MachineError):
        bring("register")
    (home / "register.zip.part").write_bytes(b"x" * 400_000)
    bring("register")
    assert (home / "register.zip").read_bytes() == zipped()


def test_a_busy_server_is_asked_again(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(status=503)
    with pytest.raises(MachineError, match="answers 503"):
        bring("register")
    assert len(server.asked) == 5


# --- refused, in words ---------------------------------------------------------------------------


@pytest.mark.parametrize("more", [5_000, -5_000], ids=["too long", "too short"])
def test_a_server_that_lies_about_the_length_gives_no_file(
    server: Server, home: Path, more: int
) -> None:
    body = zipped()
    server.offers["/register.zip"] = Offer(body, ranges=False, says_length=len(body) + more)
    with pytest.raises((MachineError, InputError), match=r"broke off|not a whole zip"):
        bring("register")
    assert not (home / "register.zip").exists()


def test_a_file_that_is_not_there_names_the_page(server: Server, home: Path) -> None:
    with pytest.raises(InputError) as refused:
        bring("monthly")
    said = str(refused.value)
    assert "404" in said and "https://example.org/monthly" in said and "--from FILE" in said


def test_a_source_without_address_names_the_page(server: Server, home: Path) -> None:
    with pytest.raises(InputError, match=r"address is not known.*https://example\.org/unknown"):
        bring("unknown")
    assert not server.asked


def test_one_that_fails_does_not_keep_the_next_from_coming(server: Server, home: Path) -> None:
    server.offers["/lookup.csv"] = Offer(b"LSOA code (2021),rank\nE01,1\n")
    with pytest.raises(InputError) as refused:
        bring("register", "lookup", "unknown")
    assert len(refused.value.faults) == 2
    assert (home / "lookup.csv").exists()


def test_no_network_is_one_line(server: Server, home: Path) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(MachineError, match=r"no connection.*https://example\.org/register") as told:
        bring("register")
    assert len(str(told.value).splitlines()) == 1


def test_a_proxy_that_is_not_there_is_named_without_its_password(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://ann:secret@127.0.0.1:{port}")
    with pytest.raises(MachineError, match="proxy") as told:
        bring("register")
    assert "secret" not in str(told.value)


def test_the_proxy_of_the_environment_is_used(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", server.address)
    server.offers[f"{server.address}/register.zip"] = Offer(zipped())
    bring("register")
    assert server.asked[0][0] == f"{server.address}/register.zip"


def secured(home: Path) -> None:
    """The list again, with https in place of http."""
    path = home.parent / "downloads.csv"
    text = path.read_text(encoding="utf-8").replace("http://", "https://")
    path.write_text(text, encoding="utf-8", newline="\n")


def test_no_secure_connection_says_which_certificate_may_be_wanted(
    server: Server, home: Path
) -> None:
    secured(home)
    with pytest.raises(MachineError, match="REQUESTS_CA_BUNDLE"):
        bring("register")


def test_certificates_that_are_not_there_are_said(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secured(home)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(home / "none.pem"))
    with pytest.raises(MachineError, match=r"none\.pem"):
        bring("register")


def test_encryption_is_not_given_up_on_the_way(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secured(home)
    server.offers["/plain.zip"] = Offer(zipped())
    moved = requests.Response()
    moved.status_code, moved.raw = 302, io.BytesIO()
    moved.headers["Location"] = f"{server.address}/plain.zip"
    send = requests.Session.send

    def sends_on(self: requests.Session, request: Any, **options: Any) -> requests.Response:
        if not request.url.startswith("https:"):
            return send(self, request, **options)
        moved.url, moved.request = request.url, request
        moved.history = []
        after = send(self, requests.Request("GET", moved.headers["Location"]).prepare())
        after.history = [moved]
        return after

    monkeypatch.setattr(requests.Session, "send", sends_on)
    with pytest.raises(MachineError, match="without encryption"):
        bring("register")
    assert not (home / "register.zip").exists()


def test_too_little_room_is_said_before_the_first_byte(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    left = shutil.disk_usage(home.parent)._replace(free=1000)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda path: left)
    with pytest.raises(MachineError, match="Make room"):
        bring("register")
    assert not (home / "register.zip").exists()


def test_a_disk_that_fills_up_keeps_what_was_there(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    bring("register")
    server.offers["/register.zip"] = Offer(zipped(seed=2), etag='"two"')
    opened = Path.open

    def full(self: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if self.suffix == ".part" and mode == "ab":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(self, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(MachineError, match="the disk is full"):
        bring("register")
    monkeypatch.undo()
    assert (home / "register.zip").read_bytes() == zipped()


FEATURE = {"type": "Feature", "geometry": None, "properties": {"CODE": "E1"}}
SOME = {"features": [FEATURE], "exceededTransferLimit": True}


def damaged() -> bytes:
    whole = zipped()
    return whole[:5000] + bytes(100) + whole[5100:]


@pytest.mark.parametrize(
    ("path", "body", "why"),
    [
        ("/register.zip", b"<!DOCTYPE html><p>Sign in", "web page"),
        ("/register.zip", zipped()[:-5000], "not a whole zip"),
        ("/register.zip", zipped("other.csv"), r"holds no register\.csv"),
        ("/register.zip", damaged(), r"register\.csv in it is damaged|cannot be unpacked"),
        ("/lookup.csv", b"<html><p>Sign in", "web page"),
        ("/lookup.csv", b"Ward code,rank\nE01,1\n", "no column 'LSOA code'"),
        ("/map", b"<html>", "web page"),
        ("/map", json.dumps({"error": {"code": 400}}).encode(), "not a list of features"),
        ("/map", json.dumps({"features": []}).encode(), "or none"),
        ("/map", json.dumps(SOME).encode(), "only some"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_the_file_is_refused_and_not_gone_on_with(
    server: Server, home: Path, path: str, body: bytes, why: str
) -> None:
    server.offers[path] = Offer(body)
    with pytest.raises(InputError, match=why):
        bring(path[1:].partition(".")[0])
    assert not list(home.iterdir())


def test_a_broken_successor_leaves_the_file_that_was_there(server: Server, home: Path) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    bring("register")
    server.offers["/register.zip"] = Offer(b"<html>down for maintenance", etag='"two"')
    with pytest.raises(InputError):
        bring("register")
    assert (home / "register.zip").read_bytes() == zipped()
    assert "as recorded" in listed("register")


def test_a_map_is_taken_as_it_is(server: Server, home: Path) -> None:
    body = json.dumps({"type": "FeatureCollection", "features": [FEATURE]}).encode()
    server.offers["/map"] = Offer(body, etag="", modified="")
    bring("map")
    (line,) = bring("map")
    assert "kept" in line and len(server.asked) == 1


# --- by hand -------------------------------------------------------------------------------------


def test_a_file_from_a_browser_is_filed_the_same_way(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "m-2026-10 (1).zip"
    mine.write_bytes(zipped("m-10.csv"))
    assert "m-2026-10.zip" in fetch.file_by_hand("monthly", mine)
    assert mine.exists()
    assert (home / "m-2026-10.zip").read_bytes() == mine.read_bytes()
    record = json.loads((home / "m-2026-10.zip.provenance.json").read_text(encoding="utf-8"))
    assert (record["how"], record["address"]) == ("by hand", "")
    assert "as recorded" in listed("monthly")


def test_a_file_put_in_its_place_by_hand_is_kept_and_may_be_recorded(
    server: Server, home: Path
) -> None:
    home.mkdir()
    (home / "register.zip").write_bytes(zipped())
    assert "not recorded" in listed("register")
    assert "kept" in bring("register")[0]
    fetch.file_by_hand("register", home / "register.zip")
    assert "as recorded" in listed("register")
    assert "kept" in bring("register")[0] and not server.asked


@pytest.mark.parametrize(
    ("file", "body", "why"),
    [
        ("download.zip", zipped("m-10.csv"), "of which month"),
        ("m-2026-13.zip", zipped("m-10.csv"), "of which month"),
        ("m-2026-10.zip", zipped("other.csv"), r"holds no m-\*\.csv"),
        ("m-2026-10.zip", b"a,b\n1,2\n", "not a whole zip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_wrong_file_is_not_filed(
    home: Path, tmp_path: Path, file: str, body: bytes, why: str
) -> None:
    (tmp_path / file).write_bytes(body)
    with pytest.raises(InputError, match=why):
        fetch.file_by_hand("monthly", tmp_path / file)
    assert not home.exists() or not list(home.iterdir())


# --- the command ---------------------------------------------------------------------------------


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["svlib", "fetch", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_the_command_lists_fetches_and_files(
    server: Server,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.offers["/register.zip"] = Offer(zipped())
    assert command(monkeypatch) == 0
    assert "https://example.org/monthly" in capsys.readouterr().out
    assert command(monkeypatch, "register") == 0
    assert "register.zip" in capsys.readouterr().out
    mine = tmp_path / "m-2026-10.zip"
    mine.write_bytes(zipped("m-10.csv"))
    assert command(monkeypatch, "monthly", "--from", str(mine)) == 0
    assert (home / "m-2026-10.zip").exists()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["regster"], "Did you mean register?"),
        (["register"], "404"),
        (["register", "monthly", "--from", "x.zip"], "one file"),
        (["--from", "x.zip"], "one file"),
        (["register", "--from", "x.zip"], "no such file"),
    ],
)
def test_the_command_refuses_in_words(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert command(monkeypatch, *arguments) == InputError.exit_code
    assert said in capsys.readouterr().err


# --- the list that ships -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> list[sources.Source]:
    path = REPOSITORY / "data" / "reference" / "downloads.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [sources.Source(**row) for row in csv.DictReader(file)]


def test_every_source_says_whose_it_is_and_when_it_was_looked_up(
    shipped: list[sources.Source],
) -> None:
    assert len({source.id for source in shipped}) == len(shipped)
    for source in shipped:
        texts = (source.what, source.publisher, source.licence, source.holds, source.checked_how)
        assert all(texts), source.id
        assert date.fromisoformat(source.checked_on), source.id
        assert source.page.startswith("https://"), source.id
        assert source.address.startswith("https://") or not source.address, source.id
        assert Path(source.file).suffix in (".zip", ".csv", ".geojson"), source.id
        assert not source.size_mb or float(source.size_mb) > 0, source.id


def test_files_that_are_fetched_stay_out_of_git(shipped: list[sources.Source]) -> None:
    paths = [f"data/reference/{source.folder}/{source.file}" for source in shipped]
    if not (REPOSITORY / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout, so nothing is ignored")
    for path in paths:
        asked = subprocess.run(["git", "check-ignore", "-q", path], cwd=REPOSITORY, check=False)
        assert asked.returncode == 0, path


def test_each_source_is_in_the_manual_with_its_page(shipped: list[sources.Source]) -> None:
    manual = (REPOSITORY / "docs" / "registers.md").read_text(encoding="utf-8")
    for source in shipped:
        assert re.search(rf"^\| `{source.id}` \|.*`{source.folder}/` \|$", manual, re.M), source.id
        assert f"]({source.page})" in manual, source.id


def test_no_two_sources_share_a_file(shipped: list[sources.Source]) -> None:
    assert len({(source.folder, source.file) for source in shipped}) == len(shipped)


# --- never inside a quarter ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("svlib", include_external_packages=True, cache_dir=None)


def test_only_the_command_reaches_the_room_that_uses_the_network(
    imports: grimp.ImportGraph,
) -> None:
    inside = {"svlib.fetch"} | imports.find_descendants("svlib.fetch")
    users = set().union(*(imports.find_downstream_modules(module) for module in inside))
    assert users - inside == {"svlib.cli", "svlib.cli.main"}


@pytest.mark.parametrize("library", ["requests", "urllib", "http", "socket", "httpx", "aiohttp"])
def test_nothing_else_imports_what_talks_to_servers(
    imports: grimp.ImportGraph, library: str
) -> None:
    if library not in imports.modules:
        return
    users = imports.find_modules_that_directly_import(library)
    assert all(user.startswith("svlib.fetch") for user in users), users


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection over IP is refused, and so is every look-up of a name; what was tried."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def refuse(*asked: Any, **named: Any) -> None:
        tried.append(asked)
        raise OSError(errno.ENETUNREACH, "the network is unreachable")

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
    monkeypatch.setattr(socket.socket, "connect_ex", local_only)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def test_refusing_the_network_does_refuse_it(
    server: Server, home: Path, no_network: list[Any]
) -> None:
    with pytest.raises(MachineError, match="no connection"):
        bring("register")
    assert no_network and not server.asked


def test_a_quarter_is_read_checked_and_measured_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[Any]
) -> None:
    root = project(tmp_path, monkeypatch)
    payments(root, "april-2026.csv", "Ashbrook Ltd, 100.00, 01/04/2026, Adults, Care, L1 8JQ")
    payments(root, "may-2026.csv", "Brookash Ltd, 50.00, 01/05/2026, Adults, Care")
    payments(root, "june-2026.csv", "Ashbrook Limited, 60.00, 01/06/2026, Adults, Care, L1 8JQ")
    checking.check_quarter(root / "parameters" / "tiny" / f"{QUARTER}.yaml", {})
    quarter = open_quarter(f"parameters/tiny/{QUARTER}.yaml")
    assert len(quarter.payments) == 3
    assert spend.by_directorate(quarter.payments)["net_gbp"].sum() == 210
    assert not no_network
